/**
 * The client's workflow of The Update Framework, section 5 of
 * https://theupdateframework.github.io/specification/v1.0.31/: from the root that IT deployed down to the bin that names
 * a file. The same steps open what is cached and what is fetched. The comments give the number of each step and its
 * name in the specification; where this program asks for more than the specification, they say so.
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

/** What the metadata says down to the top-level targets, verified. Only `openChain` makes one. */
export interface Chain {
  readonly [verified]: true;
  readonly root: RootRole;
  readonly timestamp: TimestampRole;
  /** The timestamp's file, and when the registry last answered that it is the newest. */
  readonly timestampFile: CachedTimestamp;
  /** A name for the keys of the timestamp role, under which the file is cached. */
  readonly timestampScope: string;
  readonly snapshot: SnapshotRole;
  /** The ids of the keys whose signatures of the snapshot were verified. */
  readonly snapshotSignedBy: readonly string[];
  readonly targets: TargetsRole;
  /** What is to be remembered once all of it is cached. */
  readonly marks: readonly Mark[];
}

/** What a chain is opened against. */
export interface ChainContext {
  readonly config: Pick<TrustConfig, 'root' | 'minimum'>;
  readonly seen: HighWater;
  /** 5.1 Record fixed update start time: all expiry is judged by this one moment. */
  readonly now: Date;
  /** What was cached until now, where it opened: the specification's trusted metadata. */
  readonly previous?: Chain;
}

/**
 * Goes from the root of the trust config (5.2 Load trusted root metadata) to the top-level targets. What comes in is
 * bytes of an unknown sender; what goes out was signed by as many keys as must sign, has not expired, and is no older
 * than what this host has seen.
 *
 * - E_TOO_LARGE, E_FORMAT: a file is no file of its role.
 * - E_KEY: a role names a key that is missing, is broken, or stands under a wrong id.
 * - E_SIGNATURE, E_THRESHOLD: fewer keys signed a file than must sign.
 * - E_DIGEST, E_VERSION: a file is another one than the role above it names.
 * - E_ROLLBACK: a file is older than one that was seen, or than the trust config allows.
 * - E_EXPIRED: a file expired. E_CLOCK: the timestamp is valid for longer than any may be.
 *
 * @throws Refusal with one of these codes, and what the source throws
 */
export async function openChain(source: MetadataSource, context: ChainContext): Promise<Chain> {
  const { config, seen, now, previous } = context;

  // 5.3 Update the root role
  const root = await newestRoot(source, config.root.signed);
  const rootMark: Mark = { ...seenOf('root', root), scope: anyScope };
  // Beyond the specification: the cache may be gone, or an attacker may withhold the newest root.
  seen.check(rootMark, (scope) => scope === anyScope);
  checkMinimum('root', root.version, config.minimum?.root);
  checkNotExpired(root, 'the root', now); // 5.3.10 Check for a freeze attack
  // 5.3.11 If the timestamp and / or snapshot keys have been rotated, then delete the trusted files: marks belong to the
  // key that signed, and those of a key that was taken away are not compared with any more.

  // 5.4 Update the timestamp role
  const timestampSigners = signersOf(root, 'timestamp');
  const timestampScope = scopeOf(timestampSigners.keyids);
  const offered = await source.timestamp(timestampScope); // 5.4.1 Download the timestamp metadata file
  // 5.4.2 Check for an arbitrary software attack
  const opened = openMetadata(timestampFormat, offered.bytes, () => [timestampSigners], 'the timestamp');
  // 5.4.3.1 Check for a rollback attack: of two timestamps with one version, the new one is discarded, and what was
  // trusted stays so. That is normal, as long as nothing new was signed.
  const discards = previous !== undefined && isTrustedVersion(previous, opened.role, timestampSigners);
  const timestampFile = discards ? { bytes: previous.timestampFile.bytes, at: offered.at } : offered;
  const { role: timestamp, signedBy: timestampSignedBy } = discards
    ? openMetadata(timestampFormat, timestampFile.bytes, () => [timestampSigners], 'the cached timestamp')
    : opened;
  const timestampSeen = seenOf('timestamp', timestamp);
  seen.check(timestampSeen, ofKeys(timestampSigners.keyids)); // 5.4.3.1 Check for a rollback attack
  checkNotExpired(timestamp, 'the timestamp', now); // 5.4.4 Check for a freeze attack
  // Beyond the specification: no timestamp may outlive the three days for which hosts work without the registry. A
  // snapshot and the bins need no such bound: they are believed only as long as a timestamp names them.
  checkLife(timestamp.expires, timestampLifeDays, now, 'the timestamp');

  // 5.5 Update the snapshot role
  const { version, length, hashes } = timestamp.meta['snapshot.json'];
  const snapshotSigners = signersOf(root, 'snapshot');
  // Whatever opens under it has the digest, or is refused.
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

  // 5.6 Update the targets role. Snapshots of this registry name versions, and no digests for 5.6.2.
  const targetsSigners = signersOf(root, 'targets');
  const targetsVersion = versionIn(snapshot, 'targets');
  const { role: targets, signedBy: targetsSignedBy } = await source.open(
    `${targetsVersion}.targets.json`,
    maxTargetsBytes, // 5.6.1 Download the top-level targets metadata file
    (bytes) => {
      // 5.6.3 Check for an arbitrary software attack
      const open = openMetadata(targetsFormat, bytes, () => [targetsSigners], 'the targets file');
      checkVersion('the targets file', open.role, targetsVersion); // 5.6.4 Check against snapshot role's targets version
      // Beyond the specification: it names the keyring, so whoever holds the online keys must not bring back an old one.
      seen.check(seenOf('targets', open.role), ofKeys(targetsSigners.keyids));
      return open;
    },
  );
  checkMinimum('targets file', targets.version, config.minimum?.targets);
  checkNotExpired(targets, 'the targets file', now); // 5.6.5 Check for a freeze attack

  // 5.3.8, 5.4.5, 5.5.7 and 5.6.6 persist metadata: whoever called does, once everything below opened too.
  const marks = [
    rootMark,
    ...marksOf(timestampSeen, timestampSignedBy),
    ...marksOf(snapshotSeen, snapshotSignedBy),
    ...marksOf(seenOf('targets', targets), targetsSignedBy),
  ];
  const chain = { root, timestamp, timestampFile, timestampScope, snapshot, snapshotSignedBy, targets, marks };
  return chain as unknown as Chain;
}

/** One bin of a chain, with what is to be remembered of it. */
export interface OpenBin {
  readonly bin: BinRole;
  readonly marks: readonly Mark[];
}

/**
 * 5.6.7 Perform a pre-order depth-first search: the hash of a path leads to its one bin, and to no other role. What goes
 * out names records and the status alone, as the delegation allows, each in its own bin.
 *
 * - E_NAME: it is another bin under this one's name.
 * - E_DELEGATION: it names a path that it may not name.
 *
 * @throws Refusal with one of these codes, or as `openChain` does
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

/** 5.3 Update the root role: every root is signed by the keys of the one before it, and by its own. */
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

/** Whether a timestamp has the version of the trusted one, which the same keys may still sign. */
const isTrustedVersion = (trusted: Chain, { version }: TimestampRole, { keyids, threshold }: Signers): boolean =>
  trusted.timestamp.version === version &&
  trusted.timestampScope === scopeOf(keyids) &&
  signersOf(trusted.root, 'timestamp').threshold === threshold;

/** Of what is said, not of the file: anyone can add a signature of a key that no role names. */
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
  // Asked for every bin at each refresh: a Map of all entries each time would cost more than all signatures.
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
