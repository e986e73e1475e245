import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/folder.ts';
import { RecordIndex } from './record-index.ts';
import { folderState } from './state/folder.ts';
import type { State } from './state/state.ts';
import { storedLines } from '../catalog/stored-lines.ts';

const file = (length: number) => ({ length, hashes: { sha256: 'a'.repeat(64) } });
let state: State;
beforeEach(async () => {
  state = folderState(await temporaryFolder());
});

/** Asks for one record, and says whether it was composed. */
async function composed(index: RecordIndex, key: string): Promise<boolean> {
  let made = false;
  await index.record('tiny', key, async () => {
    made = true;
    return file(1);
  });
  return made;
}

test('a record is composed once, and again when it is made of something else', async () => {
  const index = await RecordIndex.read(state, 'this program');
  expect(await composed(index, 'a')).toBe(true);
  expect(await composed(index, 'a')).toBe(false);
  expect(await composed(index, 'b')).toBe(true);
});

test('what was composed is known to the next run, and to no other program', async () => {
  const index = await RecordIndex.read(state, 'this program');
  await composed(index, 'a');
  await index.write(state);
  expect(await composed(await RecordIndex.read(state, 'this program'), 'a')).toBe(false);
  expect(await composed(await RecordIndex.read(state, 'another'), 'a')).toBe(true);
});

test.each([
  ['empty', Buffer.from('')],
  [
    'cut short',
    storedLines({ format: 1, program: 'this program' }, () => [['tiny', { key: 'a', file: file(1) }]]).subarray(0, -2),
  ],
  [
    'of another format',
    storedLines({ format: 2, program: 'this program' }, () => [['tiny', { key: 'a', file: file(1) }]]),
  ],
])('one that is %s is made again', async (_, bytes) => {
  await state.create('index/records.jsonl', bytes);
  const index = await RecordIndex.read(state, 'this program');
  expect(await composed(index, 'a')).toBe(true);
  await index.write(state);
  expect(await composed(await RecordIndex.read(state, 'this program'), 'a')).toBe(false);
});
