import { expect, test } from 'vitest';
import { aBundle, anApproval, anOpenKeyring, approvalKey, testKey } from '../test/support/statements.ts';
import type { Bundle } from '../schemas/types.ts';
import { bundleBytes, openBundle } from './bundle.ts';
import { canonicalJson } from './canonical.ts';
import { sha256 } from './digest.ts';
import { Refusal } from './refusal.ts';

const payload = canonicalJson(anApproval());
const keyring = anOpenKeyring();

/** A deep copy that a test may change in any way. */
// oxlint-disable-next-line typescript/no-explicit-any -- it is changed into what the type forbids
const open = (): any => structuredClone(aBundle(payload));

function refusalOf(bytes: Uint8Array, ring = keyring): Refusal {
  try {
    openBundle(bytes, ring, 'the bundle');
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('gives the signed bytes, the key and the digest', () => {
  const bytes = bundleBytes(aBundle(payload));
  const opened = openBundle(bytes, keyring, 'the bundle');
  expect(Buffer.from(opened.payload).equals(payload)).toBe(true);
  expect(opened.key.hint).toBe(testKey().hint);
  expect(opened.digest).toBe(sha256(bytes));
});

test('picks the key of the hint out of several', () => {
  const ring = anOpenKeyring({ keys: [1, 2, 3].map((number) => approvalKey(testKey(number))) });
  const bytes = bundleBytes(aBundle(payload, { key: testKey(2) }));
  expect(openBundle(bytes, ring, 'the bundle').key.hint).toBe(testKey(2).hint);
});

/* oxlint-disable typescript/no-unsafe-member-access, typescript/no-unsafe-call -- see `open` */
// oxlint-disable-next-line typescript/no-explicit-any -- see `open`
type Change = (bundle: any) => void;

test.each<[string, Change]>([
  ['an unknown media type', (b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle.v0.4+json')],
  ['an older media type', (b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.2')],
  ['no media type', (b) => delete b.mediaType],
  ['an unknown field at the top', (b) => (b.extra = 1)],
  ['an unknown field in the material', (b) => (b.verificationMaterial.extra = 1)],
  ['an unknown field beside the hint', (b) => (b.verificationMaterial.publicKey.rawBytes = 'AAAA')],
  ['an unknown field in the envelope', (b) => (b.dsseEnvelope.extra = 1)],
  ['an unknown field beside the signature', (b) => (b.dsseEnvelope.signatures[0].keyid = '')],
  ['tlogEntries', (b) => (b.verificationMaterial.tlogEntries = [])],
  ['timestamps', (b) => (b.verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [] })],
  ['a certificate instead of a key', (b) => (b.verificationMaterial = { certificate: { rawBytes: 'AAAA' } })],
  ['a certificate beside a key', (b) => (b.verificationMaterial.certificate = { rawBytes: 'AAAA' })],
  ['no material', (b) => delete b.verificationMaterial],
  ['two signatures', (b) => b.dsseEnvelope.signatures.push(b.dsseEnvelope.signatures[0])],
  ['no signature', (b) => (b.dsseEnvelope.signatures = [])],
  ['an empty signature', (b) => (b.dsseEnvelope.signatures[0].sig = '')],
  [
    'white space in the payload',
    (b) => (b.dsseEnvelope.payload = `${b.dsseEnvelope.payload.slice(0, 8)}\n${b.dsseEnvelope.payload.slice(8)}`),
  ],
  ['white space in the signature', (b) => (b.dsseEnvelope.signatures[0].sig += ' ')],
  ['base64 for addresses', (b) => (b.dsseEnvelope.payload = Buffer.from('{"a":"???>>>"}').toString('base64url'))],
  [
    'base64 without its padding',
    (b) => (b.dsseEnvelope.signatures[0].sig = b.dsseEnvelope.signatures[0].sig.replace(/=+$/u, '')),
  ],
  ['another payload type', (b) => (b.dsseEnvelope.payloadType = 'application/json')],
  [
    'a messageSignature instead of an envelope',
    (b) => {
      delete b.dsseEnvelope;
      b.messageSignature = { messageDigest: { algorithm: 'SHA2_256', digest: 'AAAA' }, signature: 'AAAA' };
    },
  ],
  ['a messageSignature beside the envelope', (b) => (b.messageSignature = { signature: 'AAAA' })],
  ['__proto__ as the hint', (b) => (b.verificationMaterial.publicKey.hint = '__proto__')],
  ['constructor as the hint', (b) => (b.verificationMaterial.publicKey.hint = 'constructor')],
  ['an empty hint', (b) => (b.verificationMaterial.publicKey.hint = '')],
])('refuses a bundle with %s', (_, change) => {
  const bundle = open();
  change(bundle);
  expect(refusalOf(canonicalJson(bundle))).toMatchObject({ code: 'E_FORMAT' });
});

test('refuses a payload type that was signed but is not the one of in-toto', () => {
  expect(refusalOf(canonicalJson(aBundle(payload, { payloadType: 'application/json' }))).code).toBe('E_FORMAT');
});

test.each<[string, (text: string) => string]>([
  ['a newline at its end', (text) => `${text}\n`],
  ['a space', (text) => text.replace(':', ': ')],
  [
    'keys in another order',
    (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).toReversed())),
  ],
  ['an escaped letter', (text) => text.replace('mediaType', '\\u006dediaType')],
  ['an escaped slash', (text) => text.replace('application/vnd', 'application\\/vnd')],
])('refuses a bundle that has %s: there is one form of it', (_, change) => {
  const text = Buffer.from(bundleBytes(aBundle(payload))).toString('utf8');
  expect(change(text)).not.toBe(text);
  expect(refusalOf(Buffer.from(change(text)))).toMatchObject({
    code: 'E_FORMAT',
    message: 'the bundle is not canonical JSON',
  });
});

/** The same value in base64 with a spare bit set, as no encoder writes it. */
function withSpareBits(base64: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const last = base64.replace(/=+$/u, '').length - 1;
  const next = alphabet[alphabet.indexOf(base64[last] ?? '') + 1] ?? '';
  return base64.slice(0, last) + next + base64.slice(last + 1);
}

test('refuses spare bits in the base64 of the payload', () => {
  const padded = [0, 1, 2].map((spaces) => canonicalJson({ ...anApproval(), pad: 'x'.repeat(spaces) }));
  const odd = padded.find((bytes) => bytes.byteLength % 3 !== 0) ?? Buffer.alloc(0);
  const bundle: Bundle = aBundle(odd);
  const altered = withSpareBits(bundle.dsseEnvelope.payload);
  expect(Buffer.from(altered, 'base64').equals(odd)).toBe(true);
  const bytes = canonicalJson({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: altered } });
  expect(refusalOf(bytes)).toMatchObject({ code: 'E_FORMAT', message: 'the bundle has malformed base64' });
});

test('refuses spare bits in the base64 of the signature', () => {
  // Signatures differ in length: one of a few payloads has one that leaves spare bits.
  const bundle = Array.from({ length: 20 }, (_, index) => aBundle(canonicalJson({ index }))).find(({ dsseEnvelope }) =>
    dsseEnvelope.signatures[0]?.sig.endsWith('='),
  );
  if (bundle === undefined) throw new Error('no signature leaves spare bits');
  const sig = withSpareBits(bundle.dsseEnvelope.signatures[0]?.sig ?? '');
  const bytes = canonicalJson({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, signatures: [{ sig }] } });
  expect(refusalOf(bytes)).toMatchObject({ code: 'E_FORMAT', message: 'the bundle has malformed base64' });
});

test('refuses the other signature that verifies, the one with the higher s', () => {
  expect(refusalOf(bundleBytes(aBundle(payload, { lowS: false })))).toMatchObject({
    code: 'E_SIGNATURE',
    message: 'the signature of the bundle is not in canonical form',
  });
});

test('refuses bytes after the signature', () => {
  const bundle = open();
  const sig = Buffer.from(bundle.dsseEnvelope.signatures[0].sig as string, 'base64');
  bundle.dsseEnvelope.signatures[0].sig = Buffer.concat([sig, Buffer.from([0])]).toString('base64');
  expect(refusalOf(canonicalJson(bundle)).code).toBe('E_SIGNATURE');
});

test('refuses a payload that was changed after it was signed', () => {
  const bundle = open();
  bundle.dsseEnvelope.payload = Buffer.from(canonicalJson(anApproval({ sequence: 2 }))).toString('base64');
  expect(refusalOf(canonicalJson(bundle))).toMatchObject({
    code: 'E_SIGNATURE',
    message: 'the signature of the bundle does not verify',
  });
});

test('refuses every bundle of which one byte of the payload or the signature was flipped', () => {
  const bundle = aBundle(payload);
  const sig = Buffer.from(bundle.dsseEnvelope.signatures[0]?.sig ?? '', 'base64');
  for (let index = 0; index < payload.byteLength; index += 31) {
    const flipped = Buffer.from(payload);
    flipped[index] = (flipped[index] ?? 0) ^ 1;
    const changed = { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: flipped.toString('base64') } };
    expect(refusalOf(canonicalJson(changed)).code).toBe('E_SIGNATURE');
  }
  for (let index = 0; index < sig.byteLength; index++) {
    const flipped = Buffer.from(sig);
    flipped[index] = (flipped[index] ?? 0) ^ 1;
    const signatures = [{ sig: flipped.toString('base64') }];
    const changed = { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, signatures } };
    expect(refusalOf(canonicalJson(changed)).code).toBe('E_SIGNATURE');
  }
});

test('refuses a bundle signed by another key under the hint of one that is known', () => {
  const bundle = aBundle(payload, { key: { ...testKey(2), hint: testKey(1).hint } });
  expect(refusalOf(bundleBytes(bundle)).code).toBe('E_SIGNATURE');
});

test('refuses a key that the keyring does not hold, by name', () => {
  const refusal = refusalOf(bundleBytes(aBundle(payload, { key: testKey(2) })));
  expect(refusal).toMatchObject({ code: 'E_KEY', message: expect.stringContaining(testKey(2).hint) });
});

test('refuses more bytes than a bundle may have before it reads them', () => {
  expect(refusalOf(Buffer.alloc(2 * 1024 * 1024 + 1, '[')).code).toBe('E_TOO_LARGE');
});

test.each([
  ['nothing', ''],
  ['a list', '[]'],
  ['HTML', '<!doctype html>'],
  ['a key twice', '{"mediaType":"a","mediaType":"b"}'],
])('refuses %s', (_, text) => {
  expect(refusalOf(Buffer.from(text)).code).toBe('E_FORMAT');
});

test('puts nothing of the payload into a message', () => {
  const secret = canonicalJson({ token: 'sk-very-secret' });
  const bundle = aBundle(secret, { key: { ...testKey(2), hint: testKey(1).hint } });
  const { message, remedy } = refusalOf(bundleBytes(bundle));
  expect(`${message} ${remedy}`).not.toMatch(/sk-very-secret|token|c2st/u);
});
