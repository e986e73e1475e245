import { expect, test } from 'vitest';
import { aKeyring, anApproval } from '../test/support/statements.ts';
import * as compiled from '../schemas/compiled.js';
import type { Keyring } from '../schemas/types.ts';
import { approvalFormat, type Format } from './formats.ts';
import { openFormat } from './open-format.ts';

const keyringFormat: Format<Keyring> = { name: 'keyring', maxBytes: 262_144, validate: compiled.keyring };

const open = (format: Format<unknown>, value: unknown): unknown =>
  openFormat(format, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), 'the file');

test('gives what is of the format', () => {
  expect(open(keyringFormat, aKeyring())).toEqual(aKeyring());
});

test.each<[string, Format<unknown>, unknown, string, string]>([
  ['no JSON', keyringFormat, '{', 'E_FORMAT', 'the file is not JSON'],
  ['a key twice', keyringFormat, '{"a":1,"a":2}', 'E_FORMAT', 'the file is the key "a" twice'],
  [
    'a later version',
    keyringFormat,
    { ...aKeyring(), schemaVersion: 2, news: 1 },
    'E_SCHEMA_VERSION',
    'the file is of schema version 2; this program knows 1',
  ],
  [
    'a version that is no number',
    keyringFormat,
    { ...aKeyring(), schemaVersion: '1' },
    'E_SCHEMA_VERSION',
    'the file is of schema version "1"; this program knows 1',
  ],
  [
    'no version',
    keyringFormat,
    { registry: 'mcp.example.com' },
    'E_FORMAT',
    'the file is no keyring: the document has no "schemaVersion"',
  ],
  [
    'a later version in a predicate',
    approvalFormat,
    { ...anApproval(), predicate: { schemaVersion: 3 } },
    'E_SCHEMA_VERSION',
    'the file is of schema version 3; this program knows 1',
  ],
  [
    'an unknown field',
    keyringFormat,
    { ...aKeyring(), extra: 1 },
    'E_FORMAT',
    'the file is no keyring: "extra" is not a field of the document',
  ],
  ['a word', keyringFormat, '"x"', 'E_FORMAT', 'the file is no keyring: the document is a string ("x"), not an object'],
  [
    'too many bytes',
    keyringFormat,
    ' '.repeat(262_145),
    'E_TOO_LARGE',
    'the file has 262145 bytes; a keyring has at most 262144',
  ],
])('refuses %s', (_, format, value, code, message) => {
  expect(() => open(format, value)).toThrow(expect.objectContaining({ name: 'Refusal', code, message }));
});
