/** The steps of validate.yml with the real tools, on a change that is clean and on changes that are not. */
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { canConfine } from '../../resolve/sandbox.ts';
import type { FakePackage } from '../support/npm-registry.ts';
import { checkOut, proposeChange } from '../support/proposed-change.ts';
import { emptyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';
import { tinyPackages } from '../support/tiny-server.ts';
import { runWorkflow, type JobRun } from '../support/workflow-run.ts';

const root = join(import.meta.dirname, '../..');
const leftOut = new Map([
  ['capture/install', 'the tools are this clone, which is installed'],
  ['capture/sandbox', 'installs bubblewrap, which .ci/run did'],
  ['verdict/install', 'the tools are this clone, which is installed'],
]);

/** The packages, with other text in version 1.1.0 of the server. */
const packages = (found = 'Greets somebody.', put = found): FakePackage[] =>
  tinyPackages.map((each) =>
    each.version === '1.0.0'
      ? each
      : { ...each, files: { 'index.js': (each.files?.['index.js'] ?? '').replace(found, put) } },
  );

const confines = await canConfine();
beforeEach((context) => {
  context.skip(!confines && process.env.CI === undefined, 'bubblewrap is not here, or may not make a sandbox');
});

interface Run {
  readonly jobs: Readonly<Record<string, JobRun>>;
  readonly page: string;
}

/** Runs the workflow on the move of the tiny server from 1.0.0 to 1.1.0, and on what `change` does beside it. */
async function judge(from: readonly FakePackage[], change: (tiny: TinyRegistry) => Promise<unknown>): Promise<Run> {
  const tiny = await emptyRegistry(from);
  await tiny.write('.gitignore', '.npm/\n.registry/\n');
  await tiny.write('servers/tiny.yaml', tiny.manifest('1.0.0'));
  await lock(tiny);
  const proposed = await proposeChange(tiny.folder, async () => {
    await tiny.write('servers/tiny.yaml', tiny.manifest('1.1.0'));
    await lock(tiny);
    await change(tiny);
  });
  try {
    const jobs = await runWorkflow({
      workflow: join(root, '.github/workflows/validate.yml'),
      github: { event_name: 'pull_request', ref: 'refs/pull/7/merge', sha: proposed.merged, event: {} },
      env: { ...tiny.npm.env, npm_config_cache: join(tiny.folder, '.npm') },
      leftOut,
      checkout: ({ path }, folder) =>
        path === 'tools' ? symlink(root, folder) : checkOut(proposed, proposed.merged, folder),
    });
    return { jobs, page: jobs.verdict?.summary ?? '' };
  } finally {
    await tiny.npm.close();
  }
}

async function lock(tiny: TinyRegistry): Promise<void> {
  const { status, stderr } = await tiny.run('lock');
  if (status !== 0) throw new Error(stderr);
}

const edit =
  (file: string, found: string | RegExp, put: string) =>
  async (tiny: TinyRegistry): Promise<void> => {
    const text = await readFile(join(tiny.folder, file), 'utf8');
    if (text.replace(found, put) === text) throw new Error(`${file} has no ${found}`);
    await tiny.write(file, text.replace(found, put));
  };

describe('a clean change', () => {
  let run: Run;
  beforeAll(async () => {
    run = await judge(packages(), async () => undefined);
  });

  test('passes', () => {
    const { capture, verdict, code, gate } = run.jobs;
    expect(verdict?.log).not.toContain('::error');
    expect([capture?.result, verdict?.result, code?.result, gate?.result]).toEqual([
      ...['success', 'success', 'skipped', 'success'],
    ]);
  });
  test('has a page that names the server and fits a summary', () => {
    expect(run.page).toContain('tiny');
    expect(Buffer.byteLength(run.page)).toBeLessThan(1024 * 1024);
  });
});

describe('a poisoned change is kept out, and the page says why', () => {
  test.each<[string, FakePackage[], (tiny: TinyRegistry) => Promise<unknown>, string]>([
    [
      'that asks for the keys of the user',
      packages(),
      edit('servers/tiny.yaml', 'license: MIT', 'license: MIT\npermissions:\n  filesystem:\n    read: [~/.ssh]'),
      'path-forbidden',
    ],
    [
      'whose tool hides text from people',
      packages('Greets somebody.', 'Greets \u{e0069}\u{e0067}\u{e006e}somebody.'),
      async () => undefined,
      'text-tag-characters',
    ],
    [
      'whose server shows another tool than its lock',
      packages(),
      // The lock without a tool that the server has.
      edit('servers/tiny.lock.json', /"tools": \[.*?\n {2}\]/su, '"tools": []'),
      'tools-differ',
    ],
    [
      'with a field that nobody knows',
      packages(),
      edit('servers/tiny.yaml', 'license: MIT', 'licence: MIT'),
      'unknown-field',
    ],
  ])('%s', async (_, from, change, code) => {
    const { jobs, page } = await judge(from, change);
    expect([jobs.verdict?.result, jobs.gate?.result]).toEqual(['failure', 'failure']);
    expect(page).toContain(code);
  });
});
