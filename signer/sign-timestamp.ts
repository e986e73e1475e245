import { withKey } from './keys/with-key.ts';
import type { KeyContext } from './keys/open-key.ts';
import { MetadataStore } from './metadata/metadata-store.ts';
import { updateTimestamp } from './metadata/repository.ts';
import type { State } from './state/state.ts';

/**
 * Signs the timestamp again where it ends soon, or there is a newer snapshot. It needs the key at `address`, and nothing of
 * what the repository holds. Gives whether it was signed.
 * @throws Failure where the state or the key does not answer
 */
export const signTimestamp = (state: State, address: string, context: KeyContext): Promise<boolean> =>
  withKey(address, context, (key) => updateTimestamp(new MetadataStore(state), key, context.now));
