import { createHash, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { aKeyring, approvalKey, testKey, type TestKey } from '../test/support/statements.ts';
import { keyHint, openKeyring } from './keyring.ts';

function otherKey(type: 'p384' | 'secp256k1' | 'ed25519'): TestKey {
  const { publicKey } =
    type === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: type === 'p384' ? 'P-384' : type });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return { secret: Buffer.alloc(0), spki, hint: keyHint(spki) };
}

test('opens keys by hint, with their time', () => {
  const keys = [approvalKey(testKey(1), { validUntil: '2027-01-01T00:00:00Z' }), approvalKey(testKey(2))];
  const open = openKeyring(aKeyring({ keys }));
  expect(open).toMatchObject({ registry: 'mcp.example.com', environment: 'production' });
  expect([...open.keys.keys()]).toEqual([testKey(1).hint, testKey(2).hint]);
  const [first, second] = open.keys.values();
  expect(first).toMatchObject({
    hint: testKey(1).hint,
    validFrom: new Date('2026-01-01T00:00:00Z'),
    validUntil: new Date('2027-01-01T00:00:00Z'),
  });
  expect(second).not.toHaveProperty('validUntil');
  expect(first?.publicKey.export({ format: 'der', type: 'spki' })).toEqual(testKey(1).spki);
});

test('makes the hint as cosign does: base64 of the SHA-256 of the key in DER', () => {
  const { spki, hint } = testKey();
  expect(hint).toBe(createHash('sha256').update(spki).digest('base64'));
  expect(hint).toMatch(/^[A-Za-z0-9+/]{43}=$/u);
});

test.each([
  [
    'the hint of another key',
    [approvalKey(testKey(1), { hint: testKey(2).hint })],
    'has another hint than its public key',
  ],
  ['one key twice', [approvalKey(testKey(1)), approvalKey(testKey(1))], 'is in the keyring twice'],
  ['a key on P-384', [approvalKey(otherKey('p384'))], 'is no ECDSA key on P-256'],
  ['a key on another curve of 256 bits', [approvalKey(otherKey('secp256k1'))], 'is no ECDSA key on P-256'],
  ['a key of Ed25519', [approvalKey(otherKey('ed25519'))], 'is no ECDSA key on P-256'],
])('refuses a keyring with %s', (_, keys, why) => {
  expect(() => openKeyring(aKeyring({ keys }))).toThrow(
    expect.objectContaining({ name: 'Refusal', code: 'E_KEY', message: expect.stringContaining(why) }),
  );
});

test('refuses bytes that are no key, and says what was wrong with them', () => {
  const spki = Buffer.alloc(91, 7);
  const junk = { secret: Buffer.alloc(0), spki, hint: keyHint(spki) };
  expect(() => openKeyring(aKeyring({ keys: [approvalKey(junk)] }))).toThrow(
    expect.objectContaining({
      code: 'E_KEY',
      message: expect.stringContaining('is no public key'),
      cause: expect.any(Error),
    }),
  );
});

test('refuses a point that is not on the curve', () => {
  const spki = Buffer.from(testKey().spki);
  spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 1;
  const key = { secret: Buffer.alloc(0), spki, hint: keyHint(spki) };
  expect(() => openKeyring(aKeyring({ keys: [approvalKey(key)] }))).toThrow(expect.objectContaining({ code: 'E_KEY' }));
});
