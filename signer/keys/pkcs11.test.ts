import { createECDH, createHash, createPublicKey, verify } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isCanonicalSignature } from '../../core/ecdsa.ts';
import { softHsmFolder, softHsmFor, type TokenFolder } from '../../test/support/softhsm.ts';
import { signBytes } from './sign-bytes.ts';
import { openKey } from './open-key.ts';
import type { SigningKey } from './signing-key.ts';

const pin = '648219-secret';
let modulePath: string;
let tokens: TokenFolder;
let serial: string;
const opened: SigningKey[] = [];
const asked: string[] = [];

beforeEach(async (context) => {
  const softHsm = softHsmFor(context);
  modulePath = softHsm.modulePath;
  tokens = await softHsmFolder(softHsm);
  vi.stubEnv('SOFTHSM2_CONF', tokens.conf);
  serial = tokens.addToken('registry', pin);
});

afterEach(async () => {
  for (const key of opened.splice(0)) await key.close?.();
  asked.length = 0;
  vi.unstubAllEnvs();
});

const addressOf = (path: string, query = ''): string => `pkcs11:${path}?module-path=${modulePath}${query}`;

async function open(address: string, given = pin): Promise<SigningKey> {
  const key = await openKey(address, {
    now: new Date('2026-04-16T10:00:00Z'),
    readSecret: async (what) => {
      asked.push(what);
      return given;
    },
  });
  opened.push(key);
  return key;
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const verifies = async (key: SigningKey, message: string, signature: Uint8Array): Promise<boolean> =>
  verify(
    'sha256',
    Buffer.from(message),
    createPublicKey({ key: Buffer.from(await key.publicKey()), format: 'der', type: 'spki' }),
    signature,
  );

test('opens a key for production, and signs what its public key verifies', async () => {
  tokens.addKey(serial, pin, { label: 'root' });
  const key = await open(addressOf('token=registry;object=root'));
  expect(key.environment).toBe('production');
  expect(asked).toEqual(['the PIN for pkcs11:token=registry;object=root']);
  const forms = new Set<boolean>();
  for (let index = 0; index < 40; index++) {
    const signature = await key.signDigest(digestOf(`message ${index}`));
    expect(await verifies(key, `message ${index}`, signature)).toBe(true);
    forms.add(isCanonicalSignature(signature));
    expect(isCanonicalSignature(await signBytes(key, Buffer.from(`message ${index}`)))).toBe(true);
  }
  // A token gives either value of s.
  expect(forms).toEqual(new Set([true, false]));
});

test('makes signatures for many who ask at once', async () => {
  tokens.addKey(serial, pin, { label: 'root' });
  const key = await open(addressOf('object=root'));
  const messages = Array.from({ length: 20 }, (_, index) => `message ${index}`);
  const signatures = await Promise.all(messages.map((message) => key.signDigest(digestOf(message))));
  for (const [index, signature] of signatures.entries())
    expect(await verifies(key, messages[index] ?? '', signature)).toBe(true);
});

test.each([
  ['its label', 'object=the%20root%20%e9%8d%b5'],
  ['its label as it is', 'object=the root 鍵'],
  ['its id, which is no text', 'id=%00%FF%3b'],
  ['both', 'token=registry;object=the%20root%20鍵;type=private;id=%00%ff%3B'],
  ['all that the token says', 'model=SoftHSM%20v2;manufacturer=SoftHSM%20project;object=the%20root%20%E9%8D%B5'],
])('finds a key by %s', async (_, path) => {
  const known = pair();
  tokens.addKey(serial, pin, { label: 'another' });
  tokens.addKey(serial, pin, { label: 'the root 鍵', id: Buffer.from('00ff3b', 'hex'), imported: known });
  const key = await open(addressOf(path));
  expect(Buffer.from(await key.publicKey()).subarray(-65)).toEqual(known.point);
});

/** A key whose scalar is known. */
function pair(): { readonly scalar: Buffer; readonly point: Buffer } {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return { scalar: Buffer.from(ecdh.getPrivateKey('hex').padStart(64, '0'), 'hex'), point: ecdh.getPublicKey() };
}

test('tells tokens of the same label apart by their serial', async () => {
  const other = tokens.addToken('registry', pin);
  tokens.addKey(other, pin, { label: 'root' });
  await expect(open(addressOf('token=registry;object=root'))).rejects.toMatchObject({
    code: 'ambiguous-key',
    message: expect.stringContaining(`serial=${other}`),
    remedy: expect.stringContaining('serial'),
  });
  await expect(open(addressOf(`token=registry;serial=${other};object=root`))).resolves.toBeDefined();
});

test('opens several keys of one token, and asks for its PIN once', async () => {
  tokens.addKey(serial, pin, { label: 'one' });
  tokens.addKey(serial, pin, { label: 'two' });
  const one = await open(addressOf('object=one'));
  const two = await open(addressOf('object=two'));
  expect(asked).toHaveLength(1);
  await one.close?.();
  await one.close?.();
  expect(await verifies(two, 'x', await two.signDigest(digestOf('x')))).toBe(true);
  await expect(one.signDigest(digestOf('x'))).rejects.toMatchObject({ code: 'key-closed' });
});

test('asks for the PIN again once everything was closed', async () => {
  tokens.addKey(serial, pin, { label: 'root' });
  await (await open(addressOf('object=root'))).close?.();
  await open(addressOf('object=root'));
  expect(asked).toHaveLength(2);
});

test('signs with a key that wants the PIN each time', async () => {
  tokens.addKey(serial, pin, { label: 'root', asksEachTime: true });
  const key = await open(addressOf('object=root'));
  for (const message of ['a', 'b'])
    expect(await verifies(key, message, await key.signDigest(digestOf(message)))).toBe(true);
  expect(asked).toHaveLength(1);
});

test.each(['', 'file:', 'file://'])('reads the PIN from a file, named by "%s" and its path', async (before) => {
  tokens.addKey(serial, pin, { label: 'root' });
  const file = join(tokens.folder, 'pin');
  await writeFile(file, `${pin}\n`, { mode: 0o600 });
  await open(addressOf('object=root', `&pin-source=${before}${file}`));
  expect(asked).toEqual([]);
});

test('refuses a PIN file that is missing, large, or that others can read', async () => {
  const file = join(tokens.folder, 'pin');
  const opening = (): Promise<SigningKey> => open(addressOf('object=root', `&pin-source=${file}`));
  await expect(opening()).rejects.toMatchObject({ code: 'pin-file', message: expect.stringContaining('ENOENT') });
  await writeFile(file, 'x'.repeat(2000), { mode: 0o600 });
  await expect(opening()).rejects.toMatchObject({ code: 'pin-file', message: expect.stringContaining('more than') });
  await chmod(file, 0o644);
  await expect(opening()).rejects.toMatchObject({ code: 'pin-file', message: expect.stringContaining('mode 644') });
});

test.each<[string, Parameters<TokenFolder['addKey']>[2], string]>([
  ['an RSA key', { label: 'root', curve: 'rsa' }, 'an RSA key'],
  ['a key on P-384', { label: 'root', curve: 'p384' }, 'on P-384'],
  ['a key on secp256k1', { label: 'root', curve: 'secp256k1' }, 'on secp256k1'],
  ['a key that may not sign', { label: 'root', signs: false }, 'one that may not sign'],
  [
    'a key beside the public key of another',
    { label: 'root', imported: { scalar: pair().scalar, point: pair().point } },
    'not the one that the public key beside it is of',
  ],
])('refuses %s', async (_, key, words) => {
  tokens.addKey(serial, pin, key);
  await expect(open(addressOf('token=registry;object=root'))).rejects.toMatchObject({
    name: 'Failure',
    code: 'wrong-key',
    message: expect.stringMatching(new RegExp(`^the key pkcs11:token=registry;object=root is ${words}, and`, 'u')),
    remedy: expect.stringMatching(/./u),
  });
});

test('refuses a token, a key or a public key that is not there, or not alone', async () => {
  await expect(open(addressOf('token=other;object=root'))).rejects.toMatchObject({
    code: 'no-key',
    message: expect.stringContaining(`there is token=registry;serial=${serial}`),
  });
  await expect(open(addressOf('token=registry;object=root'))).rejects.toMatchObject({
    code: 'no-key',
    message: 'the token holds no private key pkcs11:token=registry;object=root',
  });
  tokens.addKey(serial, pin, { label: 'root', withPublic: false });
  await expect(open(addressOf('object=root'))).rejects.toMatchObject({
    code: 'no-key',
    message: expect.stringContaining('no public key'),
  });
  tokens.addKey(serial, pin, { label: 'root', id: Buffer.from('other') });
  await expect(open(addressOf('object=root'))).rejects.toMatchObject({ code: 'ambiguous-key' });
  await expect(open(addressOf('object=root;id=other'))).resolves.toBeDefined();
});

test.each([['0000'], ['']])('refuses the wrong PIN "%s", once', async (wrong) => {
  tokens.addKey(serial, pin, { label: 'root' });
  await expect(open(addressOf('object=root'), wrong)).rejects.toMatchObject({
    code: 'wrong-secret',
    message: 'the PIN for pkcs11:object=root is wrong',
  });
  expect(asked).toHaveLength(1);
});

test('says that a library is none, or missing', async () => {
  for (const path of [join(tokens.folder, 'none.so'), process.execPath, import.meta.filename])
    await expect(open(`pkcs11:object=root?module-path=${path}`)).rejects.toMatchObject({
      code: 'no-pkcs11-module',
      message: expect.stringContaining(path),
    });
});

test('leaves nothing open of a key that it refused', async () => {
  tokens.addKey(serial, pin, { label: 'root', curve: 'p384' });
  await expect(open(addressOf('object=root'))).rejects.toMatchObject({ code: 'wrong-key' });
  // Another initialisation of the library would fail.
  tokens.addKey(serial, pin, { label: 'good' });
  await expect(open(addressOf('object=good'))).resolves.toBeDefined();
});

test('puts nothing of the PIN into what it says', async () => {
  const secret = '90210-nobody-may-see';
  const file = join(tokens.folder, 'pin');
  await writeFile(file, secret, { mode: 0o600 });
  tokens.addKey(serial, pin, { label: 'root' });
  const errors = [
    await open(addressOf('object=root'), secret).catch((error: unknown) => error),
    await open(addressOf('object=root', `&pin-source=${file}`)).catch((error: unknown) => error),
    await open(addressOf('object=root', `&pin-value=${secret}`)).catch((error: unknown) => error),
    await open(addressOf(`object=root;pin-value=${secret}`)).catch((error: unknown) => error),
  ];
  for (const error of errors) {
    expect(error).toMatchObject({ name: expect.stringMatching(/^(?:Failure|UsageError)$/u) });
    expect(inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error)).not.toContain(secret);
  }
});
