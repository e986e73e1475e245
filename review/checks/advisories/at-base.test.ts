import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { anAdvisory, aPolicy } from '../../../test/support/statements.ts';
import type { Base } from '../../../catalog/base.ts';
import { advisoriesAtBase, checkAdvisoryChange } from './at-base.ts';

const temporary = await temporaryFolder();
let root: string;
let count = 0;

const git = (...words: string[]): string =>
  execFileSync('git', ['-C', root, '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: join(temporary, 'no-such-file') },
  });

const about = { type: 'npm', name: 'nobody-loads-this', version: '1.0.0' } as const;
const base = (): Base => ({
  commit: git('rev-parse', 'HEAD').trim(),
  changes: new Map(),
  changed: new Map(),
  policy: aPolicy(),
});

beforeEach(() => {
  root = join(temporary, String(count++));
  mkdirSync(join(root, 'advisories'), { recursive: true });
  git('init', '--quiet');
  writeFileSync(join(root, 'registry.yaml'), 'name: Example\n');
  writeFileSync(join(root, 'advisories/as-of.json'), '{"schemaVersion":1,"asOf":"2026-11-20"}');
  writeFileSync(join(root, 'advisories/GHSA-0000-0000-0000.json'), JSON.stringify(anAdvisory()));
  git('add', '--all');
  git('commit', '--quiet', '--message', 'base');
});

test('reports nothing when no advisory changes', async () => {
  await expect(checkAdvisoryChange(root, base())).resolves.toEqual([]);
});

test('warns that advisories are removed, and uses those of the base', async () => {
  rmSync(join(root, 'advisories'), { recursive: true });
  const found = await checkAdvisoryChange(root, base());
  expect(found).toMatchObject([{ code: 'advisories-changed', file: 'advisories', severity: 'warning' }]);
  const advisories = await advisoriesAtBase(root, aPolicy(), base());
  expect((await advisories.find([about])).size).toBe(1);
});

test('uses the source in the policy of the base, not the one in the change', async () => {
  const elsewhere = aPolicy({ advisories: { source: 'folder:nothing', block: 'critical' } });
  expect((await (await advisoriesAtBase(root, elsewhere, base())).find([about])).size).toBe(1);
});
