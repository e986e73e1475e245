/** What GitHub reads beside workflows: nothing tells us when one of these files stops fitting the others. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { policyFormat } from '../../core/formats.ts';
import { readYaml } from '../../core/yaml.ts';
import type { Policy } from '../../schemas/types.ts';
import { aPolicy } from '../../test/support/statements.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

interface Ruleset {
  readonly enforcement: string;
  readonly bypass_actors: readonly unknown[];
  readonly rules: readonly { readonly type: string; readonly parameters?: Readonly<Record<string, unknown>> }[];
}

const rule = (ruleset: Ruleset, type: string): unknown => ruleset.rules.find((each) => each.type === type)?.parameters;

test('main takes nothing that people and the gate have not passed', async () => {
  const ruleset = JSON.parse(await read('.github/rulesets/main.json')) as Ruleset;
  expect([ruleset.enforcement, ruleset.bypass_actors]).toEqual(['active', []]);
  expect(ruleset.rules.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['deletion', 'non_fast_forward', 'required_linear_history']),
  );
  expect(rule(ruleset, 'pull_request')).toMatchObject({
    dismiss_stale_reviews_on_push: true,
    require_code_owner_review: true,
    require_last_push_approval: true,
    // The signer wants one commit for each pull request.
    allowed_merge_methods: ['squash'],
  });
  expect(rule(ruleset, 'required_status_checks')).toMatchObject({ strict_required_status_checks_policy: true });
});

test('the required check is the job that never is skipped and looks at all others', async () => {
  const ruleset = JSON.parse(await read('.github/rulesets/main.json')) as Ruleset;
  const { required_status_checks } = rule(ruleset, 'required_status_checks') as {
    required_status_checks: readonly { context: string }[];
  };
  const { jobs } = parse(await read('.github/workflows/validate.yml')) as {
    jobs: Record<string, { name?: string; if?: string; needs?: readonly string[] }>;
  };
  const [name = '', ...others] = required_status_checks.map(({ context }) => context);
  expect(others).toEqual([]);
  // A name of its own would be what GitHub calls the check.
  expect(jobs[name]).toMatchObject({ if: '${{ always() }}' });
  expect(jobs[name]?.name).toBeUndefined();
  expect(jobs[name]?.needs).toEqual(Object.keys(jobs).filter((job) => job !== name));
});

test.each(['policy.yaml', '.github/CODEOWNERS', 'trust/1.root.json', 'schemas/x.json', 'review/checks/x.ts'])(
  'the security team owns %s',
  async (file) => {
    expect(await ownersOf(file)).toEqual(['@example/security']);
  },
);

test('every folder with code has an owner of its own', async () => {
  const folders = await foldersWithCode();
  expect(folders).toEqual(expect.arrayContaining(['core', 'host', 'scripts', 'signer']));
  const unowned: string[] = [];
  for (const folder of folders)
    if ((await ownersOf(`${folder}/x.ts`))?.join() === (await ownersOf('x'))?.join()) unowned.push(folder);
  expect(unowned).toEqual([]);
});

test('security alone may revoke a server, and platform alone may add a harmless one', async () => {
  expect(await ownersOf('servers/memory.yaml')).toEqual(['@example/platform', '@example/security']);
});

/** The last pattern that matches counts; ours are `*`, folders and files, from the top. */
async function ownersOf(file: string): Promise<readonly string[] | undefined> {
  const lines = (await read('.github/CODEOWNERS')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const rules = lines.map((line) => line.split(/\s+/u));
  return rules
    .findLast(
      ([pattern = '']) =>
        pattern === '*' || (pattern.endsWith('/') ? `/${file}`.startsWith(pattern) : `/${file}` === pattern),
    )
    ?.slice(1);
}

/** The folders at the top whose names do not begin with a dot, without those that git ignores. */
async function topFolders(): Promise<readonly string[]> {
  const ignored = (await read('.gitignore')).split('\n');
  const entries = await readdir(root, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !ignored.includes(`${entry.name}/`))
    .map(({ name }) => name);
}

async function foldersWithCode(): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const folder of await topFolders()) {
    const files = await readdir(join(root, folder), { recursive: true });
    if (files.some((file) => /\.(?:ts|js|astro)$/u.test(file))) folders.push(folder);
  }
  return folders;
}

test('the form for proposals asks for what a manifest needs, with the data classes that there are', async () => {
  const { body } = parse(await read('.github/ISSUE_TEMPLATE/server-proposal.yml')) as {
    body: readonly {
      type: string;
      id?: string;
      attributes: { options?: unknown };
      validations?: { required: boolean };
    }[];
  };
  const wanted = ['source', 'backend', 'use-case', 'data-class', 'user-group'];
  for (const id of wanted) expect(body.find((each) => each.id === id)?.validations, id).toEqual({ required: true });
  const common = JSON.parse(await read('schemas/common.schema.json')) as { $defs: { dataClass: { enum: string[] } } };
  expect(body.find(({ id }) => id === 'data-class')?.attributes.options).toEqual(common.$defs.dataClass.enum);
});

test('the pull request template leads through the stages of the runbook', async () => {
  const stages = (text: string, pattern: RegExp): string[] =>
    [...text.matchAll(pattern)].map(([, stage = '']) => stage);
  const template = stages(await read('.github/pull_request_template.md'), /^- \[ \] \*\*(.+?)\*\*/gmu);
  const runbook = stages(await read('docs/runbooks/approval.md'), /^\d\. \*\*(.+?)\.?\*\*/gmu);
  expect(template).toEqual(runbook);
});

test('the exception in the runbook is one that policy.yaml may have', async () => {
  const [, example = ''] = /```yaml\n(?<example>.+?)```/su.exec(await read('docs/runbooks/approval.md')) ?? [];
  const policy = { ...aPolicy(), ...(parse(example) as Partial<Policy>) };
  expect(policy.exceptions).toHaveLength(1);
  expect(readYaml(policyFormat, 'policy.yaml', Buffer.from(JSON.stringify(policy)))).toMatchObject({ ok: true });
});
