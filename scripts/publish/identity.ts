/** Who signs here. Development is the only identity that a registry has before its first key ceremony. */
import { join } from 'node:path';
import { sha256 } from '../../core/digest.ts';
import { keyHint, openKeyring, type OpenKeyring } from '../../core/keyring.ts';
import { toSecond } from '../../core/time.ts';
import type { Keyring, RegistryConfig, RootMetadata, TrustConfig } from '../../schemas/types.ts';
import { renewDevelopmentRoot } from '../../signer/development-root.ts';
import { openDevelopmentKey, type DevelopmentKey } from '../../signer/keys/development.ts';
import type { SigningKey } from '../../signer/keys/signing-key.ts';
import { MetadataStore } from '../../signer/metadata-store.ts';
import type { OnlineKeys } from '../../signer/repository.ts';
import type { ConfigFile } from '../catalog/repository.ts';
import type { Workspace } from './workspace.ts';

export interface Identity {
  readonly registry: string;
  /** SHA-256 of registry.yaml. */
  readonly registryFile: string;
  readonly environment: Keyring['environment'];
  /** Signs approvals and status. */
  readonly key: SigningKey;
  readonly online: OnlineKeys;
  /** As it is published. */
  readonly keyringFile: Keyring;
  readonly keyring: OpenKeyring;
  /** What hosts are to begin with. */
  readonly root: RootMetadata;
  /** Of the newest file of the targets role. */
  readonly targetsVersion: number;
}

/**
 * The development identity, made on first use, with a key for each role. Each root key has a registry id of its own, so
 * that a host that saw one development registry mistakes no other for it.
 */
export async function developmentIdentity(
  { value: config, sha256: registryFile }: ConfigFile<RegistryConfig>,
  workspace: Workspace,
  now: Date,
): Promise<Identity> {
  const open = (role: string): Promise<DevelopmentKey> => openDevelopmentKey(join(workspace.keys, `${role}.pem`), now);
  const key = await open('approval');
  const keys = {
    root: await open('root'),
    targets: await open('targets'),
    snapshot: await open('snapshot'),
    timestamp: await open('timestamp'),
  };
  const registry = `${config.id}-development-${sha256(await keys.root.publicKey()).slice(0, 8)}`;
  const spki = await key.publicKey();
  const keyringFile: Keyring = {
    schemaVersion: 1,
    registry,
    environment: 'development',
    keys: [
      {
        hint: keyHint(spki),
        algorithm: 'ecdsa-p256-sha256',
        publicKey: Buffer.from(spki).toString('base64'),
        validFrom: key.madeAt,
      },
    ],
  };
  const offline = await renewDevelopmentRoot(new MetadataStore(workspace.metadata), keyringFile, keys, now);
  return {
    registry,
    registryFile,
    environment: 'development',
    key,
    online: keys,
    keyringFile,
    keyring: openKeyring(keyringFile),
    ...offline,
  };
}

/** What a host on this machine needs to trust this registry. */
export const trustConfigOf = ({ registry, environment, root }: Identity, url: string, now: Date): TrustConfig => ({
  schemaVersion: 1,
  registry: { id: registry, url, environment },
  root,
  exportedAt: toSecond(now),
});
