/** The way back to the pages of an older generation. */
import { cp } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { minutesLater, publishable, run, seen, textOf } from '../../test/support/publishable.ts';
import { now } from '../../test/support/published.ts';
import type { StatusStatement } from '../../schemas/types.ts';
import { rollback, type RollbackOptions } from './rollback.ts';
import { nameOfRecord } from '../../core/statement.ts';
import { openTarget, type Target } from './target.ts';
import { viewBytes, viewPath } from './view.ts';

const first = await publishable(1, { 'search.json': '1', 'old/index.html': 'old' });
const second = await publishable(2, { 'search.json': '2' });
const third = await publishable(3, { 'search.json': '3', 'new/index.html': 'new' });

/** Three editions, published one after the other. */
let whole: string;

beforeAll(async () => {
  whole = await temporaryFolder();
  for (const each of [first, second, third]) await run(await openTarget(`file://${whole}`, now), each);
});

async function threeGenerations(): Promise<Target> {
  const folder = await temporaryFolder();
  await cp(whole, folder, { recursive: true });
  return openTarget(`file://${folder}`, now);
}

let runs = 0;
const back = (target: Target, generation: number, options: Partial<RollbackOptions> = {}) =>
  rollback(target, generation, { now, id: `way back ${++runs}`, isAlone: () => true, ...options });

interface Written {
  readonly generations: readonly { readonly generation: number; readonly pagesOf?: number }[];
}
const remembered = async (target: Target): Promise<Written> =>
  JSON.parse((await textOf(target, 'publication.json')) ?? '') as Written;

test('publishes the pages of an older generation as a new one, and leaves what is signed as it is', async () => {
  const target = await threeGenerations();
  const signed = await textOf(target, 'metadata/timestamp.json');
  expect(await back(target, 1)).toMatchObject({ generation: 4, problems: [], changed: true, removed: 0 });
  expect(await textOf(target, 'index.html')).toBe('<p>edition 1</p>');
  expect(await textOf(target, 'search.json')).toBe('1');
  expect(await textOf(target, 'old/index.html')).toBe('old');
  expect(await textOf(target, 'metadata/timestamp.json')).toBe(signed);
  expect(await seen(target, first)).toBe(3);
  expect((await remembered(target)).generations.slice(0, 2)).toMatchObject([
    { generation: 4, pagesOf: 1 },
    { generation: 3 },
  ]);
});

test('leads forward again, to the pages that it replaced', async () => {
  const target = await threeGenerations();
  await back(target, 1);
  expect(await back(target, 3)).toMatchObject({ generation: 5, problems: [] });
  expect(await textOf(target, 'index.html')).toBe('<p>edition 3</p>');
  expect(await textOf(target, 'new/index.html')).toBe('new');
});

test('changes nothing where those pages are there already', async () => {
  const target = await threeGenerations();
  expect(await back(target, 3)).toMatchObject({ generation: 3, changed: false, sent: 0 });
});

test('is followed by the next publication as any other generation', async () => {
  const target = await threeGenerations();
  await back(target, 1);
  const fourth = await publishable(4, { 'search.json': '4' });
  expect(await run(target, fourth)).toMatchObject({ generation: 5, problems: [] });
  expect(await textOf(target, 'search.json')).toBe('4');
  expect(await seen(target, first)).toBe(4);
});

test('keeps old pages until the generation that has them is removed', async () => {
  const target = await threeGenerations();
  await run(target, third, { now: minutesLater(24 * 60), graceDays: 1 });
  await expect(back(target, 1)).rejects.toMatchObject({
    code: 'removed-generation',
    message: expect.stringMatching(
      /generation 1 were removed .* there are 4 of 2026-06-02T12:00:00Z, 3 of 2026-06-01T12:00:00Z$/u,
    ),
  });
});

describe('in a view', () => {
  const view = { [viewPath]: Buffer.from(viewBytes({ groups: ['finance'] })).toString('utf8') };

  test('shows no server again that has left it', async () => {
    const target = await openTarget(`file://${await temporaryFolder()}`, now);
    const all = await publishable(1, view);
    const records = [...all.files.keys()].filter((path) => /^(?:targets\/)?servers\//u.test(path));
    expect(records).toHaveLength(2);
    await run(target, all);
    await run(target, await publishable(2, view, records));
    await run(target, await publishable(3, { ...view, 'index.html': '3' }, records));
    const [name = ''] = records.flatMap((path) => nameOfRecord(path) ?? []);
    await expect(back(target, 1)).rejects.toMatchObject({
      code: 'left-since',
      message: `since generation 1 these left the view: ${name}`,
    });
    expect(await textOf(target, 'index.html')).toBe('3');
    expect(await back(target, 2)).toMatchObject({ generation: 4, problems: [] });
    expect(await textOf(target, 'index.html')).toBe('<p>edition 2</p>');
  });
});

test('says which generations there are', async () => {
  await expect(back(await threeGenerations(), 9)).rejects.toMatchObject({
    code: 'unknown-generation',
    message:
      'there is no generation 9; there are 3 of 2026-06-01T12:00:00Z, 2 of 2026-06-01T12:00:00Z, 1 of 2026-06-01T12:00:00Z',
  });
  const empty = await openTarget(`file://${await temporaryFolder()}`, now);
  await expect(back(empty, 1)).rejects.toMatchObject({ code: 'nothing-published' });
});

test('sends nothing where a page was not kept', async () => {
  const target = await threeGenerations();
  const { inventory } = (await remembered(target)).generations[2] as unknown as { inventory: string };
  const files = JSON.parse((await textOf(target, `publication/${inventory}.json`)) ?? '') as {
    files: Record<string, { sha256: string }>;
  };
  await target.remove(`publication/kept/${files.files['search.json']?.sha256 ?? ''}`);
  await expect(back(target, 1)).rejects.toMatchObject({
    code: 'not-kept',
    message: '1 of the files of generation 1 are not there any more, among them search.json',
  });
  expect(await textOf(target, 'index.html')).toBe('<p>edition 3</p>');
  expect(await textOf(target, 'publication.json')).not.toContain('claim');
});

describe('what is revoked', () => {
  const revoking = (statement: StatusStatement): StatusStatement => ({
    ...statement,
    predicate: {
      ...statement.predicate,
      sequence: 6,
      revoked: [{ name: 'postgres', versions: '<2.0.0', state: 'revoked', since: '2026-05-31', reason: 'It leaks.' }],
    },
  });

  test('is not offered again by pages from before', async () => {
    const target = await openTarget(`file://${await temporaryFolder()}`, now);
    await run(target, first);
    await run(target, await publishable(2, {}, [], revoking));
    await run(target, await publishable(3, {}, [], revoking));
    await expect(back(target, 1)).rejects.toMatchObject({
      code: 'revoked-since',
      message: 'since generation 1 these may not run any more: postgres <2.0.0 (revoked)',
    });
    expect(await textOf(target, 'index.html')).toBe('<p>edition 3</p>');
    expect(await back(target, 2)).toMatchObject({ generation: 4, problems: [] });
    expect(await textOf(target, 'index.html')).toBe('<p>edition 2</p>');
  });
});

test('does not go back over a publication that moved the timestamp and ended', async () => {
  const target = await threeGenerations();
  const before = await textOf(target, 'publication.json');
  await run(target, await publishable(4));
  await target.put('publication.json', Buffer.from(before ?? ''));
  await expect(back(target, 1)).rejects.toMatchObject({ code: 'unfinished' });
});

test('lets another publisher win who was quicker', async () => {
  const target = await threeGenerations();
  const overtaken: Target = {
    ...target,
    replace: async (path, bytes, version) => {
      await run(target, await publishable(4)).catch(() => undefined);
      return target.replace(path, bytes, version);
    },
  };
  await expect(back(overtaken, 1)).rejects.toMatchObject({ code: 'another-publisher' });
  expect(await textOf(target, 'index.html')).toBe('<p>edition 4</p>');
});

test('publishes nothing where hosts refuse what is published', async () => {
  const target = await threeGenerations();
  const { problems, changed } = await back(target, 1, { now: minutesLater(30 * 24 * 60) });
  expect(problems).toMatchObject([{ code: 'host-refuses', message: expect.stringContaining('E_EXPIRED') }]);
  expect(changed).toBe(false);
});

test('comes to the end in a second run, wherever the first one fails', async () => {
  for (let failing = 1; ; failing++) {
    const target = await threeGenerations();
    let writes = 0;
    const failsAt = (): Promise<never> | undefined =>
      ++writes === failing ? Promise.reject(new Error('no network')) : undefined;
    const done = await back(
      {
        ...target,
        put: (path, bytes) => failsAt() ?? target.put(path, bytes),
        replace: (path, bytes, version) => failsAt() ?? target.replace(path, bytes, version),
      },
      1,
    ).catch(() => undefined);
    expect(await seen(target, first)).toBe(3);
    expect(await back(target, 1, { now: minutesLater(16) })).toMatchObject({ problems: [] });
    expect(await textOf(target, 'index.html')).toBe('<p>edition 1</p>');
    expect(await textOf(target, 'search.json')).toBe('1');
    if (done === undefined) continue;
    expect(failing).toBeGreaterThan(5);
    return;
  }
});
