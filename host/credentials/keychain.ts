/**
 * The keychain of the account: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. The library is
 * native and optional, so it is loaded only where somebody keeps a secret there.
 */
import { Failure } from '../../core/failure.ts';

/** What an entry is found by. */
export interface KeychainEntry {
  readonly service: string;
  readonly account: string;
}

export interface Keychain {
  /** Undefined if there is no such entry. @throws Failure `no-keychain` */
  get(entry: KeychainEntry): Promise<string | undefined>;
  /** @throws Failure `no-keychain` */
  set(entry: KeychainEntry, secret: string): Promise<void>;
  /** Whether there was one. @throws Failure `no-keychain` */
  remove(entry: KeychainEntry): Promise<boolean>;
}

/** @throws Failure `no-keychain` if the library cannot be loaded here */
export type OpenKeychain = () => Promise<Keychain>;

/**
 * On Linux the library would otherwise fall back to the kernel's keyring, which forgets everything at the next start of the
 * machine, and which every process of the session can read.
 */
const store = { linux: { store: 'secret-service' } } as const;

export const openKeychain: OpenKeychain = async () => {
  const { AsyncEntry } = await import('@napi-rs/keyring').catch(() => {
    throw noKeychain('the library @napi-rs/keyring is not installed');
  });
  const attempt = async <T>(
    { service, account }: KeychainEntry,
    task: (entry: InstanceType<typeof AsyncEntry>) => Promise<T>,
  ): Promise<T> => {
    try {
      return await task(new AsyncEntry(service, account, store));
    } catch {
      // What the library says may hold what it was given.
      throw noKeychain('it does not answer, or is locked');
    }
  };
  return {
    get: async (entry) => (await attempt(entry, (each) => each.getPassword())) ?? undefined,
    set: (entry, secret) => attempt(entry, (each) => each.setPassword(secret)),
    remove: (entry) => attempt(entry, (each) => each.deleteCredential()),
  };
};

const noKeychain = (why: string): Failure =>
  new Failure(
    'no-keychain',
    `the keychain of this account cannot be used: ${why}`,
    'unlock it; where there is none, `countersign credentials set --file` keeps a secret in a private file',
  );
