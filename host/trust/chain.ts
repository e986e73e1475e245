/**
 * The client's workflow of The Update Framework, section 5 of
 * https://theupdateframework.github.io/specification/v1.0.31/: from the root that IT deployed down to the bin that names
 * a file. The same steps open what is kept and what is fetched.
 */
import { sha256 } from '../../core/digest.ts';
import { binFormat, rootFormat, snapshotFormat, targetsFormat, timestampFormat } from '../../core/formats.ts';
import { maxBinBytes, maxRootRotations, maxSnapshotBytes, maxTargetsBytes } from '../../core/limits.ts';
import {
  binOf,
  binSignersOf,
  openMetadata,
  signedBytes,
  signersOf,
  statusPath,
  type Role,
  type Signers,
} from '../../core/metadata.ts';
import { Refusal } from '../../core/refusal.ts';
import { nameOfRecord } from '../../core/statement.ts';
import type { BinRole, RootRole, SnapshotRole, TargetsRole, TimestampRole, TrustConfig } from '../../schemas/types.ts';
import { scopeOf, type HighWater, type Mark } from './high-water.ts';
import type { CachedTimestamp } from './metadata-files.ts';
import type { MetadataSource } from './metadata-source.ts';

declare const verified: unique symbol;

/** What the metadata says down to the top-level targets, verified. Only `openChain` makes one. */
export interface Chain {
  readonly [verified]: true;
  readonly root: RootRole;
  readonly timestamp: TimestampRole;
  /** The timestamp's file, and when the registry was heard saying that it is the newest. */
  readonly kept: CachedTimestamp;
  /** The keys that signed it. */
  readonly timestampScope: string;
  readonly snapshot: SnapshotRole;
  readonly targets: TargetsRole;
  /** What is to be remembered once all of it is kept. */
  readonly marks: readonly Mark[];
}

/** What a chain is opened against. */
export interface ChainContext {
  readonly config: Pick<TrustConfig, 'root' | 'minimum'>;
  readonly seen: HighWater;
  readonly now: Date;
  /** What was kept until now, where it opened. */
  readonly previous?: Chain;
}

/**
 * @throws Refusal E_TOO_LARGE, E_FORMAT, E_KEY, E_SIGNATURE, E_THRESHOLD, E_DIGEST, E_VERSION, E_ROLLBACK, E_EXPIRED;
 *   and what the source throws
 */
export async function openChain(source: MetadataSource, context: ChainContext): Promise<Chain> {
  const { config, seen, now, previous } = context;

  const root = await newestRoot(source, config.root.signed);
  const rootMark = { kind: 'root', scope: rootScope, version: root.version, digest: sha256(signedBytes(root)) };
  seen.check(rootMark);
  checkMinimum('root', root.version, config.minimum?.root);
  checkNotExpired(root, 'the root', now); // 5.3.10

  // 5.4
  const timestampSigners = signersOf(root, 'timestamp');
  const timestampScope = scopeOf(timestampSigners.keyids);
  const kept = await source.timestamp(timestampScope);
  const timestamp = openMetadata(timestampFormat, kept.bytes, () => [timestampSigners], 'the timestamp'); // 5.4.2
  const timestampMark = markOf('timestamp', timestampSigners, timestamp);
  seen.check(timestampMark); // 5.4.3.1
  checkNotExpired(timestamp, 'the timestamp', now); // 5.4.4

  // 5.5
  const { version, length, hashes } = timestamp.meta['snapshot.json'];
  const snapshotSigners = signersOf(root, 'snapshot');
  // Whatever opens under it has the digest, or is refused.
  const snapshotMark: Mark = {
    kind: 'snapshot',
    scope: scopeOf(snapshotSigners.keyids),
    version,
    digest: hashes.sha256,
  };
  seen.check(snapshotMark); // 5.4.3.2
  const snapshot = await source.open(`${version}.snapshot.json`, Math.min(length, maxSnapshotBytes), (bytes) => {
    if (bytes.byteLength !== length || sha256(bytes) !== hashes.sha256)
      throw new Refusal('E_DIGEST', 'the snapshot is not the one that the timestamp names', mixedUp); // 5.5.2
    const opened = openMetadata(snapshotFormat, bytes, () => [snapshotSigners], 'the snapshot'); // 5.5.3
    checkVersion('the snapshot', opened, version); // 5.5.4
    return opened;
  });
  if (previous !== undefined && scopeOf(signersOf(previous.root, 'snapshot').keyids) === snapshotMark.scope)
    checkNothingWentBack(previous.snapshot, snapshot); // 5.5.5
  checkNotExpired(snapshot, 'the snapshot', now); // 5.5.6

  // 5.6
  const targetsSigners = signersOf(root, 'targets');
  const targetsVersion = versionIn(snapshot, 'targets');
  const { targets, targetsMark } = await source.open(`${targetsVersion}.targets.json`, maxTargetsBytes, (bytes) => {
    const opened = openMetadata(targetsFormat, bytes, () => [targetsSigners], 'the targets file'); // 5.6.3
    checkVersion('the targets file', opened, targetsVersion); // 5.6.4
    const mark = markOf('targets', targetsSigners, opened);
    seen.check(mark);
    return { targets: opened, targetsMark: mark };
  });
  checkMinimum('targets file', targets.version, config.minimum?.targets);
  checkNotExpired(targets, 'the targets file', now); // 5.6.5
  const marks = [rootMark, timestampMark, snapshotMark, targetsMark];
  return { root, timestamp, kept, timestampScope, snapshot, targets, marks } as unknown as Chain;
}

/** One bin of a chain, with what is to be remembered of it. */
export interface OpenBin {
  readonly bin: BinRole;
  readonly mark: Mark;
}

/** @throws what `openChain` throws; Refusal E_NAME, E_DELEGATION */
export async function openBin(
  source: MetadataSource,
  { snapshot, targets }: Chain,
  name: string,
  { seen, now }: Pick<ChainContext, 'seen' | 'now'>,
): Promise<OpenBin> {
  const version = versionIn(snapshot, name);
  const signers = binSignersOf(targets);
  const opened = await source.open(`${version}.${name}.json`, maxBinBytes, (bytes): OpenBin => {
    const bin = openMetadata(binFormat, bytes, () => [signers], name); // 5.6.3
    checkVersion(name, bin, version); // 5.6.4
    if (bin.name !== name) throw new Refusal('E_NAME', `${name} is ${bin.name}`, mixedUp);
    for (const path of Object.keys(bin.targets))
      if (binOf(path) !== name || (path !== statusPath && nameOfRecord(path) === undefined))
        throw new Refusal('E_DELEGATION', `${name} names ${JSON.stringify(path)}, which it may not`, mixedUp);
    const mark = markOf(name, signers, bin);
    seen.check(mark);
    return { bin, mark };
  });
  checkNotExpired(opened.bin, name, now); // 5.6.5
  return opened;
}

/** Roots are never forgotten, whoever signs them: they are what decides about everybody else's keys. */
const rootScope = '0'.repeat(16);

/** 5.3: every root is signed by the keys of the one before it, and by its own. */
async function newestRoot(source: MetadataSource, trusted: RootRole): Promise<RootRole> {
  let root = trusted;
  for (let rotations = 0; rotations < maxRootRotations; rotations++) {
    const before = root;
    const version = before.version + 1;
    const what = `root ${version}`;
    const next = await source.openRoot(version, (bytes) => {
      const signers = (opened: RootRole): Signers[] => [signersOf(before, 'root'), signersOf(opened, 'root')];
      const opened = openMetadata(rootFormat, bytes, signers, what); // 5.3.4
      checkVersion(what, opened, version); // 5.3.5
      return opened;
    });
    if (next === undefined) return root;
    root = next;
  }
  return root;
}

/** Of what is said, not of the file: anyone can add a signature of a key that does not count. */
const markOf = (kind: string, signers: Signers, role: Role): Mark => ({
  kind,
  scope: scopeOf(signers.keyids),
  version: role.version,
  digest: sha256(signedBytes(role)),
});

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
      'somebody serves an old state: try another network, and tell whoever runs the registry',
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
        'tell whoever runs the registry: its files are mixed up',
      );
  }
}

/** @throws Refusal E_EXPIRED */
function checkNotExpired({ expires }: Role, what: string, now: Date): void {
  if (now >= new Date(expires))
    throw new Refusal(
      'E_EXPIRED',
      `${what} expired at ${expires}`,
      'reach the registry for a newer one; if it serves none, tell whoever runs it',
    );
}

const mixedUp = 'do not use it: it is not what was signed. Tell whoever runs the registry';
