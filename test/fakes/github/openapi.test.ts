/**
 * The fake's answers against GitHub's own description of its REST API. The fake gives the fields that are used: each must
 * be there in the description, with that type. It is installed by `npm ci --prefix test/fakes/github`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { beforeAll, expect, test } from 'vitest';
import { isJsonObject } from '../../../core/json.ts';
import { gitRepository, type GitRepository } from '../../support/git-repository.ts';
import { startGitHub, token, type FakeGitHub } from './github.ts';

const file = join(import.meta.dirname, 'node_modules/@octokit/openapi/generated/api.github.com.json');
const isInstalled = existsSync(file);

type Node = Readonly<Record<string, unknown>>;
let description: Node;
let repository: GitRepository;
let github: FakeGitHub;
let commit: string;

beforeAll(async () => {
  if (isInstalled) description = JSON.parse(readFileSync(file, 'utf8')) as Node;
  repository = await gitRepository();
  repository.write('a.txt', 'a\n');
  commit = repository.commit();
  github = await startGitHub(() => repository);
  const alice = { id: 1, login: 'alice', type: 'User' };
  github.users.push(alice);
  github.accounts.set('a@example.com', alice);
  github.teams.set('security', { id: 102, members: new Map([['alice', 'active']]) });
  github.pulls.set(7, {
    number: 7,
    user: alice,
    head: commit,
    merge_commit_sha: commit,
    merged: true,
    merged_at: '2026-04-16T12:00:00Z',
    base: 4711,
    headRepository: 815,
    baseBranch: 'main',
    commits: [commit],
    reviews: [{ user: alice, state: 'APPROVED', commit_id: commit, submitted_at: '2026-04-16T11:00:00Z' }],
  });
});

function at(node: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), node);
}

/** OpenAPI 3.0 as JSON Schema. Fields may be left out, since the fake leaves out most; no other may be there. */
function asSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asSchema);
  if (!isJsonObject(node)) return node;
  const { $ref, nullable, required: _required, discriminator: _discriminator, oneOf, ...rest } = node;
  if (typeof $ref === 'string') return { $ref };
  const inner = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, asSchema(value)]));
  // Without required fields, several alternatives may fit.
  const alternatives = Array.isArray(oneOf) ? { anyOf: oneOf.map(asSchema) } : {};
  const isClosed = isJsonObject(node['properties']) && node['additionalProperties'] === undefined;
  const schema = { ...inner, ...alternatives, ...(isClosed && { additionalProperties: false }) };
  return nullable === true ? { anyOf: [{ type: 'null' }, schema] } : schema;
}

/** A schema with those that it names, and no other: all of them would take a minute. */
function withNamed(schema: unknown): Node {
  const named = new Map<string, unknown>();
  const collect = (node: unknown): void => {
    for (const [, name = ''] of JSON.stringify(node).matchAll(/"#\/components\/schemas\/([^"]+)"/gu)) {
      if (named.has(name)) continue;
      const found = asSchema(at(description, 'components', 'schemas', name));
      named.set(name, found);
      collect(found);
    }
  };
  collect(schema);
  return { ...(schema as Node), components: { schemas: Object.fromEntries(named) } };
}

const pull = '/repos/{owner}/{repo}/pulls/{pull_number}';
const team = '/orgs/{org}/teams/{team_slug}';
const routes: readonly [route: string, path: () => string][] = [
  ['/repos/{owner}/{repo}', () => '/repos/example/registry'],
  ['/repos/{owner}/{repo}/git/ref/{ref}', () => '/repos/example/registry/git/ref/heads%2Fmain'],
  ['/repos/{owner}/{repo}/compare/{basehead}', () => `/repos/example/registry/compare/${commit}...${commit}`],
  ['/repos/{owner}/{repo}/commits/{commit_sha}/pulls', () => `/repos/example/registry/commits/${commit}/pulls`],
  [pull, () => '/repos/example/registry/pulls/7'],
  [`${pull}/commits`, () => '/repos/example/registry/pulls/7/commits'],
  [`${pull}/reviews`, () => '/repos/example/registry/pulls/7/reviews'],
  [team, () => '/orgs/example/teams/security'],
  [`${team}/memberships/{username}`, () => '/orgs/example/teams/security/memberships/alice'],
  ['/user/{account_id}', () => '/user/1'],
  ['/repos/{owner}/{repo}/git/commits/{commit_sha}', () => `/repos/example/registry/git/commits/${commit}`],
  ['/repos/{owner}/{repo}/git/trees/{tree_sha}', () => `/repos/example/registry/git/trees/${objectId('HEAD^{tree}')}`],
  ['/repos/{owner}/{repo}/git/blobs/{file_sha}', () => `/repos/example/registry/git/blobs/${objectId('HEAD:a.txt')}`],
];

const objectId = (name: string): string => repository.git('rev-parse', name);

const ask = async (path: string): Promise<unknown> => {
  const response = await fetch(`${github.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);
  return response.json();
};

test.skipIf(process.env['CI'] === undefined)('the description is installed where CI runs', () => {
  expect(isInstalled, 'run `npm ci --prefix test/fakes/github`').toBe(true);
});

test.skipIf(!isInstalled).each(routes)("answers %s as GitHub's description says", async (route, path) => {
  const described = at(description, 'paths', route, 'get', 'responses', '200', 'content', 'application/json', 'schema');
  expect(described, `GitHub describes no ${route}`).toBeDefined();
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(withNamed(asSchema(described)));
  const answer = await ask(path());
  expect(validate(answer), JSON.stringify(validate.errors?.slice(0, 5))).toBe(true);
  // The same check finds a field that GitHub does not have.
  const [first] = Array.isArray(answer) ? (answer as unknown[]) : [answer];
  const other = { ...(first as Node), no_such_field: 1 };
  expect(validate(Array.isArray(answer) ? [other] : other)).toBe(false);
});
