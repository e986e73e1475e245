import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startAws } from '../../test/fakes/aws/server.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { minutesLater, publishable, run, seen, textOf } from '../../test/support/publishable.ts';
import { now } from '../../test/support/published.ts';
import { counted, openTarget, type Target } from './target.ts';

const aws = await startAws();
const [first, second] = [await publishable(1), await publishable(2)];
let opened = 0;

beforeAll(() => {
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
});
afterEach(() => {
  aws.fault = undefined;
  aws.calls.length = 0;
});
afterAll(() => {
  vi.unstubAllEnvs();
});

/** A bucket of its own for each test. */
function newBucket(): { readonly name: string; readonly open: () => Promise<Target> } {
  const name = `published-${++opened}`;
  aws.createBucket(name);
  return { name, open: () => openTarget(`s3://${name}/registry`, now) };
}

test('publishes everything once, and then only what changed, the timestamp last', async () => {
  const { name, open } = newBucket();
  const done = await run(await open(), first);
  expect(done).toMatchObject({ problems: [], generation: 1, sent: first.files.size, unchanged: 0, removed: 0 });
  expect(await seen(await open(), first)).toBe(1);

  aws.calls.length = 0;
  const { target, cost } = counted(await open());
  expect(await run(target, second)).toMatchObject({ generation: 2, sent: 4, unchanged: second.files.size - 4 });
  expect(await seen(await open(), first)).toBe(2);
  const written = aws.calls.filter(({ operation }) => operation === 'PutObject').map(({ resource }) => resource);
  expect(written.map((resource) => resource.slice(`${name}/registry/`.length))).toEqual([
    'publication.json',
    expect.stringMatching(/^publication\/[0-9a-f]{64}\.json$/u),
    ...['_astro/2.css', 'metadata/2.snapshot.json'],
    // The page that is written over stays, for a way back.
    expect.stringMatching(/^publication\/kept\/[0-9a-f]{64}$/u),
    'index.html',
    'metadata/timestamp.json',
    'publication.json',
  ]);
  expect(cost).toMatchObject({ writes: 5, conditionalWrites: 3, deletes: 0 });

  aws.calls.length = 0;
  expect(await run(await open(), second)).toMatchObject({ generation: 2, changed: false, sent: 0 });
  expect(aws.counted()).toEqual({ GetObject: 4 });
});

test('publishes to a folder in the same way', async () => {
  const open = async (folder: string) => openTarget(`file://${folder}`, now);
  const folder = await temporaryFolder();
  expect(await run(await open(folder), first)).toMatchObject({ generation: 1, problems: [] });
  expect(await run(await open(folder), second)).toMatchObject({ generation: 2, sent: 4 });
  expect(await seen(await open(folder), first)).toBe(2);
});

test('gives every object a type and a lifetime', async () => {
  const { name, open } = newBucket();
  await run(await open(), first);
  const bucket = aws.buckets.get(name);
  const headersOf = (path: string): (string | undefined)[] => {
    const headers = bucket?.current(`registry/${path}`)?.headers;
    return [headers?.get('content-type'), headers?.get('cache-control')];
  };
  const immutable = 'public, max-age=31536000, immutable';
  expect(headersOf('metadata/timestamp.json')).toEqual(['application/json', 'public, max-age=60']);
  expect(headersOf('metadata/1.snapshot.json')).toEqual(['application/json', immutable]);
  expect(headersOf('index.html')).toEqual(['text/html;charset=utf-8', 'public, max-age=300']);
  expect(headersOf('_astro/1.css')).toEqual(['text/css;charset=utf-8', immutable]);
  expect(headersOf('publication.json')).toEqual(['application/json', 'no-store']);
  for (const key of bucket?.keys() ?? []) expect(bucket?.current(key)?.headers.get('cache-control')).toBeDefined();
});

test('publishes nothing that hosts would refuse', async () => {
  const { open } = newBucket();
  const broken = await publishable(2, { 'metadata/2.snapshot.json': '{}' });
  const { problems, changed, generation } = await run(await open(), broken);
  expect(problems).toMatchObject([{ code: 'host-refuses', file: '' }]);
  expect({ changed, generation }).toEqual({ changed: false, generation: undefined });
  expect(aws.counted()['PutObject']).toBeUndefined();
});

test('does not move the timestamp where the target lacks what is said to be there', async () => {
  const { name, open } = newBucket();
  await run(await open(), first);
  const bucket = aws.buckets.get(name);
  const missing = `registry/metadata/1.targets.json`;
  bucket?.delete(missing, undefined, now);
  const { problems, generation } = await run(await open(), second);
  expect(problems).toMatchObject([{ code: 'host-refuses', message: expect.stringContaining('answered 404') }]);
  expect(generation).toBeUndefined();
  expect(await run(await open(), second, { now: minutesLater(20), all: true })).toMatchObject({ generation: 2 });
  expect(await seen(await open(), first)).toBe(2);
});

test('publishes neither an older registry nor another one over what is there', async () => {
  const { open } = newBucket();
  await run(await open(), second);
  aws.calls.length = 0;
  await expect(run(await open(), first)).rejects.toMatchObject({ code: 'older-registry' });
  expect(aws.counted()['PutObject']).toBeUndefined();
  const target = await open();
  await target.put('metadata/1.root.json', Buffer.from('{}'));
  await expect(run(target, second)).rejects.toMatchObject({ code: 'other-registry' });
});

test('lets one of twenty publishers win; the others say so and change nothing', async () => {
  const { open } = newBucket();
  await run(await open(), first);
  const editions = await Promise.all(Array.from({ length: 20 }, (_, index) => publishable(index + 2)));
  const results = await Promise.allSettled(editions.map(async (edition) => run(await open(), edition)));
  const won = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index + 2] : []));
  expect(won).toHaveLength(1);
  for (const result of results.filter(({ status }) => status === 'rejected'))
    expect(result).toMatchObject({ reason: { name: 'Failure', code: 'another-publisher' } });
  expect(await seen(await open(), first)).toBe(won[0]);
  expect(await textOf(await open(), 'index.html')).toBe(`<p>edition ${won[0]}</p>`);
});

test('loses by the timestamp where another run took over', async () => {
  const { open } = newBucket();
  await run(await open(), first);
  const slow = await open();
  const third = await publishable(3);
  const overtaken: Target = {
    ...slow,
    replace: async (path, bytes, version) => {
      if (path.endsWith('timestamp.json')) await run(await open(), third, { now: minutesLater(16) });
      return slow.replace(path, bytes, version);
    },
  };
  await expect(run(overtaken, second)).rejects.toMatchObject({ code: 'another-publisher' });
  expect(await seen(await open(), first)).toBe(3);
});

test('removes what only older generations need, once that time is over', async () => {
  const { name, open } = newBucket();
  const keys = (): string[] => aws.buckets.get(name)?.keys() ?? [];
  const only = ['old.txt', '_astro/1.css', 'metadata/1.snapshot.json'].map((path) => `registry/${path}`);
  const lists = (): string[] => keys().filter((key) => /^registry\/publication\/[0-9a-f]{64}\.json$/u.test(key));
  const kept = (): string[] => keys().filter((key) => key.startsWith('registry/publication/kept/'));
  await run(await open(), await publishable(1, { 'old.txt': 'x' }));
  await run(await open(), second, { now: minutesLater(60), graceDays: 1 });
  // Counted from when it was replaced.
  expect(await run(await open(), second, { now: minutesLater(24 * 60), graceDays: 1 })).toMatchObject({
    changed: false,
    problems: [],
  });
  expect(keys()).toEqual(expect.arrayContaining(only));
  expect(lists()).toHaveLength(2);
  expect(kept()).toHaveLength(1);
  const late = { now: minutesLater(25 * 60), graceDays: 1 };
  expect(await run(await open(), second, { ...late, isAlone: () => false })).toMatchObject({ removed: 0 });
  expect(keys()).toEqual(expect.arrayContaining(only));
  expect(await run(await open(), second, late)).toMatchObject({ removed: 3, problems: [] });
  for (const key of only) expect(keys()).not.toContain(key);
  expect(lists()).toHaveLength(1);
  expect(kept()).toEqual([]);
  expect(await seen(await open(), first)).toBe(2);
});
