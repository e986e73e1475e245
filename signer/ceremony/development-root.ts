/** The offline part of the metadata in development: a key on this machine signs it whenever that is necessary. */
import { rootFormat, targetsFormat } from '../../core/formats.ts';
import { metadataKey } from '../../core/metadata.ts';
import type { Keyring, RootMetadata } from '../../schemas/types.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import type { MetadataStore } from '../metadata/metadata-store.ts';
import { highestVersions, newest, readNewest, renew } from '../metadata/renew.ts';
import { keyringBytes, rootContent, targetsContent, type Holders } from '../metadata/role.ts';
import type { OnlineKeys } from '../metadata/repository.ts';

export interface DevelopmentKeys extends OnlineKeys {
  readonly root: SigningKey;
  readonly targets: SigningKey;
}

/** The current content of the offline roles. */
export interface Offline {
  readonly root: RootMetadata;
  readonly targetsVersion: number;
}

const rootKind = { name: 'root', format: rootFormat, type: 'root', lifeDays: 365, renewDays: 60 } as const;
const targetsKind = { name: 'targets', format: targetsFormat, type: 'targets', lifeDays: 180, renewDays: 30 } as const;

/** Root and targets with the roles of production, each held by one key. */
export async function renewDevelopmentRoot(
  store: MetadataStore,
  keyring: Keyring,
  keys: DevelopmentKeys,
  now: Date,
): Promise<Offline> {
  const by = async (key: SigningKey): Promise<Holders> => ({
    keys: [metadataKey(await key.publicKey())],
    threshold: 1,
  });
  const online = await by(keys.snapshot);
  const renewal = { store, now, highest: await highestVersions(store) };
  await renew(
    renewal,
    newest(renewal, rootKind),
    rootContent({
      root: await by(keys.root),
      targets: await by(keys.targets),
      snapshot: online,
      timestamp: await by(keys.timestamp),
    }),
    keys.root,
  );
  const { version } = await renew(
    renewal,
    newest(renewal, targetsKind),
    targetsContent(keyringBytes(keyring), online),
    keys.targets,
  );
  const root = await readNewest(store, await highestVersions(store), rootFormat, 'root');
  if (root === undefined) throw new Error('a root was just made');
  return { root: root as RootMetadata, targetsVersion: version };
}
