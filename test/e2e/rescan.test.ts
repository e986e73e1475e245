/** The daily scan: what it makes of the issues of a repository, which a stand-in for GitHub's command line keeps. */
import { execFile } from 'node:child_process';
import { cp, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fakeGh, type FakeGh, type Issue } from '../support/fake-gh.ts';
import { temporaryFolder } from '../support/folder.ts';
import { standInTools, type Answer, type StandIn } from '../support/stand-in-tools.ts';
import { runWorkflow, type JobRun } from '../support/workflow-run.ts';

const root = join(import.meta.dirname, '../..');
let gh: FakeGh;
let tools: StandIn;
beforeAll(async () => {
  [gh, tools] = await Promise.all([fakeGh(), standInTools()]);
});

const issue = (number: number, title: string, body = 'old', labels = ['advisories']): Issue => ({
  ...{ number, title, body, labels },
  state: 'open',
});

// The scripts are written for the tools of a GitHub runner.
beforeEach((context) => context.skip(process.platform !== 'linux', 'this is not Linux'));

describe('the issues', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    await gh.start([]);
  });
  /** Runs the script on files with these contents. */
  async function keep(files: Readonly<Record<string, string>>, count = Object.keys(files).length): Promise<string> {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const script = join(root, '.github/scripts/rescan-issues.sh');
    const { stdout } = await promisify(execFile)('bash', [script, folder, `${count}`], {
      env: { ...process.env, ...gh.env },
    });
    return stdout;
  }

  test('are opened, one for each server', async () => {
    await keep({ 'tiny.md': 'minimist: 1\n', 'other-server.md': 'two\n' });
    expect(await gh.issues()).toEqual([
      issue(1, 'Advisories for other-server', 'two\n'),
      issue(2, 'Advisories for tiny', 'minimist: 1\n'),
    ]);
    expect(await gh.changes()).toEqual([
      'label advisories',
      'create Advisories for other-server',
      'create Advisories for tiny',
    ]);
  });

  test('are left alone where nothing is new, and written again where something is', async () => {
    await gh.start([issue(1, 'Advisories for tiny', 'one'), issue(2, 'Advisories for other', 'two')]);
    await keep({ 'tiny.md': 'one\n', 'other.md': 'three\n' });
    expect(await gh.changes()).toEqual(['edit 2']);
  });

  test('are closed where nothing is open any more', async () => {
    await gh.start([issue(1, 'Advisories for tiny'), issue(2, 'Advisories for other')]);
    await keep({ 'other.md': 'old' });
    expect(await gh.changes()).toEqual(['close 1 completed']);
  });

  test('of people are never touched', async () => {
    await gh.start([
      issue(1, 'Advisories for tiny', 'mine', ['bug']),
      issue(2, 'Advisories for tiny and others'),
      issue(3, 'advisories for tiny'),
      issue(4, 'Advisories for '),
      issue(5, 'Advisories for ../tiny'),
      issue(6, 'Advisories for $(touch /tmp/pwned)'),
    ]);
    await keep({});
    expect(await gh.changes()).toEqual([]);
  });

  test('take text as it is, whatever is in it', async () => {
    const body = '--title $(id) `id` "\\ \'\n@everybody\n| a | b |\n';
    await keep({ 'tiny.md': body });
    expect((await gh.issues())[0]?.body).toBe(body);
    await keep({}, 1);
    expect(await gh.changes()).toEqual(['label advisories', 'create Advisories for tiny']);
  });

  test('are not opened by the hundred in one day', async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`server-${index}.md`, 'text']));
    expect((await keep(files)).match(/::warning::/gu)).toHaveLength(10);
    expect(await gh.issues()).toHaveLength(50);
  });

  describe('are not touched', () => {
    /** What the script says as it ends, and what it had changed by then. */
    async function refusal(act: () => Promise<unknown>): Promise<{ said: string; changes: readonly string[] }> {
      await gh.start([issue(1, 'Advisories for other')]);
      const said = await act().then(
        () => 'nothing',
        ({ stdout }: { stdout: string }) => stdout.trim(),
      );
      return { said, changes: await gh.changes() };
    }
    const notNamed = { said: '::error::the folder must hold files named <server>.md alone', changes: [] };
    test.each([
      'Tiny.md',
      'tiny.txt',
      '-tiny.md',
      'tiny;id.md',
      'tiny\n.md',
      'tiny md.md',
      '.md',
      `${'a'.repeat(65)}.md`,
    ])('for a file named %j', async (name) => {
      expect(await refusal(() => keep({ [name]: 'text' }))).toEqual(notNamed);
    });
    test('for a folder, or a link', async () => {
      await mkdir(join(folder, 'tiny.md'));
      expect(await refusal(() => keep({}, 1))).toEqual(notNamed);
      folder = await temporaryFolder();
      await symlink('/etc/passwd', join(folder, 'tiny.md'));
      expect(await refusal(() => keep({}, 1))).toEqual(notNamed);
    });
    test('for more than an issue can hold', async () => {
      await writeFile(join(folder, 'tiny.md'), '');
      await truncate(join(folder, 'tiny.md'), 60_001);
      expect(await refusal(() => keep({}, 1))).toEqual({
        said: '::error::tiny.md has 60001 bytes, and may have 60000',
        changes: [],
      });
    });
    test.each([1, 3])('where the scan wrote %i files and two arrive', async (count) => {
      expect(await refusal(() => keep({ 'a.md': '', 'b.md': '' }, count))).toEqual({
        said: `::error::the folder holds 2 files, and the scan wrote ${count}`,
        changes: [],
      });
    });
  });

  test('make the run fail where GitHub refuses', async () => {
    await writeFile(join(folder, 'tiny.md'), 'text');
    const script = join(root, '.github/scripts/rescan-issues.sh');
    const env = { ...process.env, ...gh.env, GH_TOKEN: 'none' };
    await expect(promisify(execFile)('bash', [script, folder, '1'], { env })).rejects.toMatchObject({ code: 4 });
  });
});

describe('the run', () => {
  const reviewed = (result: string): string =>
    JSON.stringify({ servers: [{ name: 'tiny', checks: [{ check: 'advisories', result }] }] });
  async function run(scan: Answer): Promise<Readonly<Record<string, JobRun>>> {
    await tools.answer({ scan });
    await gh.start([issue(1, 'Advisories for other')]);
    return runWorkflow({
      workflow: join(root, '.github/workflows/rescan.yml'),
      github: { token: gh.env['GH_TOKEN'], repository: gh.env['GH_REPO'] },
      env: { PATH: gh.env['PATH'] ?? '' },
      leftOut: new Map([['scan/install', 'installs packages; the stand-in needs none']]),
      checkout: (_, folder) => cp(tools.folder, folder, { recursive: true }),
    });
  }

  test.each([
    ['nothing', 0, 'passed', {}, ['close 1 completed']],
    [
      'an advisory that blocks',
      1,
      'failed',
      { 'tiny.md': 'text' },
      ['label advisories', 'create Advisories for tiny', 'close 1 completed'],
    ],
    ['what is known already', 0, 'passed', { 'other.md': 'old' }, []],
  ])('finds %s', async (_, status, result, files, changes) => {
    const jobs = await run({ status, stdout: reviewed(result), files: { '--issues': files } });
    expect([jobs.scan?.result, jobs.issues?.result]).toEqual(['success', 'success']);
    expect(await gh.changes()).toEqual(changes);
  });

  test.each<[string, Answer, string]>([
    ['a source does not answer', { status: 1, stdout: reviewed('not-run') }, 'no advisories were looked up: tiny'],
    [
      'the scan breaks off',
      { status: 1, stdout: '{"ok":false,"error":{"code":"network"}}' },
      'no advisories were looked up: network',
    ],
    ['the scan says nothing', { status: 1 }, 'JSON'],
    ['the registry is not believed', { status: 3, stdout: reviewed('passed') }, 'Command failed'],
  ])('closes nothing where %s', async (_, answer, said) => {
    const jobs = await run(answer);
    expect([jobs.scan?.result, jobs.issues?.result]).toEqual(['failure', 'skipped']);
    expect(jobs.scan?.log).toContain(said);
    expect(await gh.changes()).toEqual([]);
  });
});
