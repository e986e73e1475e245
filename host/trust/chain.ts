/**
 * The client workflow of The Update Framework, section 5 of
 * https://theupdateframework.github.io/specification/v1.0.31/: from the root that IT deployed, down to the bin that
 * names a file. Cached files and fetched files go through the same steps. Comments give the number of each step and its
 * name in the specification. "Beyond the specification" marks a check that the specification does not ask for.
 */
import { sha256 } from '../../core/digest.ts';
import { binFormat, rootFormat, snapshotFormat, targetsFormat, timestampFormat } from '../../core/formats.ts';
import {
  maxBinBytes,
  maxRootRotations,
  maxSnapshotBytes,
  maxTargetsBytes,
  timestampLifeDays,
} from '../../core/limits.ts';
import {
  binOf,
  binSignersOf,
  openMetadata,
  signedBytes,
  signersOf,
  statusPath,
  type OpenMetadata,
  type Role,
  type Signers,
} from '../../core/metadata.ts';
import { Refusal } from '../../core/refusal.ts';
import { nameOfRecord } from '../../core/statement.ts';
import type { BinRole, RootRole, SnapshotRole, TargetsRole, TimestampRole, TrustConfig } from '../../schemas/types.ts';
import { checkLife } from './clock.ts';
import { anyScope, ofKeys, scopeOf, type HighWater, type Mark, type Seen } from './high-water.ts';
import type { CachedTimestamp } from './metadata-files.ts';
import type { MetadataSource } from './metadata-source.ts';

declare const verified: unique symbol;

/** Verified metadata, from the root down to the top-level targets. Only `openChain` makes one. */
export interface Chain {
  readonly [verified]: true;
  readonly root: RootRole;
  readonly timestamp: TimestampRole;
  /** The timestamp's file, and when the registry last answered that it is the newest. */
  readonly timestampFile: CachedTimestamp;
  /** A short name for the set of keys of the timestamp role. The cached file's name contains it. */
  readonly timestampScope: string;
  readonly snapshot: SnapshotRole;
  /** The ids of the keys whose signatures of the snapshot were verified. */
  readonly snapshotSignedBy: readonly string[];
  readonly targets: TargetsRole;
  /** What this host must remember as seen, once all files are cached. */
  readonly marks: readonly Mark[];
}

/** What a chain is opened against. */
export interface ChainContext {
  readonly config: Pick<TrustConfig, 'root' | 'minimum'>;
  readonly seen: HighWater;
  /** 5.1 Record fixed update start time: every expiry is compared with this one moment. */
  readonly now: Date;
  /** The chain of the cached files, if they could be opened. The specification calls it the trusted metadata. */
  readonly previous?: Chain;
}

/**
 * Opens the metadata from the root of the trust config (5.2 Load trusted root metadata) down to the top-level targets.
 *
 * Input: bytes from an unknown sender, the root and minimum versions that IT deployed, and the marks of what this host
 * has seen.
 *
 * Proved about the result: each file was signed by as many keys as its role requires, is the version that the role
 * above names, has not expired, and is not older than what this host has seen.
 *
 * - E_TOO_LARGE, E_FORMAT: a file is too large, or is not a well-formed file of its role.
 * - E_KEY: a role names a key that is missing or broken, or that has the wrong id.
 * - E_SIGNATURE, E_THRESHOLD: too few of the role's keys signed a file.
 * - E_DIGEST, E_VERSION: a file is not the one that the role above it names.
 * - E_ROLLBACK: a file is older than one that was seen before, or than the trust config allows.
 * - E_EXPIRED: a file has expired.
 * - E_CLOCK: the timestamp is valid for longer than a timestamp may be.
 *
 * @throws Refusal with one of these codes, and what the source throws
 */
export async function openChain(source: MetadataSource, context: ChainContext): Promise<Chain> {
  const { config, seen, now, previous } = context;

  // 5.3 Update the root role
  const root = await newestRoot(source, config.root.signed);
  const rootMark: Mark = { ...seenOf('root', root), scope: anyScope };
  // Beyond the specification: the marks still show the newest root that was seen if the cache was deleted and an
  // attacker holds the newest root back.
  seen.check(rootMark, (scope) => scope === anyScope);
  checkMinimum('root', root.version, config.minimum?.root);
  checkNotExpired(root, 'the root', now); // 5.3.10 Check for a freeze attack
  // 5.3.11 If the timestamp and / or snapshot keys have been rotated, then delete the trusted files. Here nothing is
  // deleted: each mark belongs to the key that signed, and the marks of a key that was removed are no longer compared.

  // 5.4 Update the timestamp role
  const timestampSigners = signersOf(root, 'timestamp');
  const timestampScope = scopeOf(timestampSigners.keyids);
  const offered = await source.timestamp(timestampScope); // 5.4.1 Download the timestamp metadata file
  // 5.4.2 Check for an arbitrary software attack
  const opened = openMetadata(timestampFormat, offered.bytes, () => [timestampSigners], 'the timestamp');
  // 5.4.3.1 Check for a rollback attack: if the new timestamp has the version of the trusted one, the new one is
  // discarded and the trusted one is kept. This is the normal case while nothing new was signed.
  const discards = previous !== undefined && isTrustedVersion(previous, opened.role, timestampSigners);
  const timestampFile = discards ? { bytes: previous.timestampFile.bytes, at: offered.at } : offered;
  const { role: timestamp, signedBy: timestampSignedBy } = discards
    ? openMetadata(timestampFormat, timestampFile.bytes, () => [timestampSigners], 'the cached timestamp')
    : opened;
  const timestampSeen = seenOf('timestamp', timestamp);
  seen.check(timestampSeen, ofKeys(timestampSigners.keyids)); // 5.4.3.1 Check for a rollback attack
  checkNotExpired(timestamp, 'the timestamp', now); // 5.4.4 Check for a freeze attack
  // Beyond the specification: no timestamp may be valid for longer than the three days for which hosts work without the
  // registry. The snapshot and the bins need no such limit: they are believed only while a valid timestamp leads to
  // them.
  checkLife(timestamp.expires, timestampLifeDays, now, 'the timestamp');

  // 5.5 Update the snapshot role
  const { version, length, hashes } = timestamp.meta['snapshot.json'];
  const snapshotSigners = signersOf(root, 'snapshot');
  // It can be compared before it is fetched: 5.5.2 refuses every snapshot that has another digest.
  const snapshotSeen: Seen = { kind: 'snapshot', version, digest: hashes.sha256 };
  seen.check(snapshotSeen, ofKeys(snapshotSigners.keyids)); // 5.4.3.2 Check for a rollback attack
  const { role: snapshot, signedBy: snapshotSignedBy } = await source.open(
    `${version}.snapshot.json`,
    Math.min(length, maxSnapshotBytes), // 5.5.1 Download snapshot metadata file
    (bytes) => {
      // 5.5.2 Check against timestamp role's snapshot hash
      if (bytes.byteLength !== length || sha256(bytes) !== hashes.sha256)
        throw new Refusal('E_DIGEST', 'the snapshot is not the one that the timestamp names', mixedUp);
      // 5.5.3 Check for an arbitrary software attack
      const open = openMetadata(snapshotFormat, bytes, () => [snapshotSigners], 'the snapshot');
      checkVersion('the snapshot', open.role, version); // 5.5.4 Check against timestamp role's snapshot version
      return open;
    },
  );
  if (previous?.snapshotSignedBy.some((keyid) => snapshotSigners.keyids.includes(keyid)) === true)
    checkNothingWentBack(previous.snapshot, snapshot); // 5.5.5 Check for a rollback attack
  checkNotExpired(snapshot, 'the snapshot', now); // 5.5.6 Check for a freeze attack

  // 5.6 Update the targets role. 5.6.2 Check against snapshot role's targets hash: does not apply, as the snapshots of
  // this registry contain versions and no hashes.
  const targetsSigners = signersOf(root, 'targets');
  const targetsVersion = versionIn(snapshot, 'targets');
  const { role: targets, signedBy: targetsSignedBy } = await source.open(
    `${targetsVersion}.targets.json`,
    maxTargetsBytes, // 5.6.1 Download the top-level targets metadata file
    (bytes) => {
      // 5.6.3 Check for an arbitrary software attack
      const open = openMetadata(targetsFormat, bytes, () => [targetsSigners], 'the targets file');
      checkVersion('the targets file', open.role, targetsVersion); // 5.6.4 Check against snapshot role's targets version
      // Beyond the specification: the targets file names the keyring. An attacker who has the online keys must not be
      // able to bring back an old keyring.
      seen.check(seenOf('targets', open.role), ofKeys(targetsSigners.keyids));
      return open;
    },
  );
  checkMinimum('targets file', targets.version, config.minimum?.targets);
  checkNotExpired(targets, 'the targets file', now); // 5.6.5 Check for a freeze attack

  // 5.3.8, 5.4.5, 5.5.7 and 5.6.6 Persist metadata: the caller writes the files, after everything below was opened too.
  const marks = [
    rootMark,
    ...marksOf(timestampSeen, timestampSignedBy),
    ...marksOf(snapshotSeen, snapshotSignedBy),
    ...marksOf(seenOf('targets', targets), targetsSignedBy),
  ];
  const chain = { root, timestamp, timestampFile, timestampScope, snapshot, snapshotSignedBy, targets, marks };
  return chain as unknown as Chain;
}

/** One bin of a chain, and what this host must remember as seen. */
export interface OpenBin {
  readonly bin: BinRole;
  readonly marks: readonly Mark[];
}

/**
 * Opens one bin. 5.6.7 Perform a pre-order depth-first search: here, the hash of a path decides its one bin, and no
 * other role is searched.
 *
 * Proved about the result: all that `openChain` proves of a file. In addition, the bin names only records and the
 * status, as the delegation allows, and each of them belongs to this bin.
 *
 * - E_NAME: the file is a different bin.
 * - E_DELEGATION: the bin names a path that it may not name.
 *
 * @throws Refusal with one of these codes, or with one of `openChain`
 */
export async function openBin(
  source: MetadataSource,
  { snapshot, targets }: Chain,
  name: string,
  { seen, now }: Pick<ChainContext, 'seen' | 'now'>,
): Promise<OpenBin> {
  const version = versionIn(snapshot, name);
  const signers = binSignersOf(targets);
  const opened = await source.open(`${version}.${name}.json`, maxBinBytes, (bytes): OpenBin => {
    const { role: bin, signedBy } = openMetadata(binFormat, bytes, () => [signers], name); // 5.6.3 Check for an arbitrary software attack
    checkVersion(name, bin, version); // 5.6.4 Check against snapshot role's targets version
    if (bin.name !== name) throw new Refusal('E_NAME', `${name} is ${bin.name}`, mixedUp);
    for (const path of Object.keys(bin.targets))
      if (binOf(path) !== name || (path !== statusPath && nameOfRecord(path) === undefined))
        throw new Refusal('E_DELEGATION', `${name} names ${JSON.stringify(path)}, which it may not`, mixedUp);
    const binSeen = seenOf(name, bin);
    seen.check(binSeen, ofKeys(signers.keyids));
    return { bin, marks: marksOf(binSeen, signedBy) };
  });
  checkNotExpired(opened.bin, name, now); // 5.6.5 Check for a freeze attack
  return opened;
}

/** 5.3 Update the root role: each root must be signed by the keys of the root before it, and by its own keys. */
async function newestRoot(source: MetadataSource, trusted: RootRole): Promise<RootRole> {
  let root = trusted;
  for (let rotations = 0; rotations < maxRootRotations; rotations++) {
    const before = root; // 5.3.2 Let N denote the version number of the trusted root metadata file
    const version = before.version + 1;
    const what = `root ${version}`;
    // 5.3.3 Try downloading version N+1 of the root metadata file
    const next = await source.openRoot(version, (bytes) => {
      const signers = (opened: RootRole): Signers[] => [signersOf(before, 'root'), signersOf(opened, 'root')];
      const { role } = openMetadata(rootFormat, bytes, signers, what); // 5.3.4 Check for an arbitrary software attack
      checkVersion(what, role, version); // 5.3.5 Check for a rollback attack
      return role;
    });
    if (next === undefined) return root;
    root = next; // 5.3.7 Set the trusted root metadata file to the new root metadata file, then 5.3.9 Repeat
  }
  return root;
}

/**
 * Whether a timestamp has the version of the trusted one, and the keys and threshold of the role are still the same.
 */
const isTrustedVersion = (trusted: Chain, { version }: TimestampRole, { keyids, threshold }: Signers): boolean =>
  trusted.timestamp.version === version &&
  trusted.timestampScope === scopeOf(keyids) &&
  signersOf(trusted.root, 'timestamp').threshold === threshold;

/** The digest covers the signed part, not the whole file: anyone can add a signature by a key that no role names. */
const seenOf = (kind: string, role: Role): Seen => ({
  kind,
  version: role.version,
  digest: sha256(signedBytes(role)),
});

/** One mark for each key that signed. */
const marksOf = (seen: Seen, signedBy: OpenMetadata<Role>['signedBy']): Mark[] =>
  signedBy.map((keyid) => ({ ...seen, scope: scopeOf([keyid]) }));

/** The version of a bin, or of `targets`. @throws Refusal E_FORMAT */
export function versionIn({ meta }: SnapshotRole, name: string): number {
  // Called for every bin at each refresh: building a Map each time would cost more than all signature checks together.
  const file = `${name}.json`;
  const entry = Object.hasOwn(meta, file) ? meta[file] : undefined;
  if (entry === undefined) throw new Refusal('E_FORMAT', `the snapshot does not name ${name}.json`, mixedUp);
  return entry.version;
}

/** @throws Refusal E_VERSION */
function checkVersion(what: string, { version }: Role, wanted: number): void {
  if (version !== wanted) throw new Refusal('E_VERSION', `${what} has the version ${version}, not ${wanted}`, mixedUp);
}

/** @throws Refusal E_ROLLBACK */
function checkMinimum(what: string, version: number, minimum = 1): void {
  if (version < minimum)
    throw new Refusal(
      'E_ROLLBACK',
      `the registry's ${what} has the version ${version}; the trust config asks for ${minimum} or newer`,
      'somebody serves an old state: try another network, and tell the operator of the registry',
    );
}

/** @throws Refusal E_ROLLBACK */
function checkNothingWentBack(before: SnapshotRole, after: SnapshotRole): void {
  const versions = new Map(Object.entries(after.meta));
  for (const [name, { version }] of Object.entries(before.meta)) {
    const now = versions.get(name)?.version ?? 0;
    if (now < version)
      throw new Refusal(
        'E_ROLLBACK',
        `the snapshot names version ${now} of ${name}; ${version} was seen before`,
        'tell the operator of the registry: its files are mixed up',
      );
  }
}

/** @throws Refusal E_EXPIRED */
function checkNotExpired({ expires }: Role, what: string, now: Date): void {
  if (now >= new Date(expires))
    throw new Refusal(
      'E_EXPIRED',
      `${what} expired at ${expires}`,
      'reach the registry for a newer one; if it serves none, tell its operator',
    );
}

const mixedUp = 'do not use it: it is not what was signed. Tell the operator of the registry';
