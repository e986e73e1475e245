import { createHash, createPublicKey, generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isCanonicalSignature } from '../../core/ecdsa.ts';
import { signingKey as good, type KmsKey } from '../../test/fakes/aws/kms.ts';
import { startAws, type Fault } from '../../test/fakes/aws/server.ts';
import { signBytes } from './sign-bytes.ts';
import { openAwsKey } from './aws-kms.ts';
import { openKey, type KeyContext } from './open-key.ts';
import type { SigningKey } from './signing-key.ts';

const kms = await startAws();
kms.digestsOnly = true;
const context: KeyContext = {
  now: new Date('2026-04-16T10:00:00Z'),
  readSecret: () => Promise.reject(new Error('nothing is to be asked')),
};

let id: string;
let key: KmsKey;
const opened: SigningKey[] = [];

beforeEach(() => {
  for (const [name, value] of Object.entries(kms.env)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', kms.url);
  id = randomUUID();
  key = good();
  kms.keys.set(id, key);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  kms.denied.clear();
  kms.calls.length = 0;
  kms.fault = undefined;
  for (const each of opened.splice(0)) await each.close?.();
});

async function open(address: string): Promise<SigningKey> {
  const it = await openKey(address, context);
  opened.push(it);
  return it;
}

const failure = async (what: Promise<unknown>): Promise<unknown> => what.then(() => undefined).catch((error) => error);

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

test('opens a key for production, with its public half as KMS gives it', async () => {
  const it = await open(`awskms:///${id}`);
  expect(it.environment).toBe('production');
  expect(await it.publicKey()).toEqual(key.pair.publicKey.export({ format: 'der', type: 'spki' }));
});

test('has digests signed, and nothing else', async () => {
  const it = await open(`awskms:///${id}`);
  const digest = digestOf('message');
  await it.signDigest(digest);
  expect(kms.calls.map(({ operation }) => operation)).toEqual(['GetPublicKey', 'Sign']);
  expect(kms.calls[1]?.input).toEqual({
    KeyId: id,
    Message: digest.toString('base64'),
    MessageType: 'DIGEST',
    SigningAlgorithm: 'ECDSA_SHA_256',
  });
});

test('makes signatures that verify and have one form, whichever form KMS gave', async () => {
  const it = await open(`awskms:///${id}`);
  const raw = await Promise.all([it.signDigest(digestOf('a')), it.signDigest(digestOf('b'))]);
  expect(new Set(raw.map(isCanonicalSignature))).toEqual(new Set([false, true]));
  for (let index = 0; index < 6; index++) {
    const message = Buffer.from(`message ${index}`);
    const signature = await signBytes(it, message);
    expect(isCanonicalSignature(signature)).toBe(true);
    const publicKey = createPublicKey({ key: Buffer.from(await it.publicKey()), format: 'der', type: 'spki' });
    expect(verify('sha256', message, publicKey, signature)).toBe(true);
  }
});

test.each([
  ['its id', () => id],
  ['its ARN', () => `arn:aws:kms:eu-central-1:111122223333:key/${id}`],
  ['an alias', () => 'alias/countersign/approvals'],
  ["an alias's ARN", () => 'arn:aws:kms:eu-central-1:111122223333:alias/countersign/approvals'],
])('opens a key by %s, with region and endpoint from the address', async (_, name) => {
  kms.aliases.set('alias/countersign/approvals', id);
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', 'http://127.0.0.1:1');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  const it = await open(`awskms:///${name()}?region=eu-central-1&endpoint=${encodeURIComponent(kms.url)}`);
  await expect(it.signDigest(digestOf('x'))).resolves.toBeInstanceOf(Uint8Array);
});

test('takes the region of an ARN', async () => {
  vi.stubEnv('AWS_REGION', undefined);
  await expect(open(`awskms:///arn:aws:kms:eu-central-1:111122223333:key/${id}`)).resolves.toBeDefined();
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

test.each<[string, Partial<KmsKey>, string, string]>([
  [
    'an RSA key',
    { pair: rsa, spec: 'RSA_2048', algorithms: ['RSASSA_PSS_SHA_256'] },
    'wrong-key',
    'one of the specification RSA_2048 for SIGN_VERIFY',
  ],
  [
    'a key that encrypts',
    { pair: rsa, spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT', algorithms: ['RSAES_OAEP_SHA_256'] },
    'wrong-key',
    'one of the specification RSA_2048 for ENCRYPT_DECRYPT',
  ],
  [
    'a key on P-256 that agrees on secrets',
    { usage: 'KEY_AGREEMENT' },
    'wrong-key',
    'one of the specification ECC_NIST_P256 for KEY_AGREEMENT',
  ],
  [
    'a key on P-384',
    { pair: generateKeyPairSync('ec', { namedCurve: 'P-384' }), spec: 'ECC_NIST_P384', algorithms: ['ECDSA_SHA_384'] },
    'wrong-key',
    'one of the specification ECC_NIST_P384',
  ],
  [
    'a key on secp256k1',
    { pair: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }), spec: 'ECC_SECG_P256K1' },
    'wrong-key',
    'one of the specification ECC_SECG_P256K1',
  ],
  [
    'a key whose specification is not what its public half says',
    { pair: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }) },
    'wrong-key',
    'an ECDSA key on secp256k1',
  ],
  ['a key for another algorithm', { algorithms: [] }, 'wrong-key', 'does not sign with ECDSA_SHA_256'],
  ['a symmetric key', { spec: 'SYMMETRIC_DEFAULT' }, 'wrong-key', 'has no public key'],
  ['a disabled key', { state: 'Disabled' }, 'wrong-key', 'disabled'],
  ['a key that is to be deleted', { state: 'PendingDeletion' }, 'wrong-key', 'pending deletion'],
])('refuses %s', async (_, differently, code, words) => {
  kms.keys.set(id, { ...key, ...differently });
  await expect(openKey(`awskms:///${id}`, context)).rejects.toMatchObject({
    name: 'Failure',
    code,
    message: expect.stringMatching(new RegExp(`^the key awskms:///${id} is .*${words}`, 'u')),
    remedy: expect.stringMatching(/./u),
  });
});

test('refuses a key that is not there', async () => {
  const address = `awskms:///${randomUUID()}`;
  await expect(openKey(address, context)).rejects.toMatchObject({
    code: 'no-key',
    message: expect.stringContaining(address),
  });
});

test.each(['GetPublicKey', 'Sign'])('says that the permission for %s is missing', async (operation) => {
  kms.denied.add(operation);
  await expect(open(`awskms:///${id}`).then((it) => it.signDigest(digestOf('x')))).rejects.toMatchObject({
    code: 'key-not-allowed',
    remedy: expect.stringContaining(`kms:${operation}`),
  });
});

test('refuses a key that was disabled after it was opened', async () => {
  const it = await open(`awskms:///${id}`);
  key.state = 'Disabled';
  await expect(it.signDigest(digestOf('x'))).rejects.toMatchObject({
    code: 'wrong-key',
    message: expect.stringContaining('disabled'),
  });
});

test('refuses a signature by another key that the alias was turned to', async () => {
  kms.aliases.set('alias/turned', id);
  const it = await open('awskms:///alias/turned');
  const other = randomUUID();
  kms.keys.set(other, good());
  kms.aliases.set('alias/turned', other);
  await expect(it.signDigest(digestOf('x'))).rejects.toMatchObject({
    code: 'wrong-key',
    message: expect.stringContaining('no longer the one that was opened'),
  });
});

test('says which digest KMS does not take', async () => {
  const it = await open(`awskms:///${id}`);
  await expect(it.signDigest(Buffer.alloc(31))).rejects.toMatchObject({
    message: expect.stringContaining('ValidationException'),
  });
});

test.each([
  ['no credentials', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, 'no-credentials', 'finds no credentials'],
  ['credentials of nobody', { AWS_ACCESS_KEY_ID: 'AKIANOBODY' }, 'no-credentials', 'UnrecognizedClientException'],
  ['a wrong secret', { AWS_SECRET_ACCESS_KEY: 'another' }, 'no-credentials', 'InvalidSignatureException'],
  ['no region', { AWS_REGION: undefined }, 'no-region', 'no region is known'],
  ['an empty region', { AWS_REGION: '' }, 'no-region', 'no region is known'],
])('says what to do about %s', async (_, env, code, words) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  await expect(openKey(`awskms:///${id}`, context)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(words),
    remedy: expect.stringMatching(/./u),
  });
});

test.each<[string, (response: ServerResponse) => void, string]>([
  ['breaks off', (response) => response.socket?.destroy(), 'ECONNRESET'],
  ['answers with a web page', (response) => response.end('<html>sign in</html>'), 'it answered with'],
  ['is down', (response) => response.writeHead(503).end('{}'), 'it answered with'],
])('says that a service %s', async (_, answer, words) => {
  kms.fault = () => answer;
  await expect(openKey(`awskms:///${id}`, context)).rejects.toMatchObject({
    name: 'Failure',
    code: 'network',
    message: expect.stringContaining(words),
    remedy: expect.stringContaining('check the network'),
  });
});

test.each<[string, Fault, string, string]>([
  ['there are too many requests', 'slowdown', 'too many requests for it (ThrottlingException)', 'wait a while'],
  ['no request arrives', 'reset-before', 'ECONNRESET', 'check the network'],
  ['every answer is lost', 'reset-after', 'ECONNRESET', 'check the network'],
])('gives up signing, after three tries, where %s', async (_, fault, words, remedy) => {
  const it = await open(`awskms:///${id}`);
  kms.fault = ({ operation }) => (operation === 'Sign' ? fault : undefined);
  await expect(it.signDigest(digestOf('x'))).rejects.toMatchObject({
    name: 'Failure',
    code: 'network',
    message: expect.stringContaining(words),
    remedy: expect.stringContaining(remedy),
  });
  expect(kms.counted()).toEqual({ GetPublicKey: 1, Sign: 3 });
});

test.each<[string, Fault]>([
  ['there are too many requests', 'slowdown'],
  ['an answer is lost', 'reset-after'],
])('signs at the second try where at the first %s', async (_, fault) => {
  const it = await open(`awskms:///${id}`);
  const message = Buffer.from('message');
  let tries = 0;
  kms.fault = () => (tries++ === 0 ? fault : undefined);
  const signature = await signBytes(it, message);
  expect(verify('sha256', message, key.pair.publicKey, signature)).toBe(true);
  expect(kms.counted()).toEqual({ GetPublicKey: 1, Sign: 2 });
});

test('does not wait for a service that says nothing', async () => {
  kms.fault = () => 'silence-before';
  await expect(openAwsKey(`awskms:///${id}`, 200)).rejects.toMatchObject({
    code: 'network',
    message: expect.stringContaining('did not answer in time'),
  });
});

test('says that nobody listens', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await expect(openKey(`awskms:///${id}?endpoint=http://127.0.0.1:${port}`, context)).rejects.toMatchObject({
    code: 'network',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test.each([
  ['a wrong region', () => vi.stubEnv('AWS_REGION', 'us-east-1')],
  ['a session of nobody', () => vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIANOBODY')],
  ['no permission', () => kms.denied.add('GetPublicKey')],
  ['a disabled key', () => (key.state = 'Disabled')],
  ['a broken connection', () => (kms.fault = () => (response) => response.socket?.destroy())],
  [
    'a service that repeats what it was sent',
    () => (kms.fault = () => (response) => response.writeHead(400).end(JSON.stringify(response.req.headers))),
  ],
])('puts nothing of the credentials into what it says about %s', async (_, spoil) => {
  spoil();
  const error = await failure(openKey(`awskms:///${id}`, context));
  expect(error).toMatchObject({ name: 'Failure' });
  const all = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
  for (const secret of [kms.env['AWS_SECRET_ACCESS_KEY'], kms.env['AWS_SESSION_TOKEN'], 'Signature='])
    expect(all).not.toContain(secret);
});
