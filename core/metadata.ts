/**
 * Repository metadata as The Update Framework has it (https://theupdateframework.github.io/specification/v1.0.31/), in
 * the one shape that this registry writes: ECDSA on P-256, one canonical form of each file, and 256 bins by the hash of
 * a path (TAP 15). What each role's file says is in schemas/.
 */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { canonicalize } from '@tufjs/canonical-json';
import type {
  BinRole,
  MetadataKey,
  MetadataSignature,
  RootRole,
  RootRoles,
  SnapshotRole,
  TargetsRole,
  TimestampRole,
} from '../schemas/types.ts';
import { canonicalJson } from './canonical.ts';
import { sha256 } from './digest.ts';
import { isCanonicalSignature } from './ecdsa.ts';
import type { Format } from './formats.ts';
import { openFormat } from './open-format.ts';
import { Refusal } from './refusal.ts';

export const specVersion = '1.0.31';

/** What a role says. */
export type Role = RootRole | TargetsRole | BinRole | SnapshotRole | TimestampRole;

/** A role's file. */
export interface Metadata<R extends Role = Role> {
  readonly signatures: readonly MetadataSignature[];
  readonly signed: R;
}

/** Whose signatures count for a role, and how many of them it needs. */
export interface Signers {
  readonly keys: Readonly<Record<string, MetadataKey>>;
  readonly keyids: readonly string[];
  readonly threshold: number;
}

/** Those that the root names. */
export const signersOf = ({ keys, roles }: RootRole, role: keyof RootRoles): Signers => ({ keys, ...roles[role] });

/** Those that the targets role delegates the bins to. */
export const binSignersOf = ({ delegations: { keys, succinct_roles: bins } }: TargetsRole): Signers => ({
  keys,
  ...bins,
});

/** 4.2.3: OLPC's canonical JSON, which is used here and nowhere else. */
export const keyIdOf = (key: MetadataKey): string => sha256(canonicalize(key));

/** What the signatures of a file are made over. */
export const signedBytes = (role: Role): Uint8Array => Buffer.from(canonicalize(role), 'utf8');

/** The bytes of a file, of which there is one form. */
export const metadataBytes = ({ signatures, signed }: Metadata): Uint8Array =>
  canonicalJson({ signatures: signatures.toSorted((a, b) => (a.keyid < b.keyid ? -1 : 1)), signed });

/**
 * Opens a role's file: its shape, its one form, and as many signatures as the role needs, from each of the groups that
 * `signersFor` names. Whether it is the right version, and still holds, is not looked at.
 * @throws Refusal E_TOO_LARGE, E_FORMAT, E_KEY, E_SIGNATURE, E_THRESHOLD
 */
export function openMetadata<R extends Role>(
  format: Format<{ signatures: MetadataSignature[]; signed: R }>,
  bytes: Uint8Array,
  signersFor: (role: R) => readonly Signers[],
  what: string,
): R {
  const metadata: Metadata<R> = openFormat(format, bytes, what);
  // Signatures cover what is said, not how it is written: there is one way to write it.
  if (Buffer.compare(metadataBytes(metadata), bytes) !== 0)
    throw new Refusal('E_FORMAT', `${what} is not in canonical form`, mixedUp);
  for (const signers of signersFor(metadata.signed)) checkSigned(metadata, signers, what);
  return metadata.signed;
}

const mixedUp = 'do not use it: it is not what was signed. Tell whoever runs the registry';

/** 5.3.4 and its likes: a threshold of different keys. @throws Refusal E_FORMAT, E_KEY, E_SIGNATURE, E_THRESHOLD */
export function checkSigned({ signatures, signed }: Metadata, signers: Signers, what: string): void {
  const byKey = new Map(signatures.map(({ keyid, sig }) => [keyid, Buffer.from(sig, 'hex')]));
  if (byKey.size !== signatures.length) throw new Refusal('E_FORMAT', `${what} has two signatures of one key`, mixedUp);
  const bytes = signedBytes(signed);
  let valid = 0;
  let broken: string | undefined;
  // Signatures of other keys count neither for nor against.
  for (const keyid of new Set(signers.keyids)) {
    const signature = byKey.get(keyid);
    if (signature === undefined) continue;
    const key = openKey(keyid, signers.keys[keyid]);
    if (isCanonicalSignature(signature) && verify('sha256', bytes, key, signature)) valid++;
    else broken = keyid;
  }
  if (valid >= signers.threshold) return;
  if (broken !== undefined)
    throw new Refusal('E_SIGNATURE', `the signature of ${what} by the key ${broken} does not verify`, mixedUp);
  throw new Refusal(
    'E_THRESHOLD',
    `${what} is signed by ${valid} of the keys that count; ${signers.threshold} must sign`,
    mixedUp,
  );
}

/** The id is computed again, so that no key can stand under two of them and count twice. @throws Refusal E_KEY */
function openKey(keyid: string, key: MetadataKey | undefined): KeyObject {
  const refuse = (why: string, options?: ErrorOptions): Refusal =>
    new Refusal('E_KEY', `the metadata key ${keyid} ${why}`, mixedUp, options);
  if (key === undefined) throw refuse('counts for a role and is not there');
  if (keyIdOf(key) !== keyid) throw refuse('has another id than its content');
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey(key.keyval.public);
  } catch (cause) {
    throw refuse('is no public key', { cause });
  }
  if (publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw refuse('is no ECDSA key on P-256');
  if (publicKey.export({ format: 'pem', type: 'spki' }) !== key.keyval.public) throw refuse('is not in canonical form');
  return publicKey;
}

/** The metadata key that a public key is. `spki` is its SubjectPublicKeyInfo in DER. */
export const metadataKey = (spki: Uint8Array): MetadataKey => ({
  keytype: 'ecdsa',
  scheme: 'ecdsa-sha2-nistp256',
  keyval: {
    public: createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
      .export({ format: 'pem', type: 'spki' })
      .toString(),
  },
});

export const keyringPath = 'trust/keyring.json';
export const statusPath = 'trust/status.json';

/** All bins, in order. */
export const binNames: readonly string[] = Array.from(
  { length: 256 },
  (_, index) => `bin-${index.toString(16).padStart(2, '0')}`,
);

/** TAP 15: the first eight bits of the SHA-256 of a path. */
export const binOf = (path: string): string => `bin-${sha256(path).slice(0, 2)}`;

/** Where a file's exact bytes are published (3.1, consistent snapshots): `targets/servers/<sha256>.memory.json`. */
export function targetPath(path: string, digest: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `targets/${path.slice(0, slash)}${digest}.${path.slice(slash)}`;
}
