/** Repository metadata made without any code of the signer, so that a test may change any of it. */
import { createHash } from 'node:crypto';
import { canonicalize } from '@tufjs/canonical-json';
import { p256 } from '@noble/curves/nist.js';
import { canonicalJson } from '../../core/canonical.ts';
import { metadataKey } from '../../core/metadata.ts';
import { sha256 } from '../../core/digest.ts';
import type {
  BinRole,
  MetadataKey,
  RootMetadata,
  RootRole,
  SnapshotRole,
  TargetsRole,
  TimestampRole,
} from '../../schemas/types.ts';
import { testKey, type TestKey } from './statements.ts';

/** Who signs what, in the tests' registry. */
export interface RoleKeys {
  readonly root: readonly TestKey[];
  readonly targets: readonly TestKey[];
  readonly snapshot: readonly TestKey[];
  readonly bins: readonly TestKey[];
  readonly timestamp: readonly TestKey[];
}

const online = [testKey(20)];
export const roleKeys: RoleKeys = {
  root: [testKey(11), testKey(12), testKey(13)],
  targets: [testKey(14), testKey(15), testKey(16)],
  snapshot: online,
  bins: online,
  timestamp: [testKey(21)],
};

/** What a test changes: a role before it is signed, who signs it, or the bytes of its file. */
export interface MetadataChange {
  readonly keys?: Partial<RoleKeys>;
  /** Signed by these instead of the role's own. */
  readonly signers?: Partial<Record<keyof RoleKeys, readonly TestKey[]>>;
  readonly versions?: Partial<Record<keyof RoleKeys, number>>;
  readonly expires?: Partial<Record<keyof RoleKeys, string>>;
  readonly root?: (role: RootRole) => unknown;
  readonly targets?: (role: TargetsRole) => unknown;
  readonly snapshot?: (role: SnapshotRole) => unknown;
  readonly bin?: (role: BinRole, name: string) => unknown;
  readonly timestamp?: (role: TimestampRole) => unknown;
}

export const keyId = (key: MetadataKey): string => sha256(canonicalize(key));

const key = (each: TestKey): [string, MetadataKey] => {
  const made = metadataKey(each.spki);
  return [keyId(made), made];
};
const role = (keys: readonly TestKey[], threshold: number): { keyids: string[]; threshold: number } => ({
  keyids: keys.map((each) => key(each)[0]),
  threshold,
});

/** The bytes of a file that these keys signed. */
export const sealed = (signed: unknown, signers: readonly TestKey[]): Uint8Array =>
  canonicalJson({ signatures: signatures(signed, signers), signed });

export function signatures(signed: unknown, signers: readonly TestKey[]): RootMetadata['signatures'] {
  const digest = createHash('sha256').update(canonicalize(signed)).digest();
  return signers
    .map((each) => ({
      keyid: key(each)[0],
      sig: Buffer.from(p256.sign(digest, each.secret, { prehash: false, lowS: true, format: 'der' })).toString('hex'),
    }))
    .sort((a, b) => (a.keyid < b.keyid ? -1 : 1));
}

const far = '2027-01-01T00:00:00Z';
/** Just three days after a host reaches the registry for the first time: a timestamp may live no longer. */
const timestampEnds = '2026-06-04T11:45:00Z';
const same = (made: unknown): unknown => made;
const common = (
  change: MetadataChange,
  name: keyof RoleKeys,
): { spec_version: string; version: number; expires: string } => ({
  spec_version: '1.0.31',
  version: change.versions?.[name] ?? 1,
  expires: change.expires?.[name] ?? (name === 'timestamp' ? timestampEnds : far),
});

export function aRoot(change: MetadataChange = {}): RootRole {
  const keys = { ...roleKeys, ...change.keys };
  return {
    _type: 'root',
    ...common(change, 'root'),
    consistent_snapshot: true,
    keys: Object.fromEntries([...keys.root, ...keys.targets, ...keys.snapshot, ...keys.timestamp].map(key)),
    roles: {
      root: role(keys.root, 2),
      targets: role(keys.targets, 2),
      snapshot: role(keys.snapshot, 1),
      timestamp: role(keys.timestamp, 1),
    },
  };
}

export function aRootFile(change: MetadataChange = {}): RootMetadata {
  const signed = (change.root ?? same)(aRoot(change)) as RootRole;
  const signers = change.signers?.root ?? (change.keys?.root ?? roleKeys.root).slice(0, 2);
  return { signatures: signatures(signed, signers), signed };
}

const file = (bytes: Uint8Array): { length: number; hashes: { sha256: string } } => ({
  length: bytes.byteLength,
  hashes: { sha256: sha256(bytes) },
});

/** Empty bins are many, and all alike. */
const made = new Map<string, Uint8Array>();
function remembered(signed: unknown, signers: readonly TestKey[]): Uint8Array {
  const name = JSON.stringify([signed, signers.map(({ hint }) => hint)]);
  const bytes = made.get(name) ?? sealed(signed, signers);
  made.set(name, bytes);
  return bytes;
}

/** Everything below `metadata/` and `targets/`: `named` are the files of the bins, by path. */
export function metadataFiles(
  named: ReadonlyMap<string, Uint8Array>,
  keyring: Uint8Array,
  change: MetadataChange = {},
): Map<string, Uint8Array> {
  const keys = { ...roleKeys, ...change.keys };
  const signers = {
    targets: keys.targets.slice(0, 2),
    snapshot: keys.snapshot,
    bins: keys.bins,
    timestamp: keys.timestamp,
    ...change.signers,
  };
  const files = new Map<string, Uint8Array>();
  const root = aRootFile(change);
  files.set(`metadata/${root.signed.version}.root.json`, canonicalJson(root));
  for (const [path, bytes] of [...named, ['trust/keyring.json', keyring] as const])
    files.set(`targets/${path.replace(/[^/]*$/u, (name) => `${sha256(bytes)}.${name}`)}`, bytes);

  const targets: TargetsRole = {
    _type: 'targets',
    ...common(change, 'targets'),
    targets: { 'trust/keyring.json': file(keyring) },
    delegations: {
      keys: Object.fromEntries(keys.bins.map(key)),
      succinct_roles: { ...role(keys.bins, 1), bit_length: 8, name_prefix: 'bin' },
    },
  };
  files.set(`metadata/${targets.version}.targets.json`, sealed((change.targets ?? same)(targets), signers.targets));

  const meta: SnapshotRole['meta'] = { 'targets.json': { version: targets.version } };
  for (let index = 0; index < 256; index++) {
    const suffix = index.toString(16).padStart(2, '0');
    const name = `bin-${suffix}`;
    const bin: BinRole = {
      _type: 'targets',
      ...common(change, 'bins'),
      name,
      targets: Object.fromEntries(
        [...named].filter(([path]) => sha256(path).startsWith(suffix)).map(([path, bytes]) => [path, file(bytes)]),
      ),
    };
    meta[`${name}.json`] = { version: bin.version };
    files.set(
      `metadata/${bin.version}.${name}.json`,
      remembered(change.bin === undefined ? bin : change.bin(bin, name), signers.bins),
    );
  }
  const snapshot: SnapshotRole = { _type: 'snapshot', ...common(change, 'snapshot'), meta };
  const snapshotBytes = sealed((change.snapshot ?? same)(snapshot), signers.snapshot);
  files.set(`metadata/${snapshot.version}.snapshot.json`, snapshotBytes);

  const timestamp: TimestampRole = {
    _type: 'timestamp',
    ...common(change, 'timestamp'),
    meta: { 'snapshot.json': { version: snapshot.version, ...file(snapshotBytes) } },
  };
  files.set('metadata/timestamp.json', sealed((change.timestamp ?? same)(timestamp), signers.timestamp));
  return files;
}
