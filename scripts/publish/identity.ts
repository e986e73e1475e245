/** Who signs here. Development is the only identity that a registry has before its first key ceremony. */
import { sha256 } from '../../core/digest.ts';
import { keyHint, openKeyring, type OpenKeyring } from '../../core/keyring.ts';
import type { Keyring, RegistryConfig, TrustConfig } from '../../schemas/types.ts';
import { openDevelopmentKey } from '../../signer/keys/development.ts';
import type { SigningKey } from '../../signer/keys/signing-key.ts';
import type { Workspace } from './workspace.ts';

export interface Identity {
  readonly registry: string;
  readonly environment: Keyring['environment'];
  readonly key: SigningKey;
  /** As it is published. */
  readonly keyringFile: Keyring;
  readonly keyring: OpenKeyring;
}

/**
 * The development identity, made on first use. Each key has a registry id of its own, so that a host that saw one
 * development registry mistakes no other for it.
 */
export async function developmentIdentity(config: RegistryConfig, workspace: Workspace, now: Date): Promise<Identity> {
  const key = await openDevelopmentKey(workspace.key, now);
  const spki = await key.publicKey();
  const registry = `${config.id}-development-${sha256(spki).slice(0, 8)}`;
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
  return { registry, environment: 'development', key, keyringFile, keyring: openKeyring(keyringFile) };
}

/** What a host on this machine needs to trust this registry. */
export const trustConfigOf = ({ registry, environment, keyringFile }: Identity, url: string): TrustConfig => ({
  schemaVersion: 1,
  registry: { id: registry, url, environment },
  keyring: keyringFile,
});
