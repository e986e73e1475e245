/** Who signs here: in production what the key ceremony decided, in development keys of this machine. */
import { join } from 'node:path';
import { sha256 } from '../core/digest.ts';
import { Failure, UsageError } from '../core/failure.ts';
import { openKeyring, type OpenKeyring } from '../core/keyring.ts';
import { metadataBytes, type Metadata } from '../core/metadata.ts';
import { toSecond } from '../core/time.ts';
import type { Keyring, LauncherFile, RegistryConfig, RootMetadata, SignerKeys, TrustConfig } from '../schemas/types.ts';
import { renewDevelopmentRoot } from './ceremony/development-root.ts';
import { launcherBytes, launcherIn } from './ceremony/launcher-file.ts';
import { openDevelopmentKey, type DevelopmentKey } from './keys/development.ts';
import { openKey, type KeyContext } from './keys/open-key.ts';
import type { SigningKey } from './keys/signing-key.ts';
import { metadataFileName, MetadataStore, type MetadataName } from './metadata/metadata-store.ts';
import type { OnlineKeys } from './metadata/repository.ts';
import type { State } from './state/state.ts';
import type { ConfigFile } from '../catalog/registry-files.ts';
import { approvalKey } from './ceremony/keyring-file.ts';
import type { TrustFolder } from './ceremony/trust-folder.ts';
import type { Workspace } from '../catalog/workspace.ts';

/** The keys that sign what is published. */
export interface SigningKeys extends OnlineKeys {
  /** Signs approvals and status. */
  readonly approval: SigningKey;
}

export interface Identity {
  readonly registry: string;
  /** SHA-256 of registry.yaml. */
  readonly registryFile: string;
  readonly environment: Keyring['environment'];
  /** Opens the keys: only signing needs them. Whoever opens them closes them. */
  readonly openKeys: () => Promise<SigningKeys>;
  /** As it is published. */
  readonly keyringFile: Keyring;
  readonly keyring: OpenKeyring;
  /** What hosts are to begin with. */
  readonly root: RootMetadata;
  /** Of the newest file of the targets role. */
  readonly targetsVersion: number;
  /** The host's own program, where the offline keys named one; its bytes, if they are there. */
  readonly launcher?: { readonly file: LauncherFile; readonly bytes: Uint8Array | undefined };
  /** What the offline keys signed, to be published beside what the online keys sign. In development it is there already. */
  readonly offline: readonly OfflineFile[];
}

/** A file of the repository metadata that people signed. */
export interface OfflineFile {
  readonly name: MetadataName;
  readonly file: Metadata;
}

/**
 * The development identity, made on first use, with a key for each role. Each root key has a registry id of its own, so
 * that a host that saw one development registry mistakes no other for it.
 */
export async function developmentIdentity(
  { value: config, sha256: registryFile }: ConfigFile<RegistryConfig>,
  { keys: folder }: Workspace,
  state: State,
  now: Date,
): Promise<Identity> {
  const open = (role: string): Promise<DevelopmentKey> => openDevelopmentKey(join(folder, `${role}.pem`), now);
  const key = await open('approval');
  const keys = {
    root: await open('root'),
    targets: await open('targets'),
    snapshot: await open('snapshot'),
    timestamp: await open('timestamp'),
  };
  const registry = `${config.id}-development-${sha256(await keys.root.publicKey()).slice(0, 8)}`;
  const keyringFile: Keyring = {
    schemaVersion: 1,
    registry,
    environment: 'development',
    // From the first second of all on: a clock that was wrong when the key was made changes nothing.
    keys: [approvalKey(await key.publicKey(), toSecond(new Date(0)))],
  };
  const offline = await renewDevelopmentRoot(new MetadataStore(state), keyringFile, keys, now);
  return {
    registry,
    registryFile,
    environment: 'development',
    openKeys: async () => ({ approval: key, snapshot: keys.snapshot, timestamp: keys.timestamp }),
    keyringFile,
    keyring: openKeyring(keyringFile),
    ...offline,
    offline: [],
  };
}

/**
 * The production identity: what the offline keys have signed in trust/, and the online keys. `registryFile` is the SHA-256
 * of registry.yaml.
 * @throws UsageError where the ceremony is not done, or no keys are named
 */
export function productionIdentity(
  registryFile: string,
  { ceremony, roots, launchers }: TrustFolder,
  { keys, ...context }: KeyContext & { readonly keys: SignerKeys | undefined },
): Identity {
  const { root, targets } = ceremony;
  if (root === undefined || targets === undefined)
    throw new UsageError('the offline keys have not signed yet', '`registry root status` says who is missing');
  const { keyring, targets: file } = targets;
  const launcher = launcherIn(file.signed);
  return {
    registry: keyring.registry,
    registryFile,
    environment: 'production',
    openKeys: async () => {
      if (keys === undefined)
        throw new UsageError(
          'registry.yaml names no keys',
          'add `keys` with the addresses of approval, snapshot and timestamp',
        );
      return {
        approval: await openKey(keys.approval, context),
        snapshot: await openKey(keys.snapshot, context),
        timestamp: await openKey(keys.timestamp, context),
      };
    },
    keyringFile: keyring,
    keyring: openKeyring(keyring),
    root: { signatures: [...root.signatures], signed: root.signed },
    targetsVersion: file.signed.version,
    ...(launcher !== undefined && { launcher: { file: launcher, bytes: launcherBytes(launcher, launchers) } }),
    offline: [
      ...roots.map((each) => ({ name: { role: 'root', version: each.signed.version }, file: each })),
      { name: { role: 'targets', version: file.signed.version }, file },
    ],
  };
}

/** Puts what people signed beside what is published. @throws Failure where other bytes have that place already */
export async function placeOffline(store: MetadataStore, identity: Pick<Identity, 'offline'>): Promise<void> {
  for (const { name, file } of identity.offline) await store.create(name, metadataBytes(file));
  await checkOffline(store, identity);
}

/** What was published of the offline keys is what they signed, as far as it is there. @throws Failure `metadata-store` */
export async function checkOffline(store: MetadataStore, { offline }: Pick<Identity, 'offline'>): Promise<void> {
  const there = new Set((await store.list()).map(metadataFileName));
  for (const { name, file } of offline) {
    if (!there.has(metadataFileName(name)) || Buffer.compare(await store.read(name), metadataBytes(file)) === 0)
      continue;
    throw new Failure(
      'metadata-store',
      `${metadataFileName(name)} was published before, with other content than trust/ has`,
      'restore trust/ from the history of main, or sign its change under the next version',
    );
  }
}

/** What a host on this machine needs to trust this registry. */
export const trustConfigOf = ({ registry, environment, root }: Identity, url: string, now: Date): TrustConfig => ({
  schemaVersion: 1,
  registry: { id: registry, url, environment },
  root,
  exportedAt: toSecond(now),
});
