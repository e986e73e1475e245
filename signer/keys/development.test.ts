import { generateKeyPairSync, verify, createPublicKey, createHash } from 'node:crypto';
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { p256 } from '@noble/curves/nist.js';
import { beforeEach, expect, test } from 'vitest';
import { isCanonicalSignature } from '../../core/ecdsa.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { openDevelopmentKey } from './development.ts';

const folder = await temporaryFolder();
const now = new Date('2026-04-16T10:00:00.500Z');
let file: string;
let count = 0;

beforeEach(() => {
  file = join(folder, String(count++), 'key.pem');
});

const written = async (text: string, mode = 0o600): Promise<void> => {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
  await chmod(file, mode);
};

const mark = 'countersign development key, worth nothing elsewhere, made 2026-04-16T10:00:00Z\n';

const pem = (curve: string): string =>
  generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

const refused = (why: string): unknown =>
  expect.objectContaining({
    name: 'Failure',
    code: 'development-key',
    message: expect.stringContaining(`the development key ${file} ${why}`),
  });

test('makes a key that its owner alone can read, marked as what it is', async () => {
  const key = await openDevelopmentKey(file, now);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const text = await readFile(file, 'utf8');
  expect(text.startsWith(`${mark}-----BEGIN PRIVATE KEY-----\n`)).toBe(true);
  expect(key).toMatchObject({ environment: 'development', madeAt: '2026-04-16T10:00:00Z' });
});

test('opens the same key again, and says when it was made', async () => {
  const made = await openDevelopmentKey(file, now);
  const opened = await openDevelopmentKey(file, new Date('2030-01-01T00:00:00Z'));
  expect(await opened.publicKey()).toEqual(await made.publicKey());
  expect(opened.madeAt).toBe('2026-04-16T10:00:00Z');
});

test('makes another key in another file', async () => {
  const one = await openDevelopmentKey(file, now);
  const other = await openDevelopmentKey(`${file}.other`, now);
  expect(await one.publicKey()).not.toEqual(await other.publicKey());
});

test('signs a digest, in canonical form, as its public key verifies it', async () => {
  const key = await openDevelopmentKey(file, now);
  const publicKey = createPublicKey({ key: Buffer.from(await key.publicKey()), format: 'der', type: 'spki' });
  for (let index = 0; index < 20; index++) {
    const message = Buffer.from(`message ${index}`);
    const signature = await key.signDigest(createHash('sha256').update(message).digest());
    expect(isCanonicalSignature(signature)).toBe(true);
    expect(verify('sha256', message, publicKey, signature)).toBe(true);
  }
});

test('works with a key whose secret begins with zeros', async () => {
  const secret = Buffer.alloc(32);
  secret[31] = 5;
  const point = Buffer.from(p256.getPublicKey(secret, false));
  // SEC 1's ECPrivateKey in DER, which holds all 32 bytes.
  const sec1 = Buffer.concat([
    Buffer.from('30770201010420', 'hex'),
    secret,
    Buffer.from('a00a06082a8648ce3d030107a144034200', 'hex'),
    point,
  ]);
  const body = sec1.toString('base64').replaceAll(/.{64}/gu, '$&\n');
  await written(`${mark}-----BEGIN EC PRIVATE KEY-----\n${body}\n-----END EC PRIVATE KEY-----\n`);
  const key = await openDevelopmentKey(file, now);
  const digest = createHash('sha256').update('x').digest();
  const publicKey = createPublicKey({ key: Buffer.from(await key.publicKey()), format: 'der', type: 'spki' });
  expect(verify('sha256', Buffer.from('x'), publicKey, await key.signDigest(digest))).toBe(true);
});

test.each([
  ['644', 0o644],
  ['640', 0o640],
  ['604', 0o604],
  ['620', 0o620],
])('refuses a key that others can use, with the mode %s', async (shown, mode) => {
  await openDevelopmentKey(file, now);
  await chmod(file, mode);
  const opened = openDevelopmentKey(file, now);
  await expect(opened).rejects.toEqual(refused(`can be read by others (mode ${shown})`));
  // The path may have spaces.
  await expect(opened).rejects.toMatchObject({ remedy: `run \`chmod 600 '${file}'\`` });
});

test.each([
  ['an empty file', '', 'is not marked as a development key'],
  ['a key without the mark', pem('P-256'), 'is not marked as a development key'],
  ['a mark without its day', 'countersign development key\n', 'is not marked as a development key'],
  ['a mark that is not at the beginning', `\n${mark}${pem('P-256')}`, 'is not marked as a development key'],
  ['a mark alone', mark, 'holds no private key'],
  ['a key that was cut short', `${mark}${pem('P-256').slice(0, 100)}`, 'holds no private key'],
  ['a key on another curve', `${mark}${pem('P-384')}`, 'holds no ECDSA key on P-256'],
  ['a key on another curve of 256 bits', `${mark}${pem('secp256k1')}`, 'holds no ECDSA key on P-256'],
])('refuses %s, and leaves the file as it is', async (_, text, why) => {
  await written(text);
  await expect(openDevelopmentKey(file, now)).rejects.toEqual(refused(why));
  await expect(readFile(file, 'utf8')).resolves.toBe(text);
});

test('says what is in the way where nothing can be read or written', async () => {
  await mkdir(file, { recursive: true });
  await expect(openDevelopmentKey(file, now)).rejects.toMatchObject({
    code: 'in-the-way',
    message: `${file} is a folder, where a file belongs`,
  });
  const beyond = join(file, 'link');
  await symlink(join(file, 'gone'), beyond);
  await expect(openDevelopmentKey(join(beyond, 'key.pem'), now)).rejects.toMatchObject({
    code: 'not-writable',
  });
});

test('puts nothing of the key into a message', async () => {
  const secret = pem('P-384');
  await written(`${mark}${secret}`);
  const error: unknown = await openDevelopmentKey(file, now).catch((thrown: unknown) => thrown);
  for (const line of secret.split('\n').slice(1, -2)) expect(JSON.stringify(error)).not.toContain(line);
});
