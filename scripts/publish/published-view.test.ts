/** A view is never published over the whole registry, or over the view of other groups, nor the other way round. */
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { publishable, run, textOf } from '../../test/support/publishable.ts';
import { now } from '../../test/support/published.ts';
import { openTarget, type Target } from './target.ts';
import { viewBytes, viewPath } from './view.ts';

const of = (...groups: string[]) => ({ [viewPath]: Buffer.from(viewBytes({ groups })).toString() });
const whole = await publishable(1);
const [developers, later] = [await publishable(1, of('developers')), await publishable(2, of('developers'))];
const others = await publishable(2, of('developers', 'writers'));
const laterWhole = await publishable(2);

const opened = async (): Promise<Target> => openTarget(`file://${await temporaryFolder()}`, now);

test.each([
  [
    'a view',
    'the whole registry',
    whole,
    later,
    'the whole registry is published there, and this is the view for developers',
  ],
  [
    'the whole registry',
    'a view',
    developers,
    laterWhole,
    'the view for developers is published there, and this is the whole registry',
  ],
  [
    'a view',
    'that of other groups',
    developers,
    others,
    'the view for developers is published there, and this is the view for developers, writers',
  ],
])('publishes not %s over %s', async (_, _over, before, after, message) => {
  const target = await opened();
  await run(target, before);
  const there = await textOf(target, viewPath);
  for (const all of [undefined, true] as const)
    await expect(run(target, after, { ...(all && { all }) })).rejects.toMatchObject({ code: 'other-view', message });
  expect(await textOf(target, viewPath)).toBe(there);
  expect(await textOf(target, 'index.html')).toBe('<p>edition 1</p>');
});

test('publishes the next generation of a view where its first one is', async () => {
  const target = await opened();
  expect(await run(target, developers)).toMatchObject({ generation: 1 });
  expect(await run(target, later)).toMatchObject({ generation: 2 });
  expect(await run(target, later)).toMatchObject({ generation: 2, changed: false });
});

test('says whose view it is before anything else is there, and goes on where that run ended', async () => {
  const target = await opened();
  const put = vi.spyOn(target, 'put').mockRejectedValueOnce(new Error('the network is gone'));
  await expect(run(target, developers)).rejects.toThrow('the network is gone');
  expect(await textOf(target, viewPath)).toBe(of('developers')[viewPath]);
  put.mockRestore();
  await expect(run(target, whole)).rejects.toMatchObject({ code: 'other-view' });
  expect(await run(target, developers)).toMatchObject({ generation: 1 });
});

test('publishes no view where a run of the whole registry ended on the way', async () => {
  const target = await opened();
  const put = vi.spyOn(target, 'put').mockRejectedValueOnce(new Error('the network is gone'));
  await expect(run(target, whole)).rejects.toThrow('the network is gone');
  put.mockRestore();
  await expect(run(target, developers)).rejects.toMatchObject({ code: 'other-view' });
});

test('removes at once what left a view, where no time of grace is given', async () => {
  const target = await opened();
  const page = 'servers/payroll/index.html';
  await run(target, await publishable(1, { ...of('developers'), [page]: 'everybody may see it' }));
  await run(target, later, { graceDays: 0 });
  expect(await textOf(target, page)).toBeUndefined();
  expect(await textOf(target, viewPath)).toBe(of('developers')[viewPath]);
});
