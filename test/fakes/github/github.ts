/**
 * GitHub's REST API on loopback, as far as evidence needs it, with a git repository behind it that git itself made.
 * Whatever else is asked, it answers 501 and notes it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { gitObject } from './git-objects.ts';
import type { GitRepository } from '../../support/git-repository.ts';

export const token = 'ghs_a-token-that-nobody-may-see';

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: string;
}

export interface FakeReview {
  readonly user: User | null;
  state: string;
  commit_id: string;
  submitted_at: string;
}

export interface FakePull {
  readonly number: number;
  user: User;
  head: string;
  merge_commit_sha: string;
  merged: boolean;
  merged_at: string | null;
  /** Numeric ids of the repositories. */
  base: number;
  headRepository: number;
  baseBranch: string;
  /** The ids of its commits. */
  commits: string[];
  reviews: FakeReview[];
}

export interface FakeGitHub {
  readonly url: string;
  readonly repository: { id: number; readonly owner: string; readonly name: string };
  readonly users: User[];
  /** Which account GitHub takes an address of a commit for. */
  readonly accounts: Map<string, User>;
  readonly teams: Map<string, { id: number; readonly members: Map<string, 'active' | 'pending'> }>;
  readonly pulls: Map<number, FakePull>;
  readonly asked: string[];
  readonly unknown: string[];
  /** Before the ordinary answer; true where it answered. */
  fault: ((response: ServerResponse, path: string, times: number) => boolean) | undefined;
  pageSize: number;
}

export const organisationId = 9001;

/** What is behind it: what git prints, and the bytes of objects. */
type Objects = Pick<GitRepository, 'git' | 'raw'>;

/** Closed after the tests of the file. */
export async function startGitHub(repositoryOf: () => Objects): Promise<FakeGitHub> {
  const server = createServer((request, response) => answer(request, response, state, repositoryOf()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const state: FakeGitHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    repository: { id: 4711, owner: 'example', name: 'registry' },
    users: [],
    accounts: new Map(),
    teams: new Map(),
    pulls: new Map(),
    asked: [],
    unknown: [],
    fault: undefined,
    pageSize: 100,
  };
  return state;
}

type Found = { readonly status?: number; readonly body: unknown; readonly isList?: boolean } | undefined;

function answer(request: IncomingMessage, response: ServerResponse, state: FakeGitHub, objects: Objects): void {
  const url = new URL(request.url ?? '/', state.url);
  const path = decodeURIComponent(url.pathname);
  state.asked.push(path);
  const say = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
  if (request.headers.authorization !== `Bearer ${token}`) return say(401, { message: 'Bad credentials' });
  if (state.fault?.(response, path, state.asked.filter((each) => each === path).length) === true) return undefined;
  const strange = [...url.searchParams.keys()].filter((name) => name !== 'page' && name !== 'per_page');
  const found = strange.length > 0 ? undefined : find(path, state, objects);
  if (request.method !== 'GET' || found === undefined) {
    state.unknown.push(`${request.method} ${request.url}`);
    return say(501, { message: `the fake has no ${path}` });
  }
  if (found.isList !== true) return say(found.status ?? 200, found.body);
  const page = Number(url.searchParams.get('page') ?? '1');
  const size = Math.min(Number(url.searchParams.get('per_page') ?? '30'), state.pageSize);
  const items = found.body as unknown[];
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  const link: Record<string, string> = page * size < items.length ? { link: `<${next.href}>; rel="next"` } : {};
  return say(200, items.slice((page - 1) * size, page * size), link);
}

const missing: Found = { status: 404, body: { message: 'Not Found' } };

function find(path: string, state: FakeGitHub, objects: Objects): Found {
  const { git } = objects;
  const { repository, users, teams, pulls, accounts } = state;
  const at = `/repos/${repository.owner}/${repository.name}`;
  if (path === at) return { body: { id: repository.id, full_name: path.slice('/repos/'.length) } };
  const inside = path.startsWith(`${at}/`) ? path.slice(at.length + 1) : undefined;
  if (inside === undefined) {
    const user = users.find(({ id }) => path === `/user/${id}`);
    if (path.startsWith('/user/')) return user === undefined ? missing : { body: user };
    const [, slug = '', login] = /^\/orgs\/example\/teams\/([^/]+)(?:\/memberships\/([^/]+))?$/u.exec(path) ?? [];
    const team = teams.get(slug);
    if (slug === '') return undefined;
    if (team === undefined) return missing;
    if (login === undefined) return { body: { id: team.id, slug, organization: { id: organisationId } } };
    const membership = team.members.get(login);
    return membership === undefined ? missing : { body: { state: membership, role: 'member' } };
  }
  const [first = '', second = '', third = ''] = inside.split('/');
  if (inside.startsWith('git/ref/heads/')) {
    const ref = `refs/${inside.slice('git/ref/'.length)}`;
    return { body: { ref, object: { type: 'commit', sha: git('rev-parse', ref) } } };
  }
  if (first === 'git' && third !== '') {
    const object = gitObject(second, third, objects);
    return object === undefined ? undefined : { body: object };
  }
  if (first === 'compare') {
    const [from = '', to = ''] = second.split('...');
    const base = git('merge-base', from, to);
    const status = from === to ? 'identical' : base === from ? 'ahead' : base === to ? 'behind' : 'diverged';
    return { body: { status, merge_base_commit: { sha: base } } };
  }
  if (first === 'commits' && third === 'pulls')
    return {
      isList: true,
      body: [...pulls.values()]
        .filter((pull) => pull.merge_commit_sha === second || pull.commits.includes(second))
        .map(({ number }) => ({ number })),
    };
  const pull = pulls.get(Number(second));
  if (first !== 'pulls') return undefined;
  if (pull === undefined) return missing;
  if (third === 'reviews') return { isList: true, body: pull.reviews };
  if (third === 'commits')
    return {
      isList: true,
      // GitHub lists the first 250, and does not say that there are more.
      body: pull.commits.slice(0, 250).map((sha) => {
        const [author = '', committer = ''] = git('log', '-1', '--format=%ae %ce', sha).split(' ');
        return { sha, author: accounts.get(author) ?? null, committer: accounts.get(committer) ?? null };
      }),
    };
  const { number, user, merged, merged_at, merge_commit_sha } = pull;
  const ends = {
    base: { ref: pull.baseBranch, repo: { id: pull.base } },
    head: { sha: pull.head, repo: { id: pull.headRepository } },
  };
  return { body: { number, user, merged, merged_at, merge_commit_sha, commits: pull.commits.length, ...ends } };
}
