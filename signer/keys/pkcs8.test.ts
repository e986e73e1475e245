import { execFile } from 'node:child_process';
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { beforeEach, expect, test } from 'vitest';
import { isCanonicalSignature } from '../../core/ecdsa.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { openKey } from './open-key.ts';
import { createEncryptedKey } from './pkcs8.ts';

const passphrase = 'correct horse battery staple';
let folder: string;
let file: string;
const asked: string[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder, 'new', 'root.pem');
  asked.length = 0;
});

const open = (given = passphrase): ReturnType<typeof openKey> =>
  openKey(`pkcs8:${file}`, {
    now: new Date('2026-04-16T10:00:00Z'),
    readSecret: async (what) => {
      asked.push(what);
      return given;
    },
  });

/** Written by OpenSSL's own means, as another program would. */
async function written(type: 'ec' | 'rsa', namedCurve: string, cipher?: string): Promise<string> {
  const { privateKey } =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve })
      : generateKeyPairSync('rsa', { modulusLength: Number(namedCurve) });
  const pem = privateKey
    .export({ format: 'pem', type: 'pkcs8', ...(cipher !== undefined && { cipher, passphrase }) })
    .toString();
  return writtenText(pem);
}

async function writtenText(text: string): Promise<string> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
  return text;
}

test('makes a key that its owner alone can read, and opens it for production', async () => {
  const made = await createEncryptedKey(file, passphrase);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const key = await open();
  expect(key.environment).toBe('production');
  expect(await key.publicKey()).toEqual(made);
  expect(asked).toEqual([`the passphrase of ${file}`]);
});

test('signs a digest, in canonical form, as its public key verifies it', async () => {
  const made = await createEncryptedKey(file, passphrase);
  const key = await open();
  const signature = await key.signDigest(createHash('sha256').update('message').digest());
  expect(isCanonicalSignature(signature)).toBe(true);
  const publicKey = createPublicKey({ key: Buffer.from(made), format: 'der', type: 'spki' });
  expect(verify('sha256', Buffer.from('message'), publicKey, signature)).toBe(true);
});

test('makes a file that OpenSSL reads, with a passphrase in any script', async () => {
  const given = 'ein ausreichend langer Schlüsselsatz 鍵';
  const made = await createEncryptedKey(file, given);
  const { stdout } = await promisify(execFile)(
    'openssl',
    ['pkey', '-in', file, '-passin', `pass:${given}`, '-pubout', '-outform', 'DER'],
    { encoding: 'buffer' },
  );
  expect(stdout).toEqual(Buffer.from(made));
});

test('stretches the passphrase with scrypt, at the cost that RFC 7914 and OWASP ask for', async () => {
  await createEncryptedKey(file, passphrase);
  const { stdout } = await promisify(execFile)('openssl', ['asn1parse', '-in', file]);
  const numbers = [...stdout.matchAll(/INTEGER +:(?<value>[0-9A-F]+)/gu)].map(([, value = '']) => parseInt(value, 16));
  expect(stdout).toContain('aes-256-cbc');
  expect(stdout).toMatch(/scrypt|1\.3\.6\.1\.4\.1\.11591\.4\.11/u);
  const [n = 0, r = 0, p = 0] = numbers;
  // OWASP's cheat sheet for passwords: 2^14, 8 and 5 at least.
  expect([n >= 2 ** 14, r >= 8, p >= 5]).toEqual([true, true, true]);
});

test.each(['aes-256-cbc', 'aes-128-cbc', 'des-ede3-cbc'])(
  'opens what other programs encrypt with %s',
  async (cipher) => {
    await written('ec', 'P-256', cipher);
    await expect(open()).resolves.toMatchObject({ environment: 'production' });
  },
);

test('makes another key each time, and overwrites none', async () => {
  const one = await createEncryptedKey(file, passphrase);
  const text = await readFile(file, 'utf8');
  await expect(createEncryptedKey(file, passphrase)).rejects.toMatchObject({ code: 'file-exists' });
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await createEncryptedKey(`${file}.other`, passphrase)).not.toEqual(one);
});

test.each([
  ['nothing', ''],
  ['eleven bytes', 'x'.repeat(11)],
  ['more bytes than OpenSSL reads', 'x'.repeat(1025)],
])('takes no passphrase of %s, and writes nothing', async (_, weak) => {
  await expect(createEncryptedKey(file, weak)).rejects.toMatchObject({ code: 'weak-passphrase' });
  expect(await readdir(folder)).toEqual([]);
});

test('says what is in the way of a new key', async () => {
  await writeFile(join(folder, 'new'), '');
  await expect(createEncryptedKey(file, passphrase)).rejects.toMatchObject({ code: 'not-writable' });
});

test.each<[string, () => Promise<unknown>, string, string]>([
  ['no file', async () => undefined, 'no-key', 'there is no key file'],
  ['an empty file', () => writtenText(''), 'wrong-key', 'no private key'],
  ['a large file', () => writtenText('x'.repeat(20_000)), 'wrong-key', 'a file of more than'],
  ['a key in clear', () => written('ec', 'P-256'), 'wrong-key', 'not encrypted as PKCS #8'],
  [
    "a key in clear in SEC 1's form",
    () => writtenText('-----BEGIN EC PRIVATE KEY-----\n'),
    'wrong-key',
    'not encrypted as PKCS #8',
  ],
  ['a key on P-384', () => written('ec', 'P-384', 'aes-256-cbc'), 'wrong-key', 'an ECDSA key on P-384'],
  ['a key on secp256k1', () => written('ec', 'secp256k1', 'aes-256-cbc'), 'wrong-key', 'an ECDSA key on secp256k1'],
  ['an RSA key', () => written('rsa', '2048', 'aes-256-cbc'), 'wrong-key', 'an RSA key of 2048 bits'],
  [
    'a damaged key',
    () => writtenText(`-----BEGIN ENCRYPTED PRIVATE KEY-----\n${randomBytes(99).toString('base64')}\n`),
    'wrong-secret',
    'does not open',
  ],
])('refuses %s', async (_, prepare, code, words) => {
  await prepare();
  await expect(open()).rejects.toMatchObject({
    name: 'Failure',
    code,
    message: expect.stringContaining(words),
    remedy: expect.stringMatching(/./u),
  });
});

test('refuses a key that was cut short', async () => {
  await createEncryptedKey(file, passphrase);
  await truncate(file, 200);
  await expect(open()).rejects.toMatchObject({ code: 'wrong-secret' });
});

test.each(['', 'another passphrase', `${passphrase} `])('refuses the passphrase "%s"', async (wrong) => {
  await createEncryptedKey(file, passphrase);
  await expect(open(wrong)).rejects.toMatchObject({ code: 'wrong-secret' });
});

test('asks for no passphrase before it knows that one is needed', async () => {
  await written('ec', 'P-256');
  await expect(open()).rejects.toMatchObject({ code: 'wrong-key' });
  expect(asked).toEqual([]);
});

test('puts nothing of the passphrase or the key into what it says', async () => {
  const secret = 'a passphrase that nobody may see';
  const errors = [];
  await createEncryptedKey(file, passphrase);
  errors.push(await open(secret).catch((error: unknown) => error));
  errors.push(await createEncryptedKey(file, secret).catch((error: unknown) => error));
  errors.push(await createEncryptedKey(join(folder, 'other'), secret.repeat(40)).catch((error: unknown) => error));
  const clear = await written('ec', 'P-256');
  errors.push(await open(secret).catch((error: unknown) => error));
  for (const error of errors) {
    expect(error).toMatchObject({ name: 'Failure' });
    const all = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
    for (const line of [secret, ...clear.split('\n').slice(1, -2)]) expect(all).not.toContain(line);
  }
});
