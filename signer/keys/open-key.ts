/** Opens a signing key by its address. The code for a kind of key is loaded only when such a key is opened. */
import { didYouMean } from '../../core/did-you-mean.ts';
import { Failure, systemCode, UsageError } from '../../core/failure.ts';
import { readPkcs11Address } from './pkcs11-address.ts';
import type { SigningKey } from './signing-key.ts';

/** What opening a key may need from the person who runs the command. */
export interface KeyContext {
  readonly now: Date;
  /** Asks for a passphrase or a PIN; `what` says for which: `the passphrase of root.pem`. */
  readonly readSecret: (what: string) => Promise<string>;
}

interface Kind {
  /** The form of its addresses. */
  readonly shape: string;
  readonly open: (address: string, context: KeyContext) => Promise<SigningKey>;
}

const kinds = new Map<string, Kind>([
  [
    'development',
    {
      shape: 'development:<file>',
      open: (address, { now }) =>
        import('./development.ts').then(({ openDevelopmentKey }) => openDevelopmentKey(fileOf(address), now)),
    },
  ],
  [
    'pkcs8',
    {
      shape: 'pkcs8:<file>',
      open: (address, { readSecret }) =>
        import('./pkcs8.ts').then(({ openEncryptedKey }) => openEncryptedKey(fileOf(address), readSecret)),
    },
  ],
  [
    'awskms',
    {
      shape: 'awskms:///<key id, ARN or alias/…>',
      open: (address) => import('./aws-kms.ts').then(({ openAwsKey }) => openAwsKey(address)),
    },
  ],
  [
    'pkcs11',
    {
      shape: 'pkcs11:token=<label>;object=<label>?module-path=<library>',
      open: async (address, { readSecret }) => {
        const wanted = readPkcs11Address(address);
        return import('./pkcs11.ts').then(
          ({ openPkcs11Key }) => openPkcs11Key(wanted, readSecret),
          (error: unknown) => withoutModule(error),
        );
      },
    },
  ],
]);

/**
 * Opens the key that an address names, and checks that it is on P-256 and may sign. The caller must close it.
 * @throws UsageError if the address does not name a key
 * @throws Failure if the key does not exist, cannot be reached, or may not be used
 */
export async function openKey(address: string, context: KeyContext): Promise<SigningKey> {
  // Nothing after the scheme is shown, because it may contain a PIN.
  const scheme = /^[^:;?=\s]*/u.exec(address)?.[0] ?? '';
  const kind = address.startsWith(`${scheme}:`) ? kinds.get(scheme) : undefined;
  if (kind !== undefined) return kind.open(address, context);
  throw new UsageError(
    `a key address begins with ${[...kinds.keys()].join(':, ')}:, and not with ${scheme === '' ? 'nothing' : scheme}${didYouMean(scheme, kinds.keys())}`,
    `write ${[...kinds.values()].map(({ shape }) => shape).join(', ')}`,
  );
}

function fileOf(address: string): string {
  const [scheme = ''] = address.split(':', 1);
  const file = address.slice(scheme.length + 1);
  if (file === '') throw new UsageError(`${address} names no file`, `write ${scheme}:<file>`);
  return file;
}

/** `npm ci` does not build pkcs11js, which would need a compiler and a download of Node's headers. */
function withoutModule(cause: unknown): never {
  const code = systemCode(cause);
  if (code === undefined || !['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED'].includes(code))
    throw cause;
  throw new Failure(
    'no-pkcs11js',
    'keys in tokens need the package pkcs11js, which was not built on this machine',
    'install Python, make and a C++ compiler, then run `npm ci` and `npm run build --prefix node_modules/pkcs11js`',
    { cause },
  );
}
