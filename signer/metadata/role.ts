/** Composing and signing the roles of the repository metadata. */
import { reviewableJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import {
  checkSigned,
  keyIdOf,
  keyringPath,
  launcherPath,
  metadataBytes,
  metadataKey,
  signedBytes,
  type Metadata,
  type Role,
  type Signers,
} from '../../core/metadata.ts';
import type {
  Keyring,
  LauncherFile,
  MetadataKey,
  MetadataRole,
  RootRole,
  RootRoles,
  TargetFile,
  TargetsRole,
} from '../../schemas/types.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { signBytes } from '../keys/sign-bytes.ts';

/** Who may sign for a role, and how many of them must. */
export interface Holders {
  readonly keys: readonly MetadataKey[];
  readonly threshold: number;
}

/** The content of a role, without its common head. */
export type Content<R extends Role> = Omit<R, '_type' | 'spec_version' | 'version' | 'expires'>;

export const rootContent = (holders: Readonly<Record<keyof RootRoles, Holders>>): Content<RootRole> => ({
  consistent_snapshot: true,
  keys: keysOf(Object.values(holders)),
  roles: {
    root: roleOf(holders.root),
    targets: roleOf(holders.targets),
    snapshot: roleOf(holders.snapshot),
    timestamp: roleOf(holders.timestamp),
  },
});

/** Names the keyring, the host's own program where one is published, and who signs the bins. */
export const targetsContent = (keyring: Uint8Array, bins: Holders, launcher?: LauncherFile): Content<TargetsRole> => ({
  targets: { [keyringPath]: targetFile(keyring), ...(launcher !== undefined && { [launcherPath]: launcher }) },
  delegations: {
    keys: keysOf([bins]),
    succinct_roles: { ...roleOf(bins), bit_length: 8, name_prefix: 'bin' },
  },
});

/** The exact bytes of a keyring, as they are published: people review them. */
export const keyringBytes = (keyring: Keyring): Uint8Array => reviewableJson(keyring);

export const targetFile = (bytes: Uint8Array): TargetFile => ({
  length: bytes.byteLength,
  hashes: { sha256: sha256(bytes) },
});

const keysOf = (holders: readonly Holders[]): Record<string, MetadataKey> =>
  Object.fromEntries(holders.flatMap(({ keys }) => keys).map((key): [string, MetadataKey] => [keyIdOf(key), key]));

const roleOf = ({ keys, threshold }: Holders): MetadataRole => ({
  keyids: keys.map(keyIdOf).sort(),
  threshold,
});

/** Adds a key's signature, in place of an earlier one of the same key. */
export async function addSignature<R extends Role>(
  { signatures, signed }: Metadata<R>,
  key: SigningKey,
): Promise<Metadata<R>> {
  const keyid = keyIdOf(metadataKey(await key.publicKey()));
  const sig = Buffer.from(await signBytes(key, signedBytes(signed))).toString('hex');
  const made = { signatures: [...signatures.filter((other) => other.keyid !== keyid), { keyid, sig }], signed };
  // Finds a key that makes wrong signatures.
  const keys = { [keyid]: metadataKey(await key.publicKey()) };
  checkSigned(made, { keys, keyids: [keyid], threshold: 1 }, 'the new signature');
  return made;
}

/** The signers that a role names now. */
export const holdersOf = ({ keys, keyids, threshold }: Signers): Holders => ({
  keys: keyids.flatMap((keyid) => keys[keyid] ?? []),
  threshold,
});

/** A role's file, signed by one key. */
export const seal = async (role: Role, key: SigningKey): Promise<Uint8Array> =>
  metadataBytes(await addSignature({ signatures: [], signed: role }, key));
