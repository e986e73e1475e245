/** A production registry over forty days, in which one server is broken in one way after the other. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { productionRegistry } from '../support/production-registry.ts';

const start = new Date('2026-12-01T12:00:00Z');
const day = (days: number): Date => new Date(start.getTime() + days * 86_400_000);

test('for forty days one server is broken, and a host keeps running the other', { timeout: 240_000 }, async () => {
  const registry = await productionRegistry(start);
  const { folder, write, manifest, otherManifest } = registry;
  const lockFile = join(folder, 'servers/other.lock.json');
  const relock = async (): Promise<void> => expect(await registry.run('lock', 'other')).toMatchObject({ status: 0 });
  const restore = async (): Promise<void> => {
    await write('servers/other.yaml', otherManifest());
    registry.git(start, 'checkout', '--quiet', 'HEAD~1', '--', 'servers/other.lock.json');
  };
  const ended = (versions: string): string =>
    `lifecycle: [{ versions: ${versions}, state: revoked, since: 2026-12-20, reason: It is broken. }]\n`;

  /** What is merged on a day, and the problem that it makes from then on. */
  const merged = new Map<number, { readonly change: () => Promise<void>; readonly problem?: string }>([
    [4, { change: () => write('servers/other.lock.json', '{'), problem: 'lock-unreadable' }],
    [
      8,
      {
        change: async () => {
          await restore();
          await write('servers/other.yaml', 'name: other\nname: twice\n');
        },
        problem: 'duplicate-key',
      },
    ],
    [
      12,
      {
        change: async () => {
          await write('servers/other.yaml', otherManifest());
          await rm(lockFile);
        },
        problem: 'unlocked',
      },
    ],
    [
      16,
      {
        change: async () => {
          await write('servers/other.yaml', otherManifest('1.1.0'));
          await relock();
          registry.npm.tampered.set('other-server@1.1.0', Buffer.from('no tarball'));
          await rm(join(folder, '.registry/cache'), { recursive: true });
        },
        problem: 'closure-digest',
      },
    ],
    // The other one changes meanwhile: a version comes, an older one is revoked.
    [
      20,
      {
        change: async () => {
          await write('servers/tiny.yaml', manifest('1.1.0'));
          expect(await registry.run('lock', 'tiny')).toMatchObject({ status: 0 });
        },
        problem: 'closure-digest',
      },
    ],
    [
      24,
      { change: () => write('servers/tiny.yaml', manifest('1.1.0', ended("['1.0.0']"))), problem: 'closure-digest' },
    ],
    [
      28,
      {
        change: async () => {
          await rm(join(folder, 'servers/other.yaml'));
          await rm(lockFile);
        },
        problem: 'deleted-manifest',
      },
    ],
    [
      32,
      {
        change: async () => {
          const [file = ''] = await readdir(join(folder, '.registry/production/approvals/other/1.0.0'));
          await writeFile(join(folder, '.registry/production/approvals/other/1.0.0', file), '');
        },
        problem: 'approvals-store',
      },
    ],
  ]);
  let problem: string | undefined;
  for (let days = 0; days <= 40; days += 2) {
    const change = merged.get(days);
    if (change !== undefined) {
      await change.change();
      registry.commit(day(days));
      ({ problem } = change);
    }
    const { problems, approved } = await registry.sign(day(days));
    expect([
      days,
      problems.map(({ code }) => code),
      problems.every(({ file }) => file.startsWith('servers/other.')),
    ]).toEqual([days, problem === undefined ? [] : expect.arrayContaining([problem]), true]);
    expect([days, approved.filter((each) => each.startsWith('tiny@'))]).toEqual([
      days,
      days === 0 ? ['tiny@1.0.0'] : days === 20 ? ['tiny@1.1.0'] : [],
    ]);
    // Just before the next run. What was approved of the broken one runs as well, while its approval is there.
    const now = day(days + 1.99);
    expect([days, await registry.host(now)]).toEqual([days, days < 20 ? '1.0.0' : '1.1.0']);
    expect([days, await registry.host(now, 'tiny', '1.0.0')]).toEqual([days, days < 24 ? '1.0.0' : 'E_REVOKED']);
    expect([days, await registry.host(now, 'other')]).toEqual([days, days < 32 ? '1.0.0' : 'E_NOT_APPROVED']);
  }
});
