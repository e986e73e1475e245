/**
 * The steps of validate.yml, executed. The tools are a stand-in that answers as it is told, so that this shows what the
 * workflow makes of each answer; workflow-gate.test.ts runs it with the real ones.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { checkOut, proposeChange, type ProposedChange } from '../support/proposed-change.ts';
import { standInTools, type Answer, type StandIn } from '../support/stand-in-tools.ts';
import { runnerCommands, runWorkflow, type JobRun, type Simulation } from '../support/workflow-run.ts';

const workflow = join(import.meta.dirname, '../../.github/workflows/validate.yml');
const leftOut = new Map([
  ['capture/install', 'installs packages; the stand-in needs none'],
  ['capture/sandbox', 'installs bubblewrap; nothing is started'],
  ['verdict/install', 'installs packages; the stand-in needs none'],
  ['code/sandbox', 'installs bubblewrap; nothing is started'],
  ['code/install', 'installs packages; the change needs none'],
]);
const clean: Readonly<Record<string, Answer>> = {
  capture: { files: { '--output': '{"schemaVersion":1,"servers":[]}' } },
  scan: { stdout: '{"verdict":"may-merge"}', files: { '--markdown': '# May merge\n', '--sarif': '{}' } },
};

let tools: StandIn;
let server: ProposedChange;
let withCode: ProposedChange;
let badCode: ProposedChange;
beforeAll(async () => {
  tools = await standInTools();
  [server, withCode, badCode] = await Promise.all([
    change({ 'servers/tiny.yaml': 'name: tiny\n' }),
    change({ 'core/tiny.ts': 'export {};\n', 'servers/tiny.yaml': 'name: tiny\n' }),
    change({ 'package.json': manifest({ ...passing, test: 'exit 1' }) }),
  ]);
});
beforeEach(() => tools.answer(clean));

const passing = { test: 'exit 0', 'test:long': 'exit 0', check: 'exit 0', synth: 'exit 0' };
const manifest = (scripts: Readonly<Record<string, string>>): string =>
  JSON.stringify({ name: 'change', private: true, scripts });

async function change(files: Readonly<Record<string, string>>): Promise<ProposedChange> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'package.json'), manifest(passing));
  return proposeChange(folder, async () => {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), content);
    }
  });
}

function run(proposed: ProposedChange, more: Partial<Simulation> = {}): Promise<Readonly<Record<string, JobRun>>> {
  return runWorkflow({
    workflow,
    github: { event_name: 'pull_request', ref: 'refs/pull/7/merge', sha: proposed.merged, event: {} },
    leftOut,
    checkout: async ({ path, ref, 'persist-credentials': credentials }, folder) => {
      expect(credentials).toBe('false');
      if (path !== 'tools') return checkOut(proposed, proposed.merged, folder);
      expect(ref).toBe(proposed.base);
      return symlink(tools.folder, folder);
    },
    ...more,
  });
}

const results = (jobs: Readonly<Record<string, JobRun>>): Record<string, string> =>
  Object.fromEntries(Object.entries(jobs).map(([name, { result }]) => [name, result]));

// The scripts are written for the tools of a GitHub runner.
beforeEach((context) => context.skip(process.platform !== 'linux', 'this is not Linux'));

describe('a clean change', () => {
  test('of servers passes without the tests of the code', async () => {
    const jobs = await run(server);
    expect(results(jobs)).toEqual({
      ...{ changes: 'success', capture: 'success', verdict: 'success' },
      ...{ code: 'skipped', gate: 'success' },
    });
    expect(jobs.verdict?.summary).toBe('# May merge\n');
    expect(await tools.asked()).toEqual([
      `capture --base ${server.base} --output ../captured.json`,
      `validate --base ${server.base} --annotations`,
      `scan --base ${server.base} --captured ../captured/captured.json --markdown ../review/page.md --link https://forge.example/example/registry/blob/${server.merged} --sarif ../review/review.sarif --json`,
    ]);
  });

  test('of code passes with them', async () => {
    const jobs = await run(withCode);
    expect(results(jobs)).toMatchObject({ verdict: 'success', code: 'success', gate: 'success' });
    expect(jobs.code?.steps).toMatchObject({ test: 'success', long: 'success', check: 'success' });
  });

  test('in the merge queue is compared with what the queue puts before it', async () => {
    const earlier = await change({ 'servers/tiny.yaml': 'name: tiny\n' });
    const event = { merge_group: { base_sha: earlier.base } };
    const jobs = await run(earlier, {
      github: { event_name: 'merge_group', ref: 'refs/heads/gh-readonly-queue/7', event },
    });
    expect([jobs.changes?.outputs, jobs.gate?.result]).toEqual([{ base: earlier.base, code: 'false' }, 'success']);
  });
});

test('nothing that servers and files make the tools print is a command for the runner', async () => {
  const hostile = [
    '::set-output name=sha256::forged',
    '  ::error::forged',
    'tool: ##[add-mask]forged',
    '::stop-commands::forged',
    '\r::warning::forged\r\n::forged::',
    '',
  ].join('\n');
  const annotation = '::error file=servers/tiny.yaml,title=x::a real one\n';
  await tools.answer({
    capture: { ...clean.capture, stderr: hostile },
    validate: { status: 1, stderr: hostile, stdout: annotation },
    scan: { ...clean.scan, stderr: hostile, status: 1 },
  });
  const jobs = await run(server);
  expect(runnerCommands(hostile)).not.toEqual([]);
  expect(runnerCommands(`${jobs.capture?.log}\n${jobs.verdict?.log}`)).toEqual([annotation.trim()]);
  expect(jobs.capture?.log).toContain('forged');
  expect(results(jobs)).toMatchObject({ capture: 'success', verdict: 'failure', gate: 'failure' });
});

describe('a change is kept out', () => {
  test.each<[string, Record<string, Answer>]>([
    ['where validate has problems', { ...clean, validate: { status: 1 } }],
    ['where scan blocks', { ...clean, scan: { ...clean.scan, status: 1 } }],
    ['where both do', { ...clean, validate: { status: 1 }, scan: { ...clean.scan, status: 1 } }],
  ])('%s, and the page is shown', async (_, answers) => {
    await tools.answer(answers);
    const jobs = await run(server);
    expect(results(jobs)).toMatchObject({ capture: 'success', verdict: 'failure', gate: 'failure' });
    expect(jobs.verdict?.summary).toBe('# May merge\n');
  });

  test('where the review breaks off, and the page says so', async () => {
    await tools.answer({ capture: clean.capture ?? {}, scan: { status: 3 } });
    const jobs = await run(server);
    expect(results(jobs)).toMatchObject({ verdict: 'failure', gate: 'failure' });
    expect(jobs.verdict?.summary).toBe(
      'The review ended before there was a page: the log of the step before says why.\n',
    );
  });

  test('where the servers cannot be started, and all else is judged', async () => {
    await tools.answer({ ...clean, capture: { status: 1 } });
    const jobs = await run(server);
    expect(results(jobs)).toMatchObject({ capture: 'failure', verdict: 'success', gate: 'failure' });
    expect((await tools.asked()).at(-1)).toMatch(/^scan --base [0-9a-f]{40} --no-capture --markdown /u);
    expect(jobs.verdict?.summary).toBe('# May merge\n');
  });

  test('where its own tests fail', async () => {
    const jobs = await run(badCode);
    expect(results(jobs)).toMatchObject({ verdict: 'success', code: 'failure', gate: 'failure' });
    expect(jobs.code?.steps).toMatchObject({ test: 'failure', long: 'success', check: 'success' });
  });
});

describe('what was captured is not taken', () => {
  const tooMuch = 64 * 1024 * 1024 + 1;
  test.each<[string, (file: string) => Promise<unknown>, string]>([
    ['from another job', (file) => writeFile(file, '{"servers":[]}'), 'captured.json has the SHA-256 '],
    ['with another file', (file) => writeFile(`${file}.sh`, ''), 'must be one plain file'],
    ['under another name', (file) => rm(file).then(() => writeFile(`${file}.sh`, '')), 'must be one plain file'],
    ['as a link', (file) => rm(file).then(() => symlink('/etc/passwd', file)), 'must be one plain file'],
    [
      'where it is too much',
      (file) => truncate(file, tooMuch),
      'captured.json has 67108865 bytes, and may have 67108864',
    ],
  ])('%s', async (_, forge, said) => {
    const jobs = await run(server, {
      afterJob: (job, artifacts) =>
        job === 'capture' ? forge(join(artifacts, 'captured/captured.json')).then(() => undefined) : Promise.resolve(),
    });
    expect(results(jobs)).toMatchObject({ capture: 'success', verdict: 'failure', gate: 'failure' });
    expect(jobs.verdict?.log).toContain(`::error::`);
    expect(jobs.verdict?.log).toContain(said);
    // What cannot be trusted is not even looked at.
    expect((await tools.asked()).filter((line) => !line.startsWith('capture'))).toEqual([]);
  });
});

describe('bubblewrap', () => {
  const script = join(import.meta.dirname, '../../.github/scripts/allow-bubblewrap.sh');
  /** Runs the script where bubblewrap works from the start, once a profile is loaded, or never. */
  async function allow(works: 'at once' | 'with a profile' | 'never'): Promise<{ status: unknown; asked: string }> {
    const folder = await temporaryFolder();
    const programs = {
      bwrap: '[ -e "$0.works" ]',
      sudo: `echo "$@" >> "$0.asked"; cat >> "$0.asked"${works === 'never' ? '' : '; [ "$1" = tee ] || touch "${0%sudo}bwrap.works"'}`,
    };
    for (const [name, text] of Object.entries(programs))
      await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    for (const file of works === 'at once' ? ['bwrap.works', 'sudo.asked'] : ['sudo.asked'])
      await writeFile(join(folder, file), '');
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    const child = promisify(execFile)('bash', [script], { env });
    child.child.stdin?.end();
    const status = await child.then(
      () => 0,
      ({ code }: { code: unknown }) => code,
    );
    return { status, asked: await readFile(join(folder, 'sudo.asked'), 'utf8') };
  }

  test('is left alone where it works', async () => {
    expect(await allow('at once')).toEqual({ status: 0, asked: '' });
  });
  test('gets a profile of its own where it does not', async () => {
    const { status, asked } = await allow('with a profile');
    expect(status).toBe(0);
    expect(asked).toMatch(/^tee \/etc\/apparmor\.d\/countersign-bwrap\n/u);
    expect(asked).toContain('profile countersign-bwrap /usr/bin/bwrap flags=(unconfined) {\n  userns,\n}');
    expect(asked).toMatch(/apparmor_parser --replace \/etc\/apparmor\.d\/countersign-bwrap\n$/u);
  });
  test('is not used where that did not help', async () => {
    expect(await allow('never')).toMatchObject({ status: 1 });
  });
});
