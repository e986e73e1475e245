/**
 * GitHub's REST API on loopback, as far as evidence needs it, with a git repository behind it that git itself made.
 * Whatever else is asked, it answers 501 and notes it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import {
  comparison,
  fullPull,
  fullRepository,
  listedCommit,
  membership,
  publicUser,
  reference,
  refusal,
  review,
  simplePull,
  team,
} from './answers.ts';
import { isAccepted, newToken, type FakeApp } from './app-tokens.ts';
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
  readonly repository: { id: number; owner: string; name: string };
  readonly users: User[];
  /** Which account GitHub takes an address of a commit for. */
  readonly accounts: Map<string, User>;
  readonly teams: Map<string, { id: number; readonly members: Map<string, 'active' | 'pending'> }>;
  readonly pulls: Map<number, FakePull>;
  readonly asked: string[];
  readonly unknown: string[];
  /** Before any other answer; true where it answered. */
  fault: ((response: ServerResponse, path: string, times: number) => boolean) | undefined;
  /** The app that may ask for tokens, beside the token that is always accepted. */
  app: FakeApp | undefined;
  pageSize: number;
}

export const organisationId = 9001;

/** What is behind it: what git prints, and the bytes of objects. */
type Objects = Pick<GitRepository, 'git' | 'raw'>;

/** Closed after the tests of the file. */
export async function startGitHub(repositoryOf: () => Objects): Promise<FakeGitHub> {
  const server = createServer((request, response) => {
    void text(request).then((body) => answer(request, body, response, state, repositoryOf()));
  });
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
    app: undefined,
    pageSize: 100,
  };
  return state;
}

type Found = { readonly status?: number; readonly body: unknown; readonly isList?: boolean } | undefined;

function answer(
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
  state: FakeGitHub,
  objects: Objects,
): void {
  const url = new URL(request.url ?? '/', state.url);
  const path = decodeURIComponent(url.pathname);
  state.asked.push(path);
  const say = (status: number, said: unknown, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(said));
  };
  const { authorization } = request.headers;
  if (state.fault?.(response, path, state.asked.filter((each) => each === path).length) === true) return undefined;
  const made = request.method === 'POST' ? newToken(state.app, path, { authorization, body }) : undefined;
  if (made !== undefined) return say(made.status, made.body);
  if (authorization !== `Bearer ${token}` && !isAccepted(state.app, authorization)) {
    const bad = refusal(401, 'Bad credentials');
    return say(bad.status, bad.body);
  }
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

const missing: Found = refusal(404, 'Not Found');

function find(path: string, state: FakeGitHub, objects: Objects): Found {
  const { repository } = state;
  const at = `/repos/${repository.owner}/${repository.name}`;
  if (path === at) return { body: fullRepository(repository) };
  if (path.startsWith(`${at}/`)) return inRepository(path.slice(at.length + 1), state, objects);
  return path.startsWith('/repos/') ? missing : beside(path, state);
}

/** Accounts and teams. */
function beside(path: string, { users, teams }: FakeGitHub): Found {
  if (path.startsWith('/user/')) {
    const user = users.find(({ id }) => path === `/user/${id}`);
    return user === undefined ? missing : { body: publicUser(user) };
  }
  const [, slug = '', login] = /^\/orgs\/example\/teams\/([^/]+)(?:\/memberships\/([^/]+))?$/u.exec(path) ?? [];
  if (slug === '') return undefined;
  const found = teams.get(slug);
  if (found === undefined) return missing;
  if (login === undefined) return { body: team(found.id, slug, organisationId) };
  const state = found.members.get(login);
  return state === undefined ? missing : { body: membership(state) };
}

function inRepository(inside: string, state: FakeGitHub, objects: Objects): Found {
  const { repository, pulls, accounts } = state;
  const [first = '', second = '', third = ''] = inside.split('/');
  const commitOf = (id: string) => gitObject('commits', id, objects);
  if (inside.startsWith('git/ref/heads/')) {
    const ref = `refs/${inside.slice('git/ref/'.length)}`;
    const id = tryGit(objects, 'rev-parse', '--verify', ref);
    return id === undefined ? missing : { body: reference(ref, id) };
  }
  if (first === 'git' && third !== '') {
    const object = gitObject(second, third, objects);
    return object === undefined ? missing : { body: object };
  }
  if (first === 'compare') return compare(second, state, objects);
  if (first === 'commits' && third === 'pulls') {
    if (commitOf(second) === undefined) return refusal(422, `No commit found for SHA: ${second}`);
    const found = [...pulls.values()].filter(
      (pull) => pull.merge_commit_sha === second || pull.commits.includes(second),
    );
    return { isList: true, body: found.map((pull) => simplePull(pull, repository)) };
  }
  if (first !== 'pulls') return undefined;
  const pull = pulls.get(Number(second));
  if (pull === undefined) return missing;
  if (third === 'reviews') return { isList: true, body: pull.reviews.map(review) };
  if (third === '') return { body: fullPull(pull, repository) };
  // GitHub lists the first 250, and does not say that there are more.
  const listed = pull.commits.slice(0, 250).map((id) => listedCommit(id, commitOf(id) ?? {}, accounts));
  return third === 'commits' ? { isList: true, body: listed } : undefined;
}

function compare(ends: string, { accounts }: FakeGitHub, objects: Objects): Found {
  const [from = '', to = ''] = ends.split('...');
  const base = tryGit(objects, 'merge-base', from, to);
  const counted = tryGit(objects, 'rev-list', '--left-right', '--count', `${from}...${to}`)?.split('\t').map(Number);
  if (base === undefined || counted === undefined) return missing;
  const [behind = 0, ahead = 0] = counted;
  const status = from === to ? 'identical' : behind === 0 ? 'ahead' : ahead === 0 ? 'behind' : 'diverged';
  const [first, second] = [from, base].map((id) => listedCommit(id, gitObject('commits', id, objects) ?? {}, accounts));
  return { body: comparison({ status, ahead, behind }, first ?? {}, second ?? {}) };
}

/** Nothing where git knows no such name. */
function tryGit({ git }: Objects, ...words: string[]): string | undefined {
  try {
    return git(...words);
  } catch {
    return undefined;
  }
}
