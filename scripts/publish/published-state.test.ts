import { expect, test } from 'vitest';
import { aRootFile } from '../../test/support/metadata.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { minutesLater, publishable, run } from '../../test/support/publishable.ts';
import { aTrustConfig, now } from '../../test/support/published.ts';
import { readPublishedState, type Looking } from './published-state.ts';
import { openTarget, type Target } from './target.ts';
import { fetching, noAddress } from './verify-dist.ts';

const [first, second] = [await publishable(1), await publishable(2)];

const opened = async (): Promise<Target> => openTarget(`file://${await temporaryFolder()}`, now);

const looking = (target: Target, folder: string, change: Partial<Looking> = {}): Looking => ({
  trust: {
    config: aTrustConfig(noAddress, { root: aRootFile() }),
    ...{ groups: () => new Set(), pins: new Map(), refreshAfterMs: 0 },
  },
  ...{ folder, now, opensServers: false },
  fetchFile: fetching(async (path, maxBytes) => (await target.read(path, maxBytes))?.bytes),
  ...change,
});

test('says what is published, and until when each part of it is valid', async () => {
  const target = await opened();
  await run(target, first);
  const state = await readPublishedState(looking(target, await temporaryFolder(), { opensServers: true }));
  expect(state).toMatchObject({
    ...{ registry: 'mcp.example.com', environment: 'production', servers: 1, revoked: [], problems: [] },
    newest: { version: '1.2.0', approvedAt: '2026-05-01T00:00:00Z', commit: 'a'.repeat(40) },
    approvals: [{ version: '1.2.0', validUntil: '2026-11-01T00:00:00Z' }],
  });
  expect(state.endings.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['timestamp 1', 'snapshot 1', 'the first of 256 bins', 'status 5', 'targets 1', 'root 1']),
  );
  const ends = state.endings.map(({ end }) => end);
  expect(ends).toEqual(ends.toSorted());
});

test('refuses what a host refuses that saw something newer', async () => {
  const [target, older, folder] = [await opened(), await opened(), await temporaryFolder()];
  await run(older, first);
  await run(target, second);
  expect(await readPublishedState(looking(target, folder))).toMatchObject({ servers: 1 });
  await expect(readPublishedState(looking(older, folder))).rejects.toMatchObject({ code: 'E_ROLLBACK' });
});

test('refuses what has expired', async () => {
  const target = await opened();
  await run(target, first);
  const late = looking(target, await temporaryFolder(), { now: minutesLater(60 * 24 * 30) });
  await expect(readPublishedState(late)).rejects.toMatchObject({ code: 'E_EXPIRED' });
});

test('names the servers that the metadata names and the copy does not carry', async () => {
  const target = await opened();
  await run(target, first);
  expect(await readPublishedState(looking(target, await temporaryFolder()))).toMatchObject({ notCarried: [] });
  for (const path of first.files.keys()) if (path.startsWith('targets/servers/')) await target.remove(path);
  expect(await readPublishedState(looking(target, await temporaryFolder()))).toMatchObject({
    ...{ servers: 0, notCarried: ['internal-postgres'], approvals: [] },
  });
});

test('finds a missing lock where every server is opened', async () => {
  const target = await opened();
  await run(target, first);
  for (const path of first.files.keys()) if (path.startsWith('locks/')) await target.remove(path);
  expect(await readPublishedState(looking(target, await temporaryFolder()))).toMatchObject({ problems: [] });
  const state = await readPublishedState(looking(target, await temporaryFolder(), { opensServers: true }));
  expect(state.problems).toMatchObject([{ code: 'host-refuses', message: expect.stringContaining('answered 404') }]);
});
