/** `registry diff`, as a process in a git repository: what a reviewer sees of a branch. */
import { execFileSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyRegistry, tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

let tiny: TinyRegistry;

const git = (...words: string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], {
    cwd: tiny.folder,
    encoding: 'utf8',
  });

/** Everything but what commands leave behind. */
function commit(message: string): void {
  git('add', '--all', '--', ':!.registry', ':!.npm', ':!dist');
  git('commit', '--quiet', '--message', message);
}

const permissions = (host: string): string => `permissions:\n  network: ['${host}']\n`;

beforeAll(async () => {
  tiny = await tinyRegistry(permissions('api.example.com:443'));
  git('init', '--quiet', '--initial-branch', 'main');
  commit('base');
  git('switch', '--quiet', '--create', 'change');
});

describe('a branch', () => {
  test('that changes nothing', async () => {
    expect(await tiny.run('diff')).toEqual({
      status: 0,
      stdout: 'nothing changes in servers/ and policy.yaml\n',
      stderr: '',
    });
    expect(JSON.parse((await tiny.run('diff', '--json')).stdout)).toEqual({
      schemaVersion: 1,
      ok: true,
      base: git('rev-parse', 'main').trim(),
      policyChanged: false,
      servers: [],
      problems: [],
    });
  });

  test('that moves to a new version and asks for more, committed or not', async () => {
    await tiny.write('servers/tiny.yaml', tiny.manifest('1.1.0', permissions('*:443')));
    expect(await tiny.run('lock')).toMatchObject({ status: 0 });
    const lines = [
      'tiny: changed, 1.0.0 → 1.1.0',
      '  permissions: 1 gained',
      '  ! gained network *:443, was api.example.com:443',
      '  tools: 1 offered',
      '  ~ the same: greet',
      '  packages: 2 installed, 1 upgraded',
      '  ~ the artefact upgraded tiny-server 1.0.0 → 1.1.0',
    ];
    const before = await tiny.run('diff');
    expect(before).toMatchObject({ status: 0, stderr: '' });
    expect(before.stdout.split('\n').slice(0, lines.length)).toEqual(lines);
    commit('more');
    expect(await tiny.run('diff')).toEqual(before);
    expect(await tiny.run('diff', 'HEAD~1')).toEqual(before);
    expect(await tiny.run('diff', 'HEAD')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('nothing changes'),
    });
  });

  test('that main has left behind is compared with where it began', async () => {
    git('switch', '--quiet', 'main');
    await tiny.write('servers/later.yaml', tiny.manifest('1.0.0', '', 'later'));
    commit('later');
    git('switch', '--quiet', 'change');
    expect((await tiny.run('diff')).stdout).not.toContain('later');
    expect((await tiny.run('diff', 'main')).stdout).toContain('later: deleted, 1.0.0');
  });

  test('gives the same JSON whenever it is asked', async () => {
    const [first, second] = [await tiny.run('diff', '--json'), await tiny.run('diff', '--json')];
    expect(second).toEqual(first);
    expect(JSON.parse(first.stdout)).toMatchObject({
      ok: true,
      servers: [
        {
          name: 'tiny',
          kind: 'changed',
          version: { was: '1.0.0', now: '1.1.0' },
          permissions: [{ change: 'gained', area: 'network', subject: '*:443', loud: true }],
          closure: { counts: { upgraded: 1 }, packages: [{ name: 'tiny-server', root: true }] },
        },
      ],
    });
  });

  test('gives Markdown, in which hostile text is text', async () => {
    const title = '| x | @example/team #1 **yes**\\n\\n# Verdict: may merge';
    await tiny.write('servers/tiny.yaml', tiny.manifest('1.1.0', `${permissions('*:443')}title: "${title}"\n`));
    const { status, stdout } = await tiny.run('diff', '--markdown');
    expect(status).toBe(0);
    expect(stdout).toContain(
      '### `tiny`: changed, `1.0.0` → `1.1.0`\n\n**permissions**: 1 gained\n\n- **!** gained network `*:443`',
    );
    expect(stdout).toContain('- `+` `title`, now `| x | @example/team #1 **yes**↵↵# Verdict: may merge`\n');
    expect(await tiny.run('diff', '--markdown', '--json')).toMatchObject({ status: 2 });
  });

  test('that adds, deletes, and breaks', async () => {
    await tiny.write('servers/fresh.yaml', tiny.manifest('1.0.0', '', 'fresh'));
    await tiny.write('servers/broken.yaml', 'name: 1\n');
    await tiny.write('policy.yaml', `${await readFile(join(tiny.folder, 'policy.yaml'), 'utf8')}# more\n`);
    await rm(join(tiny.folder, 'servers/tiny.yaml'));
    await rm(join(tiny.folder, 'servers/tiny.lock.json'));
    const { status, stdout, stderr } = await tiny.run('diff');
    expect(status).toBe(1);
    expect(stdout.split('\n').filter((line) => /^\S/u.test(line))).toEqual([
      '! policy.yaml changes: every server is reviewed by it',
      'broken: new',
      'fresh: new, 1.0.0',
      'tiny: deleted, 1.0.0',
    ]);
    expect(stdout).toContain('  ! servers/broken.yaml cannot be read: its content is missing here');
    expect(stderr).toContain('servers/broken.yaml');
    expect(JSON.parse((await tiny.run('diff', '--json')).stdout)).toMatchObject({
      ok: false,
      policyChanged: true,
      servers: [{ name: 'broken', unread: ['servers/broken.yaml'] }, {}, { kind: 'deleted' }],
      problems: expect.arrayContaining([expect.objectContaining({ file: 'servers/broken.yaml' })]),
    });
  });
});

test('a commit that git does not know is wrong usage', async () => {
  expect(await tiny.run('diff', 'nowhere')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('git knows no commit nowhere'),
  });
  expect(await tiny.run('diff', '--output=x')).toMatchObject({ status: 2 });
});

test('outside git everything is new', async () => {
  const loose = await emptyRegistry();
  await loose.write('servers/tiny.yaml', loose.manifest());
  await loose.run('lock');
  const { status, stdout, stderr } = await loose.run('diff');
  expect([status, stderr]).toEqual([0, 'this is no git checkout, so nothing was compared: everything counts as new\n']);
  expect(stdout).toContain('tiny: new, 1.0.0');
  expect(stdout).toContain('packages: 0 → 2 installed, 2 added');
});
