/** Each attack beside a control that differs by it alone and is accepted. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { withClone } from '../../catalog/objects/clone.ts';
import { forgeDeadlineMs } from '../../core/limits.ts';
import {
  organisationId,
  startGitHub,
  token,
  type FakeGitHub,
  type FakePull,
  type User,
} from '../../test/fakes/github/github.ts';
import { gitRepository, type GitRepository } from '../../test/support/git-repository.ts';
import { virtualClock } from '../../test/support/virtual-clock.ts';
import { gatherEvidence, type Evidence } from './evidence.ts';
import { askingTime } from './github/asking-time.ts';
import { githubClient } from './github/client.ts';
import { githubForge } from './github/forge.ts';

const user = (id: number, login: string, type = 'User'): User => ({ id, login, type });
const alice = user(1, 'alice');
const bob = user(2, 'bob');
const carol = user(3, 'carol');
const dora = user(4, 'dora');
const bot = user(5, 'approver[bot]', 'Bot');

const policy = readFileSync(join(import.meta.dirname, '../../policy.yaml'), 'utf8');
const manifest = (version: string, dataClass: string, more = ''): string => `name: internal-postgres
version: ${version}
maintainer: data-platform@example.com
description: Read-only access to the finance data warehouse.
scope: [read:finance.*]
data_classification: ${dataClass}
lawful_basis: contract
reviewed_at: 2026-04-15
reviewers: [security@example.com]
artefact:
  url: oci://registry.example.com/mcp/postgres:${version}
  sha256: ${'3f9a'.repeat(16)}
${more}`;
const revoked = `lifecycle:\n  - versions: [1.0.0]\n    state: revoked\n    since: 2026-04-16\n    reason: It leaks.\n`;
const file = 'servers/internal-postgres.yaml';

let repository: GitRepository;
let since: string;
let github: FakeGitHub;
let pull: FakePull;
const server = await startGitHub(() => repository);

const head = (): string => repository.git('rev-parse', 'HEAD');

/** Merges whatever the branch holds, as GitHub does. */
function merge(how: '--squash' | '--no-ff' = '--squash', ...extra: [path: string, content: string][]): string {
  const { git, write } = repository;
  git('checkout', '--quiet', 'main');
  git('merge', '--quiet', how, '--no-commit', 'change');
  for (const [path, content] of extra) write(path, content);
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', 'Change (#7)');
  pull.merge_commit_sha = head();
  return pull.merge_commit_sha;
}

/** A branch with one commit, and its pull request, approved by both teams. */
function propose(files: Readonly<Record<string, string>>, message = 'change'): void {
  const { git, write, commit } = repository;
  git('checkout', '--quiet', '-B', 'change', 'main');
  for (const [path, content] of Object.entries(files)) write(path, content);
  pull.head = commit(message);
  pull.commits = git('rev-list', `main..change`).split('\n');
  for (const review of pull.reviews) review.commit_id = pull.head;
}

const review = (by: User | null, state = 'APPROVED', submitted = '2026-04-16T11:00:00Z') => ({
  user: by,
  state,
  commit_id: pull.head,
  submitted_at: submitted,
});

const evidence = (commit: string, from = since): Promise<readonly Evidence[]> => {
  const config = {
    organisation: { login: 'example', id: organisationId },
    repository: { owner: 'example', name: 'registry', id: 4711 },
    branch: 'main',
    teams: { platform: { slug: 'platform', id: 101 }, security: { slug: 'security', id: 102 } },
    guardians: 'security',
  };
  const clock = virtualClock(new Date('2026-04-16T12:00:00Z'));
  const client = githubClient({
    ...{ api: github.url, clock, time: askingTime(clock, forgeDeadlineMs) },
    authorization: async () => `Bearer ${token}`,
  });
  const forge = githubForge(client, config);
  return withClone(repository.root, (objects) => gatherEvidence(commit, { forge, objects, config, since: from }));
};

const refuses = (commit: string, code: string, from = since): Promise<void> =>
  expect(evidence(commit, from)).rejects.toMatchObject({
    code,
    message: expect.not.stringContaining(token) as unknown,
  });

beforeEach(async () => {
  repository = await gitRepository();
  github = server;
  github.fault = undefined;
  github.pageSize = 100;
  github.repository.id = 4711;
  github.unknown.length = 0;
  github.asked.length = 0;
  github.users.splice(0, Infinity, alice, bob, carol, dora, bot);
  github.accounts.clear();
  github.accounts.set('a@example.com', dora).set('b@example.com', dora);
  github.teams.clear();
  github.teams.set('platform', { id: 101, members: new Map([['alice', 'active'], ['dora', 'active']]) }); // prettier-ignore
  github.teams.set('security', { id: 102, members: new Map([['bob', 'active'], ['approver[bot]', 'active']]) }); // prettier-ignore
  for (const [path, text] of [['policy.yaml', policy], [file, manifest('1.0.0', 'confidential')]] as const) repository.write(path, text); // prettier-ignore
  since = repository.commit();
  pull = {
    number: 7,
    user: dora,
    head: since,
    merge_commit_sha: since,
    merged: true,
    merged_at: '2026-04-16T12:00:00Z',
    base: 4711,
    headRepository: 4711,
    baseBranch: 'main',
    commits: [],
    reviews: [],
  };
  github.pulls.clear();
  github.pulls.set(7, pull);
  pull.reviews = [review(alice), review(bob)];
  propose({ [file]: manifest('1.1.0', 'confidential') });
});

test.each(['--squash', '--no-ff'] as const)('accepts what both teams approved, merged with %s', async (how) => {
  const commit = merge(how);
  expect(await evidence(commit)).toEqual([
    {
      repository: '4711',
      commit,
      parent: since,
      pullRequest: 7,
      head: pull.head,
      mergedAt: new Date('2026-04-16T12:00:00Z'),
      reviewers: [
        { id: '1', role: 'platform', commit: pull.head },
        { id: '2', role: 'security', commit: pull.head },
      ],
      changed: [file],
    },
  ]);
  expect(github.unknown).toEqual([]);
});

test('accepts a pull request from a fork', async () => {
  pull.headRepository = 815;
  expect(await evidence(merge())).toHaveLength(1);
});

test('asks for nothing where nothing was merged since, and for no evidence where nothing of the registry changed', async () => {
  expect(await evidence(since)).toEqual([]);
  repository.git('checkout', '--quiet', 'main');
  repository.write('README.md', 'pushed');
  expect(await evidence(repository.commit())).toEqual([]);
});

const attacks: readonly [is: string, code: string, attack: () => void][] = [
  ['merged without review', 'E_EVIDENCE_REVIEW', () => void (pull.reviews = [])],
  ['approved on an older head', 'E_EVIDENCE_REVIEW', () => void (pull.reviews[0] = { ...review(alice), commit_id: since })],
  ['approval dismissed', 'E_EVIDENCE_REVIEW', () => void (pull.reviews[0] = review(alice, 'DISMISSED'))],
  ['approved after the merge', 'E_EVIDENCE_REVIEW', () => void (pull.reviews[0] = review(alice, 'APPROVED', '2026-04-16T12:00:01Z'))],
  ['approved by its author', 'E_EVIDENCE_REVIEW', () => void (pull.reviews[0] = review(dora))],
  ['approved by who opened it', 'E_EVIDENCE_REVIEW', () => void (pull.user = alice)],
  ['approved by a committer', 'E_EVIDENCE_REVIEW', () => void github.accounts.set('b@example.com', alice)],
  ['approved by a bot', 'E_EVIDENCE_REVIEW', () => void (pull.reviews[1] = review(bot))],
  ['approved by somebody since removed', 'E_EVIDENCE_REVIEW', () => void github.teams.get('platform')?.members.delete('alice')],
  ['approved by somebody invited', 'E_EVIDENCE_REVIEW', () => void github.teams.get('platform')?.members.set('alice', 'pending')],
  ['approved by somebody whose account is gone', 'E_EVIDENCE_REVIEW', () => void github.users.splice(0, 1)],
  ['one person in both teams, alone', 'E_EVIDENCE_REVIEW', () => {
    github.teams.get('security')?.members.set('alice', 'active');
    pull.reviews = [review(alice)];
  }],
  ['changes requested', 'E_EVIDENCE_CHANGES_REQUESTED', () => void pull.reviews.push(review(bob, 'CHANGES_REQUESTED'))],
  ['changes requested after the merge', 'E_EVIDENCE_CHANGES_REQUESTED', () => void pull.reviews.push(review(bob, 'CHANGES_REQUESTED', '2026-04-16T15:00:00Z'))],
  ['changes requested by somebody whose account is gone', 'E_EVIDENCE_CHANGES_REQUESTED', () => void pull.reviews.push({ ...review(carol, 'CHANGES_REQUESTED'), user: null })],
  ['changes requested after an approval', 'E_EVIDENCE_CHANGES_REQUESTED', () => void pull.reviews.push(review(alice, 'CHANGES_REQUESTED', '2026-04-16T11:30:00Z'))],
  ['changes requested by an account that GitHub shows as ghost', 'E_EVIDENCE_CHANGES_REQUESTED', () => void pull.reviews.push(review(user(10_137, 'ghost'), 'CHANGES_REQUESTED'))],
  ['opened by an account that GitHub shows as ghost', 'E_EVIDENCE_WRITER', () => void (pull.user = user(10_137, 'ghost'))],
  ['written by an account that GitHub shows as ghost', 'E_EVIDENCE_WRITER', () => void github.accounts.set('a@example.com', user(10_137, 'ghost'))],
  ['a login that is a path', 'E_EVIDENCE_ANSWER', () => void (pull.user = user(9, '../../user'))],
  ['a login that is too long', 'E_EVIDENCE_ANSWER', () => void (pull.user = user(9, 'x'.repeat(101)))],
  ['a review in an unknown state', 'E_EVIDENCE_ANSWER', () => void pull.reviews.push(review(carol, 'ENDORSED'))],
  ['not merged', 'E_EVIDENCE_PULL_REQUEST', () => void (pull.merged = false)],
  ['merged into another branch', 'E_EVIDENCE_PULL_REQUEST', () => void (pull.baseBranch = 'next')],
  ['merged into another repository', 'E_EVIDENCE_PULL_REQUEST', () => void (pull.base = 815)],
  ['two pull requests for one commit', 'E_EVIDENCE_PULL_REQUEST', () => void github.pulls.set(8, { ...pull, number: 8 })],
  ['an author without an account', 'E_EVIDENCE_WRITER', () => void github.accounts.delete('a@example.com')],
  ['a commit that is not listed', 'E_EVIDENCE_COMMITS', () => void (pull.commits = [since])],
  ['300 commits', 'E_EVIDENCE_COMMITS', () => void (pull.commits = [...Array<string>(299).fill(since), pull.head])],
  ['another repository under the old name', 'E_EVIDENCE_REPOSITORY', () => void (github.repository.id = 815)],
  ['another team under the old slug', 'E_EVIDENCE_TEAM', () => void (github.teams.get('security') ?? { id: 0 }).id++],
]; // prettier-ignore

test.each(attacks)('refuses %s', async (_, code, attack) => {
  const commit = merge();
  expect(await evidence(commit)).toHaveLength(1);
  attack();
  await refuses(commit, code);
});

test('is not stopped by what somebody outside of the teams asks for', async () => {
  pull.reviews.push(review(carol, 'CHANGES_REQUESTED'), review(carol, 'CHANGES_REQUESTED', '2026-04-17T12:00:00Z'));
  expect(await evidence(merge())).toHaveLength(1);
});

test('takes a bot that wrote a part for a writer, and for no more', async () => {
  const trailer = 'Co-authored-by: approver[bot] <5+approver[bot]@users.noreply.github.com>';
  propose({ [file]: manifest('1.2.0', 'confidential') }, `change\n\n${trailer}`);
  expect(await evidence(merge())).toHaveLength(1);
});

test('refuses a manifest that moves the artefact after the review', async () => {
  // Both approved what the branch held first.
  const reviewed = pull.head;
  propose({ [file]: manifest('1.1.0', 'confidential').replaceAll('3f9a', '66f6') });
  for (const each of pull.reviews) each.commit_id = reviewed;
  await expect(evidence(merge())).rejects.toMatchObject({ code: 'E_EVIDENCE_REVIEW' });
});

test.each([
  ['by id', 'E_EVIDENCE_REVIEW', '1+alice@users.noreply.github.com'],
  ['by name', 'E_EVIDENCE_REVIEW', 'Alice@users.noreply.github.com'],
  ['whom nobody knows', 'E_EVIDENCE_WRITER', 'private@example.com'],
])('refuses an approval where a co-author is named %s', async (_, code, email) => {
  propose(
    { [file]: manifest('1.2.0', 'confidential') },
    `change\n\nCo-authored-by: Carol <3+carol@users.noreply.github.com>`,
  );
  expect(await evidence(merge())).toHaveLength(1);
  repository.git('reset', '--quiet', '--hard', since);
  propose({ [file]: manifest('1.2.0', 'confidential') }, `change\n\nCo-authored-by: Somebody <${email}>`);
  await refuses(merge(), code);
});

test.each(['--squash', '--no-ff'] as const)(
  'refuses a merge with %s that hides a file, or changes one',
  async (how) => {
    await refuses(merge(how, ['servers/evil.yaml', manifest('1.0.0', 'public')]), 'E_EVIDENCE_FILES');
    repository.git('reset', '--quiet', '--hard', since);
    await refuses(merge(how, [file, manifest('6.6.6', 'confidential')]), 'E_EVIDENCE_FILES');
    repository.git('reset', '--quiet', '--hard', since);
    expect(await evidence(merge(how))).toHaveLength(1);
  },
);

test('refuses a merge that undoes what the main line changed since the branch was made', async () => {
  const { git, write, commit: commitAll } = repository;
  propose({ [file]: manifest('1.1.0', 'confidential') });
  git('checkout', '--quiet', 'main');
  write('docs/later.md', 'added to the main line meanwhile');
  const from = commitAll('later');
  // As an ordinary squash, which keeps what came meanwhile.
  expect(await evidence(merge(), from)).toHaveLength(1);
  git('reset', '--quiet', '--hard', from);
  // The tree of the head as it is, which does not have it.
  const commit = git('commit-tree', `${pull.head}^{tree}`, '-p', from, '-m', 'Change (#7)');
  git('reset', '--quiet', '--hard', commit);
  pull.merge_commit_sha = commit;
  await refuses(commit, 'E_EVIDENCE_FILES', from);
});

test('refuses a merge that leaves out a file that was reviewed', async () => {
  propose({ [file]: manifest('1.1.0', 'confidential'), 'docs/a.md': 'reviewed' });
  const commit = merge();
  expect(await evidence(commit)).toHaveLength(1);
  repository.git('rm', '--quiet', 'docs/a.md');
  repository.git('commit', '--quiet', '--amend', '--no-edit');
  pull.merge_commit_sha = head();
  await refuses(head(), 'E_EVIDENCE_FILES');
});

test('judges by the policy and the data class that were there before', async () => {
  const loose = policy.replaceAll('reviewers: [platform, security]', 'reviewers: [platform]');
  propose({ 'policy.yaml': loose, [file]: manifest('1.1.0', 'public') });
  const commit = merge();
  expect((await evidence(commit))[0]?.reviewers.map(({ role }) => role)).toEqual(['platform', 'security']);
  pull.reviews = [review(alice)];
  await refuses(commit, 'E_EVIDENCE_REVIEW');
});

test('lets the guardians alone change a lifecycle, and nothing beside it', async () => {
  pull.reviews = [review(bob)];
  propose({ [file]: manifest('1.0.0', 'confidential', revoked) });
  expect((await evidence(merge()))[0]?.reviewers).toMatchObject([{ id: '2', role: 'security' }]);
  repository.git('reset', '--quiet', '--hard', since);
  propose({ [file]: manifest('1.0.1', 'confidential', revoked) });
  await refuses(merge(), 'E_EVIDENCE_REVIEW');
});

test.each([
  'registry.yaml',
  'CODEOWNERS',
  '.github/CODEOWNERS',
  'docs/CODEOWNERS',
  '.github/workflows/a.yml',
  'trust/a',
  'advisories/a.json',
])('asks the guardians about %s, and refuses it where it was pushed', async (path) => {
  propose({ [path]: 'changed' });
  pull.reviews = [review(alice)];
  const commit = merge();
  await refuses(commit, 'E_EVIDENCE_REVIEW');
  pull.reviews = [review(bob)];
  expect((await evidence(commit))[0]?.changed).toEqual([path]);
  repository.write(path, 'pushed');
  await refuses(repository.commit(), 'E_EVIDENCE_PULL_REQUEST');
});

test('stops at a commit in between that nobody approved', async () => {
  repository.git('checkout', '--quiet', 'main');
  repository.write(file, manifest('6.6.6', 'confidential'));
  const pushed = repository.commit();
  propose({ [file]: manifest('1.1.0', 'confidential') });
  const commit = merge();
  await refuses(commit, 'E_EVIDENCE_PULL_REQUEST');
  expect(await evidence(commit, pushed)).toHaveLength(1);
});

test('refuses a commit that is on no main line, and a history that was pushed over', async () => {
  const commit = merge('--no-ff');
  expect(await evidence(commit)).toHaveLength(1);
  await refuses(pull.head, 'E_EVIDENCE_BRANCH');
  repository.git('checkout', '--quiet', '--orphan', 'other');
  const other = repository.commit('all new');
  repository.git('branch', '--force', 'main', other);
  await refuses(other, 'E_EVIDENCE_HISTORY', commit);
});

test('refuses a pull request whose last commit the forge does not have any more', async () => {
  const commit = merge();
  expect(await evidence(commit)).toHaveLength(1);
  github.fault = (response, path) => {
    if (!path.endsWith(`...${pull.head}`)) return false;
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message": "Not Found"}');
    return true;
  };
  await refuses(commit, 'E_EVIDENCE_COMMITS');
});

test('reads every page', async () => {
  github.pageSize = 1;
  expect(await evidence(merge())).toHaveLength(1);
});

test('waits for a GitHub that is down for a moment, and gives up on one that stays so half-way', async () => {
  const commit = merge();
  github.fault = (response, _, times) => {
    if (times > 1) return false;
    response.writeHead(502).end('<html>');
    return true;
  };
  expect(await evidence(commit)).toHaveLength(1);
  github.fault = (response, path) => {
    if (!path.endsWith('/reviews')) return false;
    response.writeHead(503).end();
    return true;
  };
  await refuses(commit, 'forge-down');
});
