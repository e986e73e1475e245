/** What every state promises, of a folder and of a bucket. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startAws } from '../../test/fakes/aws/server.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { openState } from './open-state.ts';
import type { State } from './state.ts';

const now = new Date('2026-04-16T10:00:00Z');
const root = await temporaryFolder();
const aws = await startAws();
aws.createBucket('countersign-state', { versioning: true, onlyConditionalWrites: true });
let count = 0;

beforeAll(() => {
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
});

afterAll(() => {
  vi.unstubAllEnvs();
});

const kinds: [kind: string, open: () => Promise<State>][] = [
  ['folder', () => openState(join(root, String(count++)), now)],
  ['bucket', () => openState(`s3://countersign-state/registry-${count++}`, now)],
];

async function listed(state: State, folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of state.list(folder)) paths.push(path);
  return paths.sort((a, b) => (a < b ? -1 : 1));
}

const bytes = (text: string | number): Buffer => Buffer.from(String(text));
const textOf = async (state: State, path: string): Promise<string | undefined> =>
  (await state.read(path, 100))?.bytes.toString();

describe.each(kinds)('a %s', (_, open) => {
  test('gives back what was written', async () => {
    const state = await open();
    expect(await state.create('approvals/a/1.0.0%2Bx/1.json', bytes('x'))).toBe(true);
    expect(await textOf(state, 'approvals/a/1.0.0%2Bx/1.json')).toBe('x');
    expect(await state.read('approvals/none', 100)).toBeUndefined();
  });

  test('never writes a new file over another', async () => {
    const state = await open();
    await state.create('a', bytes('first'));
    expect(await state.create('a', bytes('second'))).toBe(false);
    expect(await state.replace('a', bytes('second'), undefined)).toBe(false);
    expect(await textOf(state, 'a')).toBe('first');
  });

  test('replaces the version that was read, and no other', async () => {
    const state = await open();
    await state.create('a', bytes('1'));
    const first = await state.read('a', 100);
    expect(await state.replace('a', bytes('2'), first?.version)).toBe(true);
    expect(await state.replace('a', bytes('3'), first?.version)).toBe(false);
    expect(await textOf(state, 'a')).toBe('2');
    await state.remove('a');
    expect(await state.replace('a', bytes('4'), first?.version)).toBe(false);
    expect(await textOf(state, 'a')).toBeUndefined();
  });

  test('lets one of twenty win, each time', async () => {
    const state = await open();
    const twenty = Array.from({ length: 20 }, (__, index) => index);
    const created = await Promise.all(twenty.map((index) => state.create('race', bytes(index))));
    expect(created.filter((won) => won)).toHaveLength(1);
    expect(await textOf(state, 'race')).toBe(String(created.indexOf(true)));
    const version = (await state.read('race', 100))?.version;
    const replaced = await Promise.all(twenty.map((index) => state.replace('race', bytes(100 + index), version)));
    expect(replaced.filter((won) => won)).toHaveLength(1);
    expect(await textOf(state, 'race')).toBe(String(100 + replaced.indexOf(true)));
  });

  test('lists what is in a folder, and not what is beside it', async () => {
    const state = await open();
    for (const path of ['metadata/1.root.json', 'metadata/a/b', 'metadata-not/x', 'status.json'])
      await state.create(path, bytes(path));
    expect(await listed(state, 'metadata')).toEqual(['metadata/1.root.json', 'metadata/a/b']);
    expect(await listed(state, 'nothing')).toEqual([]);
    await state.remove('metadata/a/b');
    await state.remove('metadata/none');
    expect(await listed(state, 'metadata')).toEqual(['metadata/1.root.json']);
  });

  test('reads no more than it may', async () => {
    const state = await open();
    await state.create('long', Buffer.alloc(101));
    await expect(state.read('long', 100)).rejects.toMatchObject({
      name: 'Failure',
      code: 'state',
      message: expect.stringContaining(state.place('long')),
    });
  });
});
