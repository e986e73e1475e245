import { expect, test } from 'vitest';
import {
  aManifest,
  anApproval,
  anOpenKeyring,
  approvalKey,
  aStatus,
  signed,
  testKey,
} from '../test/support/statements.ts';
import type { Keyring } from '../schemas/types.ts';
import { sha256 } from './digest.ts';
import { approvalFormat, statusFormat } from './formats.ts';
import { Refusal, type RefusalCode } from './refusal.ts';
import {
  approvalPredicateType,
  artefactSubjectName,
  lockPath,
  manifestPath,
  openStatement,
  recordPath,
  statusPredicateType,
  subjectNamed,
} from './statement.ts';

const openApproval = (bytes: Uint8Array, keyring: Partial<Keyring> = {}): unknown =>
  openStatement(approvalFormat, approvalPredicateType, bytes, anOpenKeyring(keyring), 'the approval');
const openStatus = (bytes: Uint8Array, keyring: Partial<Keyring> = {}): unknown =>
  openStatement(statusFormat, statusPredicateType, bytes, anOpenKeyring(keyring), 'the status');

const refusal = (code: RefusalCode, message: string): unknown =>
  expect.objectContaining({ name: 'Refusal', code, message: expect.stringContaining(message) });

test('opens an approval and a status', () => {
  const bytes = signed(anApproval());
  expect(openApproval(bytes)).toEqual({ statement: anApproval(), bundle: sha256(bytes) });
  expect(openStatus(signed(aStatus()))).toMatchObject({ statement: aStatus() });
});

test('refuses what was signed for another registry', () => {
  expect(() => openApproval(signed(anApproval({ registry: 'mcp.example.org' })))).toThrow(
    refusal('E_REGISTRY', 'the approval was signed for the registry mcp.example.org, not for mcp.example.com'),
  );
  expect(() => openStatus(signed(aStatus({ registry: 'mcp.example.org' })))).toThrow(
    refusal('E_REGISTRY', 'the status'),
  );
});

test.each(['production', 'development'] as const)(
  'refuses what was signed for %s in the other environment',
  (signedFor) => {
    const trusted = signedFor === 'production' ? 'development' : 'production';
    for (const attempt of [
      () => openApproval(signed(anApproval({ environment: signedFor })), { environment: trusted }),
      () => openStatus(signed(aStatus({ environment: signedFor })), { environment: trusted }),
    ])
      expect(attempt).toThrow(refusal('E_ENVIRONMENT', `was signed for ${signedFor}; here ${trusted} is trusted`));
  },
);

test.each([
  ['development', 'use the production registry: nobody reviewed what a development key signs'],
  ['production', 'use the trust config of the production registry'],
] as const)('says what to do with what was signed for %s', (environment, remedy) => {
  const trusted = environment === 'production' ? 'development' : 'production';
  expect(() => openApproval(signed(anApproval({ environment })), { environment: trusted })).toThrow(
    expect.objectContaining({ remedy }),
  );
});

test('refuses a status in the place of an approval and the reverse', () => {
  expect(() => openApproval(signed(aStatus()))).toThrow(
    refusal('E_PREDICATE', 'a statement of type "urn:countersign:status:v1", not urn:countersign:approval:v1'),
  );
  expect(() => openStatus(signed(anApproval()))).toThrow(refusal('E_PREDICATE', 'urn:countersign:approval:v1'));
});

test.each([
  ['another statement', { predicateType: 'https://slsa.dev/verification_summary/v1' }],
  ['no predicate type', {}],
  ['a list', []],
  ['null', null],
])('refuses %s that a known key signed', (_, statement) => {
  expect(() => openApproval(signed(statement))).toThrow(refusal('E_PREDICATE', 'is a statement of type'));
});

test('refuses a signed statement of another type, or with an unknown field', () => {
  expect(() => openApproval(signed({ ...anApproval(), _type: 'https://in-toto.io/Statement/v0.1' }))).toThrow(
    refusal('E_FORMAT', '_type'),
  );
  expect(() => openApproval(signed({ ...anApproval(), extra: 1 }))).toThrow(refusal('E_FORMAT', '"extra"'));
});

test('refuses a signed payload of a later schema version by a code of its own', () => {
  const later = anApproval();
  const statement = { ...later, predicate: { ...later.predicate, schemaVersion: 2, novelty: true } };
  expect(() => openApproval(signed(statement))).toThrow(refusal('E_SCHEMA_VERSION', 'schema version 2'));
});

/** The code of what is thrown, or `accepted`. */
function verdict(attempt: () => unknown): string {
  try {
    attempt();
    return 'accepted';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

const begins = '2026-01-01T00:00:00Z';
const ends = '2026-07-01T00:00:00Z';

test.each([
  ['2025-12-31T23:59:59Z', 'before a key begins', ends, 'E_KEY_WINDOW'],
  [begins, 'as it begins', ends, 'accepted'],
  ['2026-06-30T23:59:59Z', 'in its last second', ends, 'accepted'],
  [ends, 'as it ends', ends, 'E_KEY_WINDOW'],
  ['2039-01-01T00:00:00Z', 'long after, where it has no end', undefined, 'accepted'],
])('judges what says %s, %s', (signedAt, _, validUntil, expected) => {
  const keys = [approvalKey(testKey(), { validFrom: begins, ...(validUntil !== undefined && { validUntil }) })];
  expect(verdict(() => openApproval(signed(anApproval({ approvedAt: signedAt })), { keys }))).toBe(expected);
  expect(verdict(() => openStatus(signed(aStatus({ issuedAt: signedAt })), { keys }))).toBe(expected);
});

test('says when a key counts and what was signed', () => {
  const keys = [approvalKey(testKey(), { validFrom: '2026-05-01T00:00:00Z' })];
  expect(() => openApproval(signed(anApproval()), { keys })).toThrow(
    refusal(
      'E_KEY_WINDOW',
      'the approval says 2026-04-16T09:30:00.000Z; its key is valid from 2026-05-01T00:00:00.000Z until further notice',
    ),
  );
});

test('looks at the signature before it looks at what was signed', () => {
  const bytes = signed(anApproval({ registry: 'mcp.example.org' }), { key: { ...testKey(2), hint: testKey(1).hint } });
  expect(() => openApproval(bytes)).toThrow(refusal('E_SIGNATURE', 'does not verify'));
});

test('finds the subject of a name, and refuses none and two', () => {
  const digest = { sha256: 'a'.repeat(64) };
  const subjects = [
    { name: 'servers/a.yaml', digest },
    { name: 'servers/b.yaml', digest },
    { name: 'servers/b.yaml', digest: { sha256: 'b'.repeat(64) } },
  ];
  expect(subjectNamed(subjects, 'servers/a.yaml', 'the approval')).toBe(subjects[0]);
  expect(() => subjectNamed(subjects, 'servers/c.yaml', 'the approval')).toThrow(
    refusal('E_SUBJECT', 'the approval has no subject servers/c.yaml'),
  );
  expect(() => subjectNamed(subjects, 'servers/b.yaml', 'the approval')).toThrow(
    refusal('E_SUBJECT', 'the approval has more than one subject servers/b.yaml'),
  );
});

test('names an artefact by its package URL, and refuses one without', () => {
  const { artefact } = aManifest();
  expect(artefact === undefined ? '' : artefactSubjectName(artefact)).toBe('pkg:npm/%40example/mcp-postgres@1.2.0');
  expect(() => artefactSubjectName({ url: 'npm:zod@latest', sha256: 'a'.repeat(64) })).toThrow(
    refusal('E_SUBJECT', 'npm:zod@latest names no exact artefact'),
  );
});

test("names a server's files", () => {
  expect([manifestPath('a'), lockPath('a'), recordPath('a')]).toEqual([
    'servers/a.yaml',
    'servers/a.lock.json',
    'servers/a.json',
  ]);
});
