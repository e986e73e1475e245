/**
 * What a forge may do wrong, and what the signer must do then: for each fault it signs after a bounded number of tries, or it
 * stops with a code, approves nothing, keeps the status going, and signs the next time.
 */
import { generateKeyPairSync } from 'node:crypto';
import { cp, readdir, readFile, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { forgeDeadlineMs, forgeTimeoutMs } from '../../core/limits.ts';
import { approve } from '../../signer/functions/approve.ts';
import { fetchAndReview } from '../../signer/functions/fetch-and-review.ts';
import { token, type FakeGitHub, type FakePull, type FakeReview } from '../fakes/github/github.ts';
import { gitObject } from '../fakes/github/git-objects.ts';
import { temporaryFolder } from '../support/folder.ts';
import { fakeServices, functionContext, type ForgeRegistry } from '../support/forge-registry.ts';

const start = new Date('2026-11-20T10:00:00Z');
const hours = (count: number): Date => new Date(start.getTime() + count * 3_600_000);

const services = await fakeServices(start);
const { github, clock } = services;
let made: ForgeRegistry;
/** The commit that is to be signed, and its pull request. */
let commit: string;
let pull: FakePull;
/** The state before it, as it is for each test. */
let before: string;
let state: string;
/** What a run without a fault leaves, and how much it asks. */
let clean: { readonly files: readonly string[]; readonly questions: number };

beforeAll(async () => {
  state = join(await temporaryFolder(), 'state');
  before = join(await temporaryFolder(), 'before');
  made = await services.newRegistry(start, state);
  const { registry, merge } = made;
  const first = await merge({ 'servers/tiny.yaml': registry.manifest('1.1.0') }, hours(1));
  await fetchAndReview(await functionContext(made, hours(2)), first);
  await approve(await functionContext(made, hours(2)), first);
  commit = await merge({ 'servers/other.yaml': registry.otherManifest('1.1.0') }, hours(3));
  await fetchAndReview(await functionContext(made, hours(40)), commit);
  await cp(state, before, { recursive: true });
  pull = github.pulls.get(8) as FakePull;
  github.asked.length = 0;
  await run();
  clean = { files: await relevant(), questions: github.asked.length };
});

let commits: readonly string[];
beforeEach(async () => {
  await rm(state, { recursive: true });
  await cp(before, state, { recursive: true });
  commits = pull.commits;
  clock.pauses.length = 0;
  github.asked.length = 0;
});
afterEach(heal);

function heal(): void {
  github.fault = undefined;
  github.repository.id = 4711;
  github.asked.length = 0;
  pull.commits = [...commits];
}

/** Every file of the state by its path. */
async function filesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
  const read = files.map(async ({ parentPath, name }): Promise<[string, string]> => {
    const path = join(parentPath, name);
    return [path.slice(folder.length + 1), await readFile(path, 'latin1')];
  });
  return new Map(await Promise.all(read));
}

const everythingOf = (error: unknown): string =>
  error instanceof Error ? `${error.stack} ${JSON.stringify(error)} ${everythingOf(error.cause)}` : String(error);

interface Ending {
  /** Absent where it signed the commit. */
  readonly code?: string;
  readonly approved: readonly string[];
  /** What is wrong with single servers. */
  readonly problems: readonly string[];
  /** Paths of the state that are new, gone or other than they were. */
  readonly changed: readonly string[];
}

/** The function that approves, as a new process starts it. */
async function run(asked = commit): Promise<Ending> {
  const context = await functionContext(made, hours(41));
  const old = await filesIn(state);
  const ended = await approve(context, asked).catch((error: unknown) => ({ error }));
  const now = await filesIn(state);
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
  const why = 'error' in ended ? ended.error : ended.stopped;
  expect(everythingOf(why)).not.toContain(token);
  const { code } = (why ?? {}) as { readonly code?: string };
  return {
    ...(why !== undefined && { code: code ?? everythingOf(why) }),
    approved: 'error' in ended ? [] : (ended.done['approved'] as readonly string[]),
    problems: 'error' in ended ? [] : ended.problems.map((each) => `${each.code} ${each.file}`),
    changed: changed.sort(),
  };
}

/** What the signer may write though the commit was not signed: what it keeps going, and what it knows of files. */
const kept = /^(?:status\.json|index\/.+|trust\/.+)$/u;

/** The files of the state, and the commit that was signed last. */
async function relevant(): Promise<readonly string[]> {
  const files = await filesIn(state);
  return [...files.keys(), files.get('head.json') ?? ''].sort();
}

/** What was approved, where the state then is as after a run without a fault. */
async function signed(): Promise<readonly string[]> {
  const { approved, code } = await run();
  expect(code).toBeUndefined();
  expect(await relevant()).toEqual(clean.files);
  expect(clean.files.join('\n')).toContain(commit);
  return approved;
}

/** The code that it stopped with, where it kept the status going, wrote nothing else, and signs the next time. */
async function stopped(): Promise<string | undefined> {
  const { code, approved, changed } = await run();
  expect(approved).toEqual([]);
  expect(changed).toContain('status.json');
  expect(changed.filter((path) => !kept.test(path))).toEqual([]);
  heal();
  expect(await signed()).toEqual(due);
  return code;
}

const due = ['other@1.1.0'];

type Fault = NonNullable<FakeGitHub['fault']>;
type Play = (response: ServerResponse) => void;

const always =
  (at: RegExp, play: Play): Fault =>
  (response, path) => {
    if (!at.test(path)) return false;
    play(response);
    return true;
  };
const once =
  (at: RegExp, play: Play): Fault =>
  (response, path, times) =>
    times === 1 && always(at, play)(response, path, times);

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Play =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const usedUp = (seconds: number): Play =>
  json(403, { message: 'API rate limit exceeded' }, {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(start.getTime() / 1000 + seconds),
    date: start.toUTCString(),
  }); // prettier-ignore
const secondary = { message: 'You have exceeded a secondary rate limit.' };
const cutOff: Play = (response) => response.writeHead(200, { 'content-length': '90' }).write('{"id"', () => response.destroy()); // prettier-ignore
const html: Play = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Unicorn!</html>');
const silent: Play = () => clock.pass(forgeTimeoutMs);
const none = (): never => {
  throw new Error('the fake knows it already');
};
const reset: Play = (response) => response.destroy();

const reviews = /\/pulls\/8\/reviews$/u;
const listed = /\/pulls\/8\/commits$/u;
const name = /^\/repos\/example\/registry$/u;

test.each<[fault: string, pauses: readonly number[], Fault]>([
  ['the primary limit, for half a minute', [31_000], once(reviews, usedUp(30))],
  ['a secondary limit as 429 with a pause', [7000], once(reviews, json(429, secondary, { 'retry-after': '7' }))],
  ['a secondary limit as 403 with a pause', [7000], once(reviews, json(403, secondary, { 'retry-after': '7' }))],
  ['a secondary limit without a pause', [60_000], once(reviews, json(403, secondary))],
  ['502', [500], once(reviews, json(502, {}))],
  ['503 from a proxy', [500], once(reviews, (response) => response.writeHead(503).end('<html>'))],
  ['an answer that is cut off half-way', [500], once(reviews, cutOff)],
  ['an answer past its deadline', [500], once(reviews, silent)],
  ['HTML with status 200', [500], once(reviews, html)],
  ['a connection that is reset', [500], once(reviews, reset)],
])('signs after %s', async (_, pauses, fault) => {
  github.fault = fault;
  expect(await signed()).toEqual(due);
  expect(clock.pauses).toEqual(pauses);
});

/** The pauses before the four tries after the first one. */
const doubled = [500, 1000, 2000, 4000];

test.each<[fault: string, code: string, pauses: readonly number[], Fault]>([
  ['the primary limit, for an hour', 'forge-rate-limit', [], always(reviews, usedUp(3600))],
  ['a secondary limit that stays', 'forge-rate-limit', Array(4).fill(60_000), always(reviews, json(403, secondary))],
  ['503 that stays', 'forge-down', doubled, always(reviews, json(503, {}))],
  ['answers that are all cut off', 'network', doubled, always(reviews, cutOff)],
  ['answers past their deadline', 'network', doubled, always(reviews, silent)],
  ['HTML in place of every answer', 'network', doubled, always(reviews, html)],
  ['a list without its last page', 'E_EVIDENCE_COMMITS', [], always(listed, json(200, []))],
  ['a list whose next page is its first', 'E_EVIDENCE_ANSWER', [], always(reviews, json(200, [], { link: '<x>; rel="next"' }))],
  ['a name that moved', 'forge-moved', [], always(name, json(301, {}, { location: 'https://api.github.com/repositories/4711' }))],
  ['a credential that is withdrawn', 'forge-credentials', [], always(reviews, json(401, {}))],
  ['a right that is withdrawn', 'forge-not-allowed', [], always(reviews, json(403, { message: 'Resource not accessible by integration' }))],
])('stops at %s, and signs the next time', async (_, code, pauses, fault) => {
  github.fault = fault;
  expect(await stopped()).toBe(code);
  expect(clock.pauses).toEqual(pauses);
}); // prettier-ignore

test('stops where each answer comes in time and all of them do not', async () => {
  github.fault = () => {
    clock.pass(forgeTimeoutMs - 1);
    return false;
  };
  const began = clock.now().getTime();
  expect(await stopped()).toBe('forge-deadline');
  expect(clock.now().getTime() - began).toBeLessThan(forgeDeadlineMs + 2 * forgeTimeoutMs);
});

test('stops at a pull request of 300 commits, of which GitHub lists 250', async () => {
  pull.commits = [...Array.from({ length: 299 }, () => commit), ...commits];
  expect(await stopped()).toBe('E_EVIDENCE_COMMITS');
});

test('stops where another repository has the name', async () => {
  github.repository.id = 815;
  expect(await stopped()).toBe('E_EVIDENCE_REPOSITORY');
});

test('stops where another repository gets the name while it asks', async () => {
  github.fault = (_, path) => {
    if (reviews.test(path)) github.repository.id = 815;
    return false;
  };
  expect(await stopped()).toBe('E_EVIDENCE_REPOSITORY');
});

/** An object that the commit brought, as GitHub describes it, with another content. */
test.each<[kind: string, name: string, change: Readonly<Record<string, unknown>>]>([
  ['blobs', 'servers/other.lock.json', { size: 3, content: 'e30K' }],
  ['blobs', 'servers/other.yaml', { size: 0, content: '' }],
  ['trees', 'servers', { tree: [] }],
  ['trees', '', { tree: [{ path: 'policy.yaml', mode: '100644', type: 'blob', sha: 'f'.repeat(40) }] }],
])('stops at %s whose bytes are not those of their id: %s', async (kind, path, change) => {
  const id = made.registry.git(hours(41), 'rev-parse', `${commit}:${path}`).trim();
  const { body } = await fetch(`${github.url}/repos/example/registry/git/${kind}/${id}`, {
    headers: { authorization: `Bearer ${token}` },
  }).then(async (response) => ({ body: (await response.json()) as object }));
  github.fault = always(new RegExp(`/git/${kind}/${id}$`, 'u'), json(200, { ...body, ...change }));
  expect(await stopped()).toBe('E_OBJECT');
});

test('stops at a commit that GitHub describes otherwise than its id says', async () => {
  github.fault = (response, path) => {
    if (!path.endsWith(`/git/commits/${commit}`)) return false;
    const { tree, parents, author, committer } = gitObject('commits', commit, { git: none, raw: none }) ?? {};
    json(200, { sha: commit, tree, parents, author, committer, message: 'Change (#9)' })(response);
    return true;
  };
  expect(await stopped()).toBe('E_OBJECT');
});

/** GitHub answers so many questions, and no more. */
const downAfter = (questions: number): Fault => {
  let asked = 0;
  return (response) => {
    if (asked++ < questions) return false;
    response.destroy();
    return true;
  };
};

test.each([0, 0.1, 0.25, 0.5, 0.75])(
  'stops where GitHub goes down after a part of %d of all questions',
  async (part) => {
    github.fault = downAfter(Math.floor(clean.questions * part));
    expect(await stopped()).toBe('network');
    expect(clock.pauses.slice(0, 4)).toEqual(doubled);
  },
);

test('where GitHub goes down at the last question, the server waits for the next run', async () => {
  github.fault = downAfter(clean.questions - 1);
  const ending = await run();
  expect(ending).toMatchObject({ approved: [], problems: ['network servers/other.yaml'] });
  expect(ending.changed.filter((path) => path.startsWith('approvals/'))).toEqual([]);
  heal();
  expect(await signed()).toEqual(due);
});

test('refuses a commit that GitHub does not have', async () => {
  expect(await run('f'.repeat(40))).toMatchObject({ code: 'E_EVIDENCE_BRANCH', approved: [] });
  expect(await signed()).toEqual(due);
});

test('signs though GitHub names a next page at another address, and asks nobody there', async () => {
  let isTold = false;
  github.fault = (response, path) => {
    if (!reviews.test(path) || isTold) return false;
    isTold = true;
    json(200, [], { link: '<http://127.0.0.2:9/page>; rel="next"' })(response);
    return true;
  };
  // The reviews are on the second page, which is asked for where the first one was.
  github.pageSize = 1;
  pull.reviews.unshift({ ...(pull.reviews[0] as FakeReview), state: 'COMMENTED' });
  try {
    expect(await signed()).toEqual(due);
  } finally {
    pull.reviews.shift();
    github.pageSize = 100;
  }
});

test('asks for a new token of the app where the first one ends half-way', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  vi.stubEnv('APP_KEY', privateKey.export({ format: 'pem', type: 'pkcs8' }) as string);
  const app = {
    id: '12',
    installation: '34',
    publicKey,
    now: clock.now,
    tokens: new Map<string, Date>(),
    wanted: [] as unknown[],
  };
  github.app = { ...app, lifeMs: 320_000 };
  const { config } = made;
  made = { ...made, config: { ...config, forge: { ...config.forge, token: 'github-app:12/34?key=env:APP_KEY' } } };
  github.fault = (_, path) => {
    if (reviews.test(path)) clock.pass(forgeTimeoutMs - 1000);
    return false;
  };
  try {
    expect(await signed()).toEqual(due);
    // Each reads this repository only, and writes nothing.
    const permissions = { contents: 'read', pull_requests: 'read', members: 'read' };
    const wanted = { repository_ids: [4711], permissions };
    expect(app.wanted).toEqual([wanted, wanted]);
  } finally {
    made = { ...made, config };
    github.app = undefined;
  }
});
