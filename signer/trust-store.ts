/** What the offline keys signed, kept in the state for the function that signs metadata: that one asks no forge. */
import { maxBinBytes } from '../core/limits.ts';
import { metadataBytes } from '../core/metadata.ts';
import { Failure } from '../core/failure.ts';
import { readTrustFolder, type TrustFolder } from './ceremony/trust-folder.ts';
import type { Identity } from './identity.ts';
import { metadataFileName } from './metadata/metadata-store.ts';
import { keyringBytes } from './metadata/role.ts';
import type { State } from './state/state.ts';

const folder = 'trust';

/** Each file once: what people signed under a number never changes. @throws Failure `trust-store` */
export async function writeTrust(
  state: State,
  { offline, keyringFile, targetsVersion }: Pick<Identity, 'offline' | 'keyringFile' | 'targetsVersion'>,
): Promise<void> {
  const files: readonly (readonly [string, Uint8Array])[] = [
    ...offline.map(({ name, file }) => [metadataFileName(name), metadataBytes(file)] as const),
    [`${targetsVersion}.keyring.json`, keyringBytes(keyringFile)],
  ];
  for (const [name, bytes] of files) {
    const path = `${folder}/${name}`;
    if (await state.create(path, bytes)) continue;
    const there = await state.read(path, maxBinBytes);
    if (there?.bytes.equals(bytes) !== true)
      throw new Failure(
        'trust-store',
        `${state.place(path)} was stored before, with other content than trust/ has on main`,
        'restore trust/ from the history of main, or sign its change under the next version',
      );
  }
}

/** As the folder trust/ of a repository, every signature checked. @throws Failure `trust-folder`, and as the state does */
export async function readTrust(state: State): Promise<TrustFolder> {
  const files = new Map<string, Buffer>();
  for await (const { path } of state.list(folder)) {
    const stored = await state.read(path, maxBinBytes);
    if (stored !== undefined) files.set(path, stored.bytes);
  }
  return readTrustFolder({
    list: () => [...files.keys()].map((path) => path.slice(folder.length + 1)),
    read: (path) => files.get(path),
  });
}
