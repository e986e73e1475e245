import { expect, test } from 'vitest';
import { openBundle } from '../core/bundle.ts';
import { canonicalJson } from '../core/canonical.ts';
import { approvalFormat } from '../core/formats.ts';
import { approvalPredicateType, openStatement } from '../core/statement.ts';
import { aBundle, anApproval, anOpenKeyring, aStatus, signingKey, testKey } from '../test/support/statements.ts';
import { signStatement } from './bundle.ts';

const keyring = anOpenKeyring();

test('signs what a host opens', async () => {
  const bytes = await signStatement(anApproval(), signingKey(), keyring);
  const { statement } = openStatement(approvalFormat, approvalPredicateType, bytes, keyring, 'the approval');
  expect(statement).toEqual(anApproval());
  expect(openBundle(bytes, keyring, 'the approval').key.hint).toBe(testKey().hint);
});

test('signs the canonical bytes of the statement, and writes the one form of a bundle', async () => {
  const statement = anApproval();
  const bytes = await signStatement(statement, signingKey(), keyring);
  expect(Buffer.from(openBundle(bytes, keyring, 'it').payload).equals(canonicalJson(statement))).toBe(true);
  // The same bundle as one that is put together by hand.
  expect(JSON.parse(Buffer.from(bytes).toString('utf8'))).toEqual(aBundle(canonicalJson(statement)));
});

test('lowers the s of a key service that gives the higher one', async () => {
  const low = await signStatement(anApproval(), signingKey(), keyring);
  const high = await signStatement(anApproval(), signingKey(testKey(), { highS: true }), keyring);
  expect(Buffer.from(high).equals(low)).toBe(true);
});

test.each([
  ['is not in the keyring', testKey(2), 'E_KEY'],
  ['signs with another secret than it says', { ...testKey(2), spki: testKey(1).spki }, 'E_SIGNATURE'],
])('finds out at once that a key %s', async (_, key, code) => {
  await expect(signStatement(anApproval(), signingKey(key), keyring)).rejects.toMatchObject({ name: 'Refusal', code });
});

test.each(['production', 'development'] as const)(
  'signs nothing for %s with a key for the other environment',
  async (environment) => {
    const key = { ...signingKey(), environment: environment === 'production' ? 'development' : 'production' } as const;
    await expect(signStatement(anApproval({ environment }), key, keyring)).rejects.toMatchObject({
      name: 'Failure',
      code: 'wrong-key',
      message: `a ${key.environment} key signs nothing for ${environment}`,
    });
  },
);

test('carries on with what a key service throws', async () => {
  const key = { ...signingKey(), signDigest: () => Promise.reject(new Error('throttled')) };
  await expect(signStatement(anApproval(), key, keyring)).rejects.toThrow(/throttled|sign/u);
});

test.each([anApproval({ sequence: 0 }), aStatus({ sequence: 0 })])(
  'signs nothing that breaks its schema',
  async (statement) => {
    await expect(signStatement(statement, signingKey(), keyring)).rejects.toMatchObject({ code: 'E_FORMAT' });
  },
);
