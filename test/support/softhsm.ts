/** Tokens in software: softhsm2, in a folder of the tests' own. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import type { Handle, PKCS11, pkcs11js } from '../../signer/keys/pkcs11js.ts';
import { temporaryFolder } from './folder.ts';

type Pkcs11Js = typeof pkcs11js;

const usualPlaces = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

export interface SoftHsm {
  readonly modulePath: string;
  readonly js: Pkcs11Js;
}

/** What a test of tokens needs. Where it is missing the test fails in CI; elsewhere it is skipped and says why. */
export function softHsmFor(context: TestContext): SoftHsm {
  const found = find();
  if (typeof found !== 'string') return found;
  if (process.env['CI'] !== undefined) throw new Error(`${found}, and CI must test it`);
  if (!said.has(found)) process.stderr.write(`skipped: ${found}\n`);
  said.add(found);
  return context.skip(found);
}

const said = new Set<string>();

function find(): SoftHsm | string {
  const modulePath = usualPlaces.find(existsSync);
  if (modulePath === undefined) return 'keys in tokens are not tested: softhsm2 is not installed';
  try {
    return { modulePath, js: createRequire(import.meta.url)('pkcs11js') as Pkcs11Js };
  } catch {
    return 'keys in tokens are not tested: pkcs11js was not built (`npm run build --prefix node_modules/pkcs11js`)';
  }
}

/** Object identifiers in DER. */
const curveIds = { p256: '06082a8648ce3d030107', p384: '06052b81040022', secp256k1: '06052b8104000a' } as const;

export interface NewKey {
  readonly label: string;
  readonly id?: Uint8Array;
  readonly curve?: keyof typeof curveIds | 'rsa';
  /** CKA_SIGN. */
  readonly signs?: boolean;
  /** Whether the public half stays on the token. */
  readonly withPublic?: boolean;
  /** CKA_ALWAYS_AUTHENTICATE. */
  readonly asksEachTime?: boolean;
  /** A private scalar to put there, with its point, instead of having the token make one. */
  readonly imported?: { readonly scalar: Buffer; readonly point: Buffer };
}

export interface TokenFolder {
  readonly folder: string;
  /** For the environment of a process: SOFTHSM2_CONF. */
  readonly conf: string;
  /** Makes a token; gives its serial. */
  addToken(label: string, pin: string): string;
  addKey(serial: string, pin: string, key: NewKey): void;
}

/** An empty folder of tokens, which this process uses from now on. */
export async function softHsmFolder({ modulePath, js }: SoftHsm): Promise<TokenFolder> {
  const folder = await temporaryFolder();
  const conf = join(folder, 'softhsm2.conf');
  await mkdir(join(folder, 'tokens'));
  await writeFile(
    conf,
    `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );

  /** No key may be open meanwhile: a library is initialised once in a process. */
  const use = <T>(act: (pkcs11: PKCS11) => T): T => {
    process.env['SOFTHSM2_CONF'] = conf;
    const pkcs11 = new js.PKCS11();
    pkcs11.load(modulePath);
    pkcs11.C_Initialize();
    try {
      return act(pkcs11);
    } finally {
      pkcs11.C_Finalize();
      pkcs11.close();
    }
  };
  const slotOf = (pkcs11: PKCS11, serial: string): Handle => {
    const slot = pkcs11.C_GetSlotList(true).find((each) => pkcs11.C_GetTokenInfo(each).serialNumber.trim() === serial);
    if (slot === undefined) throw new Error(`there is no token ${serial}`);
    return slot;
  };
  const loggedIn = (pkcs11: PKCS11, slot: Handle, user: number, pin: string): Handle => {
    const session = pkcs11.C_OpenSession(slot, js.CKF_SERIAL_SESSION | js.CKF_RW_SESSION);
    pkcs11.C_Login(session, user, pin);
    return session;
  };

  return {
    folder,
    conf,
    addToken: (label, pin) => {
      const serial = use((pkcs11) => {
        const empty = pkcs11
          .C_GetSlotList(true)
          .find((slot) => (pkcs11.C_GetTokenInfo(slot).flags & js.CKF_TOKEN_INITIALIZED) === 0);
        if (empty === undefined) throw new Error('softhsm2 has no empty slot');
        pkcs11.C_InitToken(empty, 'so-pin', label);
        return pkcs11.C_GetTokenInfo(empty).serialNumber.trim();
      });
      use((pkcs11) => {
        pkcs11.C_InitPIN(loggedIn(pkcs11, slotOf(pkcs11, serial), js.CKU_SO, 'so-pin'), pin);
      });
      return serial;
    },
    addKey: (serial, pin, key) => {
      use((pkcs11) => {
        make(js, pkcs11, loggedIn(pkcs11, slotOf(pkcs11, serial), js.CKU_USER, pin), key);
      });
    },
  };
}

function make(
  js: Pkcs11Js,
  pkcs11: PKCS11,
  session: Handle,
  {
    label,
    id = Buffer.from(label),
    curve = 'p256',
    signs = true,
    withPublic = true,
    asksEachTime = false,
    imported,
  }: NewKey,
): void {
  const common = [
    { type: js.CKA_LABEL, value: Buffer.from(label) },
    { type: js.CKA_ID, value: Buffer.from(id) },
  ];
  const params = { type: js.CKA_EC_PARAMS, value: Buffer.from(curveIds[curve === 'rsa' ? 'p256' : curve], 'hex') };
  const publicPart = [...common, { type: js.CKA_TOKEN, value: withPublic }, { type: js.CKA_VERIFY, value: true }];
  const privatePart = [
    ...common,
    { type: js.CKA_TOKEN, value: true },
    { type: js.CKA_PRIVATE, value: true },
    { type: js.CKA_SENSITIVE, value: true },
    { type: js.CKA_EXTRACTABLE, value: false },
    { type: js.CKA_SIGN, value: signs },
    ...(asksEachTime ? [{ type: js.CKA_ALWAYS_AUTHENTICATE, value: true }] : []),
  ];
  if (imported !== undefined) {
    const type = { type: js.CKA_KEY_TYPE, value: js.CKK_EC };
    const value = { type: js.CKA_VALUE, value: imported.scalar };
    const point = { type: js.CKA_EC_POINT, value: Buffer.concat([Buffer.of(4, 65), imported.point]) };
    pkcs11.C_CreateObject(session, [
      { type: js.CKA_CLASS, value: js.CKO_PRIVATE_KEY },
      type,
      params,
      value,
      ...privatePart,
    ]);
    pkcs11.C_CreateObject(session, [
      { type: js.CKA_CLASS, value: js.CKO_PUBLIC_KEY },
      type,
      params,
      point,
      ...publicPart,
    ]);
  } else if (curve === 'rsa') {
    const size = [
      { type: js.CKA_MODULUS_BITS, value: 2048 },
      { type: js.CKA_PUBLIC_EXPONENT, value: Buffer.from('010001', 'hex') },
    ];
    pkcs11.C_GenerateKeyPair(
      session,
      { mechanism: js.CKM_RSA_PKCS_KEY_PAIR_GEN },
      [...publicPart, ...size],
      privatePart,
    );
  } else {
    pkcs11.C_GenerateKeyPair(session, { mechanism: js.CKM_EC_KEY_PAIR_GEN }, [...publicPart, params], privatePart);
  }
}
