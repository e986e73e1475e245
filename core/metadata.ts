/**
 * The repository metadata of The Update Framework (https://theupdateframework.github.io/specification/v1.0.31/), in the
 * form that this registry writes: one canonical form of each file, and 256 bins by the hash of a path (TAP 15). The
 * fields of each role are in schemas/. As the specification requires, unknown fields of a role are covered by the
 * signature and then ignored, so that today's hosts still work with a later version of a registry.
 */
import { createPublicKey, verify } from 'node:crypto';
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

/** The signed part of a role's file. */
export type Role = RootRole | TargetsRole | BinRole | SnapshotRole | TimestampRole;

/** A role's file. */
export interface Metadata<R extends Role = Role> {
  readonly signatures: readonly MetadataSignature[];
  readonly signed: R;
}

/** The keys whose signatures a role accepts, and how many of them must sign. */
export interface Signers {
  readonly keys: Readonly<Record<string, MetadataKey>>;
  readonly keyids: readonly string[];
  readonly threshold: number;
}

/** The signers of a role that the root names. */
export const signersOf = ({ keys, roles }: RootRole, role: keyof RootRoles): Signers => signersIn(keys, roles[role]);

/** The signers to which the targets role delegates the bins. */
export const binSignersOf = ({ delegations: { keys, succinct_roles: bins } }: TargetsRole): Signers =>
  signersIn(keys, bins);

/** Copied field by field, so that an unknown field of a role cannot replace one of these. */
const signersIn = (keys: Signers['keys'], { keyids, threshold }: Omit<Signers, 'keys'>): Signers => ({
  keys,
  keyids,
  threshold,
});

/** TUF 4.2.3. OLPC's canonical JSON is used only in this file. */
export const keyIdOf = (key: MetadataKey): string => sha256(canonicalize(key));

/** The bytes that the signatures of a file cover. */
export const signedBytes = (role: Role): Uint8Array => Buffer.from(canonicalize(role), 'utf8');

/** The bytes of a file, in the only form that is accepted. */
export const metadataBytes = ({ signatures, signed }: Metadata): Uint8Array =>
  canonicalJson({ signatures: signatures.toSorted((a, b) => (a.keyid < b.keyid ? -1 : 1)), signed });

/** A role whose signatures were checked. */
export interface OpenMetadata<R extends Role> {
  readonly role: R;
  /** The ids of the role's keys whose signatures verify: at least as many as must sign. */
  readonly signedBy: readonly string[];
}

/**
 * Opens a role's file. Checks its shape and canonical form, and that enough keys signed it, in each of the groups that
 * `signersFor` returns. The caller must check the version and the expiry.
 * @throws Refusal E_TOO_LARGE, E_FORMAT, E_KEY, E_SIGNATURE, E_THRESHOLD
 */
export function openMetadata<R extends Role>(
  format: Format<{ signatures: MetadataSignature[]; signed: R }>,
  bytes: Uint8Array,
  signersFor: (role: R) => readonly Signers[],
  what: string,
): OpenMetadata<R> {
  const metadata: Metadata<R> = openFormat(format, bytes, what);
  // Signatures cover the values, not the bytes of the file. So only one way to write the values is accepted.
  if (Buffer.compare(metadataBytes(metadata), bytes) !== 0)
    throw new Refusal('E_FORMAT', `${what} is not in canonical form`, mixedUp);
  const signedBy = new Set<string>();
  for (const signers of signersFor(metadata.signed))
    for (const keyid of checkSigned(metadata, signers, what)) signedBy.add(keyid);
  return { role: metadata.signed, signedBy: [...signedBy] };
}

const mixedUp = 'do not use it: it is not what was signed. Tell the operator of the registry';

/**
 * Checks that enough different keys signed: TUF 5.3.4 Check for an arbitrary software attack, for the root, and the
 * same step of each role below it. Returns the ids of the keys whose signatures verify.
 * @throws Refusal E_FORMAT, E_KEY, E_SIGNATURE, E_THRESHOLD
 */
export function checkSigned({ signatures, signed }: Metadata, signers: Signers, what: string): readonly string[] {
  const byKey = new Map(signatures.map(({ keyid, sig }) => [keyid, Buffer.from(sig, 'hex')]));
  if (byKey.size !== signatures.length) throw new Refusal('E_FORMAT', `${what} has two signatures of one key`, mixedUp);
  const bytes = bytesToVerify(signed, what);
  // Counted by public key: one key could have two ids, by an unknown field in each entry, and must not count twice.
  const valid = new Map<string, string>();
  let broken: string | undefined;
  // Signatures by keys that are not the role's are ignored.
  for (const keyid of new Set(signers.keyids)) {
    const signature = byKey.get(keyid);
    if (signature === undefined) continue;
    const key = openKey(keyid, signers.keys[keyid]);
    if (key === undefined) continue;
    if (key.verifies(bytes, signature)) valid.set(key.id, keyid);
    else broken = keyid;
  }
  if (valid.size >= signers.threshold) return [...valid.values()];
  if (broken !== undefined)
    throw new Refusal('E_SIGNATURE', `the signature of ${what} by the key ${broken} does not verify`, mixedUp);
  throw new Refusal(
    'E_THRESHOLD',
    `${what} is signed by ${valid.size} of the role's keys; ${signers.threshold} must sign`,
    mixedUp,
  );
}

/** @throws Refusal E_FORMAT if canonical JSON cannot express it */
function bytesToVerify(signed: Role, what: string): Uint8Array {
  try {
    return signedBytes(signed);
  } catch (cause) {
    const why = 'holds a number with a fraction, which TUF files cannot sign';
    throw new Refusal('E_FORMAT', `${what} ${why}`, mixedUp, { cause });
  }
}

/** A key that can verify. */
interface OpenMetadataKey {
  /** Equal for equal public keys, even if the entries differ in other fields. */
  readonly id: string;
  readonly verifies: (bytes: Uint8Array, signature: Uint8Array) => boolean;
}

/**
 * Reads a key of a role. Undefined if this program does not know its kind, so that a registry can start to sign with
 * new kinds of keys in addition to today's. The id is computed again from the whole entry.
 * @throws Refusal E_KEY
 */
function openKey(keyid: string, key: MetadataKey | undefined): OpenMetadataKey | undefined {
  const before = key === undefined ? undefined : openKeys.get(key);
  if (before?.keyid === keyid) return before.opened;
  const opened = openNewKey(keyid, key);
  if (key !== undefined) openKeys.set(key, { keyid, opened });
  return opened;
}

/** By their entry, because one entry is the key of all bins, and to open it takes longer than to verify with it. */
const openKeys = new WeakMap<MetadataKey, { readonly keyid: string; readonly opened: OpenMetadataKey | undefined }>();

function openNewKey(keyid: string, key: MetadataKey | undefined): OpenMetadataKey | undefined {
  const refuse = (why: string, options?: ErrorOptions): Refusal =>
    new Refusal('E_KEY', `the metadata key ${keyid} ${why}`, mixedUp, options);
  if (key === undefined) throw refuse('is named by a role, and is not there');
  if (keyIdOf(key) !== keyid) throw refuse('has another id than its content');
  const { public: text } = key.keyval;
  try {
    switch (`${key.keytype} ${key.scheme}`) {
      case 'ecdsa ecdsa-sha2-nistp256':
        return { id: text, verifies: p256Verifier(text) };
      case 'ed25519 ed25519':
        return { id: text, verifies: ed25519Verifier(text) };
      default:
        return undefined;
    }
  } catch (cause) {
    throw refuse(cause instanceof UnfitKey ? cause.message : 'is no public key', { cause });
  }
}

/** The reason why a valid public key is not accepted. */
class UnfitKey extends Error {
  override readonly name = 'UnfitKey';
}

/** @throws UnfitKey, and what reading the key throws */
function p256Verifier(pem: string): OpenMetadataKey['verifies'] {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new UnfitKey('is no ECDSA key on P-256');
  if (key.export({ format: 'pem', type: 'spki' }) !== pem) throw new UnfitKey('is not in canonical form');
  return (bytes, signature) => isCanonicalSignature(signature) && verify('sha256', bytes, key, signature);
}

/** RFC 8032: 32 bytes of key, 64 bytes of signature. @throws UnfitKey, and what reading the key throws */
function ed25519Verifier(hex: string): OpenMetadataKey['verifies'] {
  if (!/^[0-9a-f]{64}$/u.test(hex)) throw new UnfitKey('is no Ed25519 key of 64 lower-case hexadecimal digits');
  const x = Buffer.from(hex, 'hex').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return (bytes, signature) => verify(null, bytes, key, signature);
}

/** The entry of a public key on P-256 in a role. `spki` is its SubjectPublicKeyInfo in DER. */
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
/** The host's own program. Only the top-level targets, which offline keys sign, may name it. */
export const launcherPath = 'launcher/countersign.tgz';

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
