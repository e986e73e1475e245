/** What every state promises, of a folder and of a bucket. */
import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startAws } from '../../test/fakes/aws/server.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { openState } from './open-state.ts';
import type { State } from './state.ts';

const now = new Date('2026-04-16T10:00:00Z');
const root = await temporaryFolder();
const aws = await startAws();
const bucket = aws.createBucket('countersign-state', { versioning: true, onlyConditionalWrites: true });
let count = 0;

beforeAll(() => {
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
});

afterEach(() => {
  aws.fault = undefined;
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

describe('a bucket', () => {
  const open = kinds[1]?.[1] ?? (() => Promise.reject(new Error('the second of the kinds is the bucket')));

  test.each<['create' | 'replace']>([['create'], ['replace']])(
    'knows its own bytes again where the answer to %s was lost',
    async (how) => {
      const state = await open();
      if (how === 'replace') await state.create('a', bytes('before'));
      const version = (await state.read('a', 100))?.version;
      let lost = 0;
      aws.fault = ({ operation }) => (operation === 'PutObject' && lost++ === 0 ? 'reset-after' : undefined);
      const written =
        how === 'create' ? state.create('a', bytes('after')) : state.replace('a', bytes('after'), version);
      await expect(written).resolves.toBe(true);
      expect(lost).toBe(2);
      expect(await textOf(state, 'a')).toBe('after');
    },
  );

  test('says that another was quicker, where the answer was lost and other bytes are there', async () => {
    const [state, other] = [await open(), aws];
    let first = true;
    aws.fault = ({ operation, resource }) => {
      if (operation !== 'PutObject' || !first) return undefined;
      first = false;
      const key = resource.slice('countersign-state/'.length);
      other.buckets
        .get('countersign-state')
        ?.put(key, bytes('theirs'), { headers: new Map(), retention: undefined, now, ifNoneMatch: '*' });
      return 'reset-before';
    };
    expect(await state.create('a', bytes('ours'))).toBe(false);
    expect(await textOf(state, 'a')).toBe('theirs');
  });

  test('tries again where another write is under way, within bounds', async () => {
    const state = await open();
    let conflicts = 0;
    aws.fault = ({ operation }) => (operation === 'PutObject' && conflicts++ < 2 ? 'conflict' : undefined);
    expect(await state.create('a', bytes('x'))).toBe(true);
    conflicts = 0;
    aws.fault = ({ operation }) => (operation === 'PutObject' && conflicts++ >= 0 ? 'conflict' : undefined);
    await expect(state.create('b', bytes('x'))).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('others write it all the time'),
    });
    expect(conflicts).toBe(6);
  });

  test('waits where there are too many requests, within bounds', async () => {
    const state = await open();
    let refused = 0;
    aws.fault = ({ operation }) => (operation === 'PutObject' && refused++ < 1 ? 'slowdown' : undefined);
    expect(await state.create('a', bytes('x'))).toBe(true);
    refused = 0;
    aws.fault = () => (refused++ >= 0 ? 'slowdown' : undefined);
    await expect(state.read('a', 100)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('too many requests'),
    });
    expect(refused).toBe(5);
  });

  test('says what is not allowed, what is not there, and whose credentials are wrong', async () => {
    const state = await open();
    aws.denied.add('PutObject').add('ListObjectsV2');
    await expect(state.create('a', bytes('x'))).rejects.toMatchObject({ code: 'state-not-allowed' });
    // A file that is missing is not told from one that may not be read: it is never taken for an empty state.
    await expect(state.read('a', 100)).rejects.toMatchObject({ code: 'state-not-allowed' });
    await expect(listed(state, 'a')).rejects.toMatchObject({ code: 'state-not-allowed' });
    aws.denied.clear();
    const elsewhere = await openState('s3://countersign-none/x', now);
    await expect(elsewhere.read('a', 100)).rejects.toMatchObject({ code: 'no-bucket' });
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another');
    await expect((await open()).read('a', 100)).rejects.toMatchObject({ code: 'no-credentials' });
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.env['AWS_SECRET_ACCESS_KEY']);
  });

  test('has what it writes retained for as long as its address says', async () => {
    const retaining = aws.createBucket('countersign-retained', { objectLock: true });
    const today = new Date();
    const state = await openState('s3://countersign-retained/?retain-days=30', today);
    await state.create('a', bytes('x'));
    const version = retaining.current('a');
    expect(version?.retention).toEqual({ mode: 'COMPLIANCE', until: new Date(today.getTime() + 30 * 86_400_000) });
    await state.remove('a');
    expect(retaining.version('a', version?.id ?? '')).toBe(version);
  });

  test('lies under its prefix, with a type', async () => {
    const state = await openState('s3://countersign-state/some/where', now);
    await state.create('a.json', bytes('{}'));
    expect(state.place('a.json')).toBe('s3://countersign-state/some/where/a.json');
    expect(bucket.current('some/where/a.json')?.headers.get('content-type')).toBe('application/json');
  });
});

test.each([
  ['', 'not nothing'],
  ['https://example.com/secret', 'not https:'],
  ['s3://', 'names no bucket'],
  ['s3://A_B/x', 'names no bucket'],
  ['s3://bucket/../secret', 'is no prefix'],
  ['s3://bucket/a//b', 'is no prefix'],
  ['s3://bucket/a?regio=secret', 'no parameter regio (did you mean region?)'],
  ['s3://bucket/a?region=eu-central-1&region=secret', 'region once'],
  ['s3://bucket/a?region=secret', 'the region'],
  ['s3://bucket/a?endpoint=http://s3.example.com', 'no https address'],
  ['s3://bucket/a?retain-days=0', 'no number of days'],
])('refuses the address "%s"', async (address, words) => {
  await expect(openState(address, now)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining(words),
  });
});

describe('a folder', () => {
  const ended = (): number => spawnSync(process.execPath, ['--version']).pid;

  test.each([
    ['takes away the lock of a process that has ended', ended, true],
    ['takes away a lock that this process left, with a number that it was given again', () => process.pid, true],
    ['leaves the lock of a process that is running', () => process.ppid, false],
  ])('%s', async (_, holder, taken) => {
    const folder = join(root, String(count++));
    const state = await openState(folder, now);
    await state.create('a', bytes('1'));
    await writeFile(join(folder, 'a.lock'), `${holder()}\n`);
    expect(await state.replace('a', bytes('2'), (await state.read('a', 100))?.version)).toBe(taken);
    expect(await textOf(state, 'a')).toBe(taken ? '2' : '1');
    expect(await readdir(folder)).toEqual(taken ? ['a'] : ['a', 'a.lock']);
  });
});
