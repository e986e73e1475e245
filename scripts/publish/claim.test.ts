/** Who may publish: one run at a time, and the next one after a run that ended. */
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { minutesLater, publishable, run, seen, textOf } from '../../test/support/publishable.ts';
import { now } from '../../test/support/published.ts';
import { openTarget, type Target } from './target.ts';

const [first, second, third] = [await publishable(1), await publishable(2), await publishable(3)];

/** A target in which the first edition is published, opened by as many runs as there are. */
async function publishedFolder(): Promise<() => Promise<Target>> {
  const folder = await temporaryFolder();
  const open = (): Promise<Target> => openTarget(`file://${folder}`, now);
  await run(await open(), first);
  return open;
}

/** A run that is killed before it writes a path: nothing of it comes later. */
function killedBefore(target: Target, path: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const never = new Promise<never>(() => undefined);
  const stop = (asked: string): Promise<never> | undefined => {
    if (asked !== path) return undefined;
    resolve();
    return never;
  };
  void run(
    {
      ...target,
      put: (asked, bytes) => stop(asked) ?? target.put(asked, bytes),
      replace: (asked, bytes, version) => stop(asked) ?? target.replace(asked, bytes, version),
    },
    second,
  );
  return promise;
}

const refused = { name: 'Failure', code: 'another-publisher' };

test('waits for a run that was killed until its claim ends, and says until when', async () => {
  const open = await publishedFolder();
  await killedBefore(await open(), 'index.html');
  await expect(run(await open(), second, { now: minutesLater(14) })).rejects.toMatchObject({
    ...refused,
    remedy: 'wait for it; if it was ended, run the command again after 2026-06-01T12:15:00Z',
  });
  expect(await run(await open(), second, { now: minutesLater(15) })).toMatchObject({ generation: 2, problems: [] });
  expect(await seen(await open(), first)).toBe(2);
});

test('lets one of several take over from a run that was killed', async () => {
  const open = await publishedFolder();
  await killedBefore(await open(), 'metadata/timestamp.json');
  const editions = await Promise.all([2, 3, 4, 5].map((edition) => publishable(edition)));
  const results = await Promise.allSettled(
    editions.map(async (edition) => run(await open(), edition, { now: minutesLater(15) })),
  );
  const won = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [index + 2] : []));
  expect(won).toHaveLength(1);
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(refused);
  expect(await seen(await open(), first)).toBe(won[0]);
});

test('does not wait for a run that failed', async () => {
  const open = await publishedFolder();
  const target = await open();
  const failing: Target = {
    ...target,
    put: (path, bytes) => (path === 'index.html' ? Promise.reject(new Error('no network')) : target.put(path, bytes)),
  };
  await expect(run(failing, second)).rejects.toThrow('no network');
  // Its files may be there: all that change under their name are sent again.
  expect(await run(await open(), second)).toMatchObject({ generation: 2, problems: [] });
  expect(await textOf(await open(), 'publication.json')).not.toContain('claim');
});

test('does not wait for a claim that a wrong clock made', async () => {
  const open = await publishedFolder();
  const target = await open();
  const ahead = minutesLater(24 * 60);
  const failing: Target = { ...target, put: () => Promise.reject(new Error('no network')) };
  await expect(run(failing, second, { now: ahead })).rejects.toThrow('no network');
  const text = (await textOf(await open(), 'publication.json')) ?? '';
  const claimed = text.replace('"ended":true,', '');
  expect(claimed).not.toBe(text);
  await target.put('publication.json', Buffer.from(claimed));
  expect(await run(await open(), second)).toMatchObject({ generation: 2, problems: [] });
});

test('writes over no page of the run that took over', async () => {
  const open = await publishedFolder();
  const slow = await open();
  const overtaken: Target = {
    ...slow,
    put: async (path, bytes) => {
      await slow.put(path, bytes);
      if (path === 'metadata/2.snapshot.json') await run(await open(), third, { now: minutesLater(16) });
    },
  };
  await expect(run(overtaken, second)).rejects.toMatchObject(refused);
  expect(await seen(await open(), first)).toBe(3);
  expect(await textOf(await open(), 'index.html')).toBe('<p>edition 3</p>');
});
