import { expect, test } from 'vitest';
import { readStoredLines, storedLines, type StoredHead } from './stored-lines.ts';

const head = { format: 1, program: 'this program' };
const rows = [['a', { of: 'ü\n"' }], 'b', { c: [1, null] }];

/** What is read of them; undefined where they cannot be used. */
function read(bytes: Uint8Array | undefined, of: StoredHead = head): unknown[] | undefined {
  const taken: unknown[] = [];
  return readStoredLines(bytes, of, (row) => taken.push(row)) ? taken : undefined;
}

test('rows are read as they were stored', () => {
  expect(read(storedLines(head, () => rows))).toEqual(rows);
  expect(read(storedLines(head, () => []))).toEqual([]);
});

test('long rows stay whole', () => {
  const long = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(100_000)}`);
  expect(read(storedLines(head, () => long))).toEqual(long);
});

test('a row that is the text "end" ends nothing', () => {
  expect(read(storedLines(head, () => ['end', 'more']))).toEqual(['end', 'more']);
});

test('lines that are cut off at any byte are not used', () => {
  const bytes = storedLines(head, () => rows);
  for (let length = 0; length < bytes.length; length++) expect(read(bytes.subarray(0, length))).toBeUndefined();
});

test.each<[string, Uint8Array | undefined]>([
  ['nothing', undefined],
  ['lines of another program', storedLines({ ...head, program: 'another' }, () => rows)],
  ['lines of another format', storedLines({ ...head, format: 2 }, () => rows)],
  ['one JSON text', Buffer.from(JSON.stringify({ ...head, rows }))],
  ['lines with a damaged row', Buffer.from(`${JSON.stringify(head)}\n["a",\n"end"\n`)],
  ['lines with an empty row', Buffer.from(`${JSON.stringify(head)}\n\n"end"\n`)],
])('%s cannot be used', (_, bytes) => {
  expect(read(bytes)).toBeUndefined();
});

test('a fault of the reader is its own', () => {
  const faulty = (): never => {
    throw new TypeError('its own');
  };
  expect(() =>
    readStoredLines(
      storedLines(head, () => rows),
      head,
      faulty,
    ),
  ).toThrow('its own');
});
