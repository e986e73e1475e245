import { openKey, type KeyContext } from './open-key.ts';
import type { SigningKey } from './signing-key.ts';

/** Opens the key at an address for as long as `use` runs. @throws as `openKey` does, and what `use` throws */
export async function withKey<T>(
  address: string,
  context: KeyContext,
  use: (key: SigningKey) => Promise<T>,
): Promise<T> {
  const key = await openKey(address, context);
  try {
    return await use(key);
  } finally {
    await key.close?.();
  }
}
