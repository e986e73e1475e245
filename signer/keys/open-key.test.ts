import { execFile } from 'node:child_process';
import { createECDH, createPrivateKey, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { signingKey } from '../../test/fakes/aws/kms.ts';
import { startAws } from '../../test/fakes/aws/server.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { softHsmFolder, softHsmFor } from '../../test/support/softhsm.ts';
import { readAwsAddress } from './aws-kms-address.ts';
import { openKey, type KeyContext } from './open-key.ts';
import { readPkcs11Address } from './pkcs11-address.ts';

const context: KeyContext = {
  now: new Date('2026-04-16T10:00:00Z'),
  readSecret: () => Promise.reject(new Error('nothing is to be asked')),
};

test.each([
  ['', 'and not with nothing', 'development:<file>'],
  ['awskm:///alias/x', 'not with awskm (did you mean awskms?)', 'awskms:///'],
  ['PKCS11:token=x', 'not with PKCS11 (did you mean pkcs11?)', 'pkcs11:'],
  ['root.pem', 'not with root.pem', 'pkcs8:<file>'],
  ['pkcs8', 'not with pkcs8 (did you mean pkcs8?)', 'pkcs8:<file>'],
  ['C:\\keys\\root.pem', 'not with C', 'pkcs8:<file>'],
  ['constructor:x', 'not with constructor', 'pkcs8:<file>'],
  ['development:', 'development: names no file', 'write development:<file>'],
  ['pkcs8:', 'pkcs8: names no file', 'write pkcs8:<file>'],
])('refuses the address "%s"', async (address, words, remedy) => {
  await expect(openKey(address, context)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining(words),
    remedy: expect.stringContaining(remedy),
  });
});

const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';

test.each([
  [`awskms:${keyId}`, 'three slashes'],
  [`awskms://${keyId}`, 'three slashes'],
  [`awskms://user:secret@host/${keyId}`, 'three slashes'],
  ['awskms:///', 'names no key'],
  ['awskms:///alias/', 'names no key'],
  ['awskms:///alias/a b', 'names no key'],
  ['awskms:///countersign', 'names no key'],
  [`awskms:///arn:aws:kms:eu-central-1:12:key/${keyId}`, 'names no key'],
  [`awskms:///arn:aws:s3:eu-central-1:111122223333:key/${keyId}`, 'names no key'],
  ['awskms:///arn:aws:kms:eu-central-1:111122223333:key/alias/x', 'names no key'],
  [`awskms:///${keyId}?regio=secret`, 'no parameter regio (did you mean region?)'],
  [`awskms:///${keyId}?region=eu-central-1&region=secret`, 'region once'],
  [`awskms:///${keyId}?region=secret`, 'the region'],
  [`awskms:///${keyId}?endpoint=http://kms.example.com`, 'no https address'],
  [`awskms:///${keyId}?endpoint=https://user:secret@kms.example.com`, 'no https address'],
  [`awskms:///${keyId}?endpoint=secret`, 'no https address'],
  [`awskms:///arn:aws:kms:eu-central-1:111122223333:key/${keyId}?region=us-east-1`, 'the region eu-central-1'],
])('refuses the address %s, without showing what may be secret', async (address, words) => {
  const error: unknown = await openKey(address, context).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'UsageError', message: expect.stringContaining(words) });
  expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain('secret');
});

test.each([
  [`awskms:///${keyId}`, { id: keyId }],
  ['awskms:///mrk-1234abcd12ab34cd56ef1234567890ab', { id: 'mrk-1234abcd12ab34cd56ef1234567890ab' }],
  ['awskms:///alias/a/b_c-1?region=us-gov-west-1', { id: 'alias/a/b_c-1', region: 'us-gov-west-1' }],
  [
    `awskms:///arn:aws-cn:kms:cn-north-1:111122223333:key/${keyId}`,
    { id: `arn:aws-cn:kms:cn-north-1:111122223333:key/${keyId}`, region: 'cn-north-1' },
  ],
  [`awskms:///${keyId}?endpoint=https%3A%2F%2Fkms.example.com`, { id: keyId, endpoint: 'https://kms.example.com' }],
  [`awskms:///${keyId}?endpoint=http://localhost:4566`, { id: keyId, endpoint: 'http://localhost:4566' }],
])('reads the address %s', (address, expected) => {
  expect(readAwsAddress(address)).toEqual({ name: address.split('?')[0], ...expected });
});

test.each([
  ['pkcs11:', 'names no key'],
  ['pkcs11:token=x?module-path=/m.so', 'names no key'],
  ['pkcs11:object=x', 'no module-path'],
  ['pkcs11:object=x?module-path=m.so', 'no module-path'],
  ['pkcs11:objct=secret?module-path=/m.so', 'no attribute objct before the question mark (did you mean object?)'],
  ['pkcs11:object=x;module-path=/secret.so', 'no attribute module-path before the question mark'],
  ['pkcs11:object=x?module-path=/m.so&pin=secret', 'no attribute pin after the question mark'],
  ['pkcs11:object=x?module-path=/m.so&pin-value=secret', 'does not hold the PIN'],
  ['pkcs11:object=x;pin-value=secret?module-path=/m.so', 'does not hold the PIN'],
  ['pkcs11:object=x?module-path=/m.so?pin-value=secret', 'one question mark'],
  ['pkcs11:object=x;object=secret?module-path=/m.so', 'has object once'],
  ['pkcs11:object=?module-path=/m.so', 'object in the PKCS #11 address is empty'],
  ['pkcs11:object=%zzsecret?module-path=/m.so', 'a % without two hexadecimal digits'],
  ['pkcs11:object=%ff?module-path=/m.so', 'no UTF-8'],
  ['pkcs11:object=x;type=cert?module-path=/m.so', 'no type but private'],
  ['pkcs11:object=x?module-path=/m.so&pin-source=|secret', 'pin-source'],
  ['pkcs11:object=x?module-path=/m.so&pin-source=https://secret', 'pin-source'],
])('refuses the address %s, and shows no value that may be a PIN', async (address, words) => {
  const error: unknown = await openKey(address, context).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining(words),
    remedy: expect.stringMatching(/./u),
  });
  expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain('secret');
});

test("reads RFC 7512's example, with what it says of the token and of the PIN", () => {
  expect(
    readPkcs11Address(
      'pkcs11:token=Software%20PKCS%2311%20softtoken;manufacturer=Snake%20Oil,%20Inc.;serial=;object=my-signing-key;type=private;id=%69%95%3e?module-path=/usr/lib/m.so&pin-source=file:/etc/token_pin'.replace(
        ';serial=',
        ';serial=a%3Db',
      ),
    ),
  ).toEqual({
    name: 'pkcs11:token=Software%20PKCS%2311%20softtoken;manufacturer=Snake%20Oil,%20Inc.;serial=a%3Db;object=my-signing-key;type=private;id=%69%95%3e',
    token: { token: 'Software PKCS#11 softtoken', manufacturer: 'Snake Oil, Inc.', serial: 'a=b' },
    object: 'my-signing-key',
    id: Buffer.from('69953e', 'hex'),
    modulePath: '/usr/lib/m.so',
    pinFile: '/etc/token_pin',
  });
});

const root = join(import.meta.dirname, '../..');

interface Child {
  /** The end of the script, which may use `openKey` and `context`. */
  readonly script: string;
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly secret?: string;
}

/** A script in a process of its own, whose every usual place to write to is a folder. Gives its output as JSON. */
async function inChild({ script, folder, env = {}, secret = '' }: Child): Promise<unknown> {
  const start = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, its, next) => { loaded.push(url); return next(url, its); } });
    const { openKey } = await import(${JSON.stringify(join(root, 'signer/keys/open-key.ts'))});
    const context = { now: new Date('2026-04-16T10:00:00Z'), readSecret: async () => ${JSON.stringify(secret)} };
    const say = (value) => process.stdout.write(JSON.stringify(value));`;
  const places = Object.fromEntries(
    ['HOME', 'TMPDIR', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME'].map((name) => [name, folder]),
  );
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', start + script], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...places, ...env },
  });
  return JSON.parse(stdout);
}

test.each([
  ['nothing of a provider', 'say(loaded)', /never/u, /@aws-sdk|aws-kms|smithy|pkcs11js|pkcs8\.ts|development\.ts/u],
  [
    'the AWS SDK for its keys alone',
    `await openKey('awskms:///${keyId}?region=eu-central-1&endpoint=http://127.0.0.1:1', context).catch(() => 0); say(loaded)`,
    /@aws-sdk\/client-kms/u,
    /pkcs11js|pkcs8\.ts|development\.ts/u,
  ],
  [
    'pkcs11js for its keys alone',
    `await openKey('pkcs11:object=x?module-path=/none.so', context).catch(() => 0); say(loaded)`,
    /pkcs11js/u,
    /aws-sdk|smithy|pkcs8\.ts|development\.ts/u,
  ],
])('loads %s', async (_, script, some, none) => {
  const loaded = (await inChild({ script, folder: await temporaryFolder() })) as string[];
  expect(loaded.some((url) => url.includes('open-key.ts'))).toBe(true);
  if (some.source !== 'never') expect(loaded.filter((url) => some.test(url))).not.toEqual([]);
  expect(loaded.filter((url) => none.test(url))).toEqual([]);
});

test('says what to install where pkcs11js was left out', async () => {
  const script = `
    registerHooks({ resolve: (name, its, next) => {
      if (name === 'pkcs11js') throw Object.assign(new Error('gone'), { code: 'MODULE_NOT_FOUND' });
      return next(name, its);
    } });
    say(await openKey('pkcs11:object=x?module-path=/m.so', context).catch((error) => error));`;
  expect(await inChild({ script, folder: await temporaryFolder() })).toMatchObject({
    name: 'Failure',
    code: 'no-pkcs11js',
    remedy: expect.stringContaining('C++ compiler'),
  });
});

const signing = (address: string): string => `
  const key = await openKey(${JSON.stringify(address)}, context);
  await key.signDigest(new Uint8Array(32));
  await key.close?.();
  say(true);`;

/** Everything in a folder, one after the other. */
async function allBytes(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name)))));
}

/** Whether bytes hold a private scalar in any usual form, or the head of a key in clear. */
function inClear(bytes: Buffer, scalar?: Buffer): boolean {
  const text = bytes.toString('latin1');
  if (/BEGIN (?:EC )?PRIVATE KEY/u.test(text)) return true;
  if (scalar === undefined) return false;
  // Base64 of something longer holds that of the scalar in one of three shifts.
  const shifted = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), scalar])
      .toString('base64')
      .slice(Math.ceil((before * 4) / 3), 40),
  );
  const joined = text.replaceAll(/\s/gu, '');
  return (
    bytes.includes(scalar) ||
    joined.toLowerCase().includes(scalar.toString('hex')) ||
    shifted.some((form) => joined.includes(form) || joined.includes(form.replaceAll('+', '-').replaceAll('/', '_')))
  );
}

test('writes the development key in clear, which the next tests would see', async () => {
  const folder = await temporaryFolder();
  await inChild({ script: signing(`development:${join(folder, 'key.pem')}`), folder });
  const bytes = await allBytes(folder);
  const pem = bytes.toString('utf8');
  const { d = '' } = createPrivateKey(pem.slice(pem.indexOf('-----'))).export({ format: 'jwk' });
  const scalar = Buffer.from(d, 'base64url');
  expect(inClear(bytes)).toBe(true);
  expect(inClear(Buffer.from(pem.replaceAll(/BEGIN|END/gu, '')), scalar)).toBe(true);
  for (const form of [scalar, Buffer.from(scalar.toString('hex')), Buffer.from(d)])
    expect(inClear(Buffer.concat([Buffer.from('before'), form, Buffer.from('after')]), scalar)).toBe(true);
});

test('writes nothing in clear of a key that a passphrase encrypts', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'root.pem');
  const secret = 'correct horse battery staple';
  const make = `
    const { createEncryptedKey } = await import(${JSON.stringify(join(root, 'signer/keys/pkcs8.ts'))});
    await createEncryptedKey(${JSON.stringify(file)}, ${JSON.stringify(secret)});`;
  await inChild({ script: make + signing(`pkcs8:${file}`), folder, secret });
  const { d = '' } = createPrivateKey({ key: await readFile(file), passphrase: secret }).export({ format: 'jwk' });
  expect(inClear(await allBytes(folder), Buffer.from(d, 'base64url'))).toBe(false);
  expect(await readdir(folder)).toEqual(['root.pem']);
});

test('writes nothing at all for a key in AWS KMS', async () => {
  const kms = await startAws();
  const folder = await temporaryFolder();
  const id = randomUUID();
  kms.keys.set(id, signingKey());
  await inChild({ script: signing(`awskms:///${id}?endpoint=${kms.url}`), folder, env: kms.env });
  expect(await readdir(folder, { recursive: true })).toEqual([]);
});

test('writes nothing in clear of a key in a token, even where the token is software', async (its) => {
  const { modulePath, js } = softHsmFor(its);
  const tokens = await softHsmFolder({ modulePath, js });
  const own = join(tokens.folder, 'own');
  await mkdir(own);
  const pin = '648219';
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  const scalar = Buffer.from(ecdh.getPrivateKey('hex').padStart(64, '0'), 'hex');
  tokens.addKey(tokens.addToken('registry', pin), pin, {
    label: 'root',
    imported: { scalar, point: ecdh.getPublicKey() },
  });
  const script = signing(`pkcs11:object=root?module-path=${modulePath}`);
  await inChild({ script, folder: own, env: { SOFTHSM2_CONF: tokens.conf }, secret: pin });
  expect(await readdir(own, { recursive: true })).toEqual([]);
  const bytes = await allBytes(tokens.folder);
  expect(bytes.includes(ecdh.getPublicKey())).toBe(true);
  expect(inClear(bytes, scalar)).toBe(false);
});
