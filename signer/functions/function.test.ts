import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { handler as approve } from './approve.ts';
import { handler as fetchAndReview } from './fetch-and-review.ts';
import { handlerOf, type Outcome } from './function.ts';
import { handler as repository } from './repository.ts';
import { handler as timestamp } from './timestamp.ts';

const commit = 'a'.repeat(40);
const said: string[] = [];
vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
afterEach(() => {
  said.length = 0;
  vi.unstubAllEnvs();
});

/** What was logged, line by line. */
const logged = (): unknown[] => said.map((line) => JSON.parse(line) as unknown);

const config = {
  schemaVersion: 1,
  forge: {
    kind: 'github',
    api: 'https://api.github.com',
    organisation: { login: 'example', id: 1 },
    repository: { owner: 'example', name: 'registry', id: 2 },
    branch: 'main',
    teams: { security: { slug: 'security', id: 3 } },
    guardians: 'security',
    token: 'env:NOT_SET',
  },
  state: '/nonexistent/state',
  keys: { approval: 'awskms:///alias/a', snapshot: 'awskms:///alias/b', timestamp: 'awskms:///alias/c' },
};

/** A folder as it is deployed. */
async function deployed(files: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const folder = await temporaryFolder();
  const all = { 'signer.json': config, 'program.json': { digest: 'f'.repeat(64), version: '0.1.0' }, ...files };
  for (const [name, value] of Object.entries(all)) await writeFile(join(folder, name), JSON.stringify(value));
  vi.stubEnv('SIGNER_CONFIG', join(folder, 'signer.json'));
}

test.each<[string, (event: unknown) => Promise<unknown>, unknown]>([
  ['a digest', approve, { commit, sha256: 'b'.repeat(64) }],
  ['a name in place of a commit', approve, { commit: 'main' }],
  ['a shortened commit', fetchAndReview, { commit: 'a'.repeat(12) }],
  ['a list', fetchAndReview, [commit]],
  ['nothing that is JSON', fetchAndReview, undefined],
  ['a commit where none is taken', repository, { commit }],
  ['a time', timestamp, { now: '2026-01-01T00:00:00Z' }],
])('a function that is told %s does nothing', async (_, handler, event) => {
  await deployed();
  await expect(handler(event)).rejects.toThrow(/^usage: .* tell it/u);
  expect(logged()).toMatchObject([{ level: 'error', code: 'usage' }]);
});

test('answers what was done, and logs it as one line of JSON each', async () => {
  await deployed();
  const problems = [{ code: 'x', file: 'servers/a.yaml', message: 'm', remedy: 'r' }];
  const handler = handlerOf('some', async () => ({ done: { approved: ['a@1'] }, problems }), { takesCommit: true });
  expect(await handler({ commit })).toEqual({ function: 'some', done: { approved: ['a@1'] }, problems });
  expect(logged()).toMatchObject([
    { level: 'info', function: 'some', code: 'x', file: 'servers/a.yaml', message: 'm' },
    { level: 'info', function: 'some', commit, approved: ['a@1'] },
  ]);
});

test.each<[string, () => Promise<Outcome>, string]>([
  [
    'what stopped it',
    async () => ({ done: {}, problems: [], stopped: new Refusal('E_EVIDENCE_REVIEW', 'nobody', 'ask') }),
    'E_EVIDENCE_REVIEW: nobody; ask',
  ],
  ['what failed', () => Promise.reject(new Failure('network', 'no answer', 'again')), 'network: no answer; again'],
  ['a fault of the program', () => Promise.reject(new TypeError('x is undefined')), 'x is undefined'],
])('fails with %s, so that somebody is told', async (_, work, message) => {
  await deployed();
  await expect(handlerOf('some', work, { takesCommit: true })({})).rejects.toThrow(message);
  expect(logged().at(-1)).toMatchObject({ level: 'error' });
});

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  [
    'a configuration with a field too many',
    { 'signer.json': { ...config, more: 1 } },
    'signer.json is not as it must be',
  ],
  ['no program', { 'program.json': {} }, 'it names no program'],
])('does nothing where it was deployed with %s', async (_, files, message) => {
  await deployed(files);
  await expect(timestamp({})).rejects.toThrow(message);
});

test('the folder for downloads is empty at first and gone afterwards', async () => {
  await deployed();
  let folder = '';
  const work = async ({ workspace }: { readonly workspace: { readonly folder: string } }): Promise<Outcome> => {
    folder = workspace.folder;
    expect(existsSync(folder)).toBe(false);
    await mkdir(folder, { recursive: true });
    return { done: {}, problems: [] };
  };
  await handlerOf('some', work, { takesCommit: false })({});
  expect(existsSync(folder)).toBe(false);
});
