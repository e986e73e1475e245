/**
 * The fake's answers against GitHub's own description of its REST API: every field that it requires must be there, and no
 * field that it does not have. It is installed by `npm ci --prefix test/fakes/github`.
 */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { beforeAll, expect, test } from 'vitest';
import { isJsonObject } from '../../../core/json.ts';
import { appJwt } from '../../../signer/evidence/github/credential.ts';
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

/** OpenAPI 3.0 as JSON Schema, where no field may be there that is not described. */
function asSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asSchema);
  if (!isJsonObject(node)) return node;
  const { $ref, nullable, discriminator: _discriminator, ...rest } = node;
  if (typeof $ref === 'string') return { $ref };
  const inner = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, asSchema(value)]));
  const isClosed = isJsonObject(node['properties']) && node['additionalProperties'] === undefined;
  const schema = { ...inner, ...(isClosed && { additionalProperties: false }) };
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
/** Each with a field of its answer that is used. */
const routes: readonly [route: string, field: string, path: () => string][] = [
  ['/repos/{owner}/{repo}', 'id', () => '/repos/example/registry'],
  ['/repos/{owner}/{repo}/git/ref/{ref}', 'object', () => '/repos/example/registry/git/ref/heads%2Fmain'],
  [
    '/repos/{owner}/{repo}/compare/{basehead}',
    'merge_base_commit',
    () => `/repos/example/registry/compare/${commit}...${commit}`,
  ],
  [
    '/repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    'number',
    () => `/repos/example/registry/commits/${commit}/pulls`,
  ],
  [pull, 'merged', () => '/repos/example/registry/pulls/7'],
  [`${pull}/commits`, 'sha', () => '/repos/example/registry/pulls/7/commits'],
  [`${pull}/reviews`, 'commit_id', () => '/repos/example/registry/pulls/7/reviews'],
  [team, 'organization', () => '/orgs/example/teams/security'],
  [`${team}/memberships/{username}`, 'state', () => '/orgs/example/teams/security/memberships/alice'],
  ['/user/{account_id}', 'login', () => '/user/1'],
  ['/repos/{owner}/{repo}/git/commits/{commit_sha}', 'tree', () => `/repos/example/registry/git/commits/${commit}`],
  [
    '/repos/{owner}/{repo}/git/trees/{tree_sha}',
    'truncated',
    () => `/repos/example/registry/git/trees/${objectId('HEAD^{tree}')}`,
  ],
  [
    '/repos/{owner}/{repo}/git/blobs/{file_sha}',
    'content',
    () => `/repos/example/registry/git/blobs/${objectId('HEAD:a.txt')}`,
  ],
];

const objectId = (name: string): string => repository.git('rev-parse', name);

const ask = async (path: string, status = 200): Promise<unknown> => {
  const response = await fetch(`${github.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(status);
  return response.json();
};

/** Checks against what a route is described to answer. */
function validatorOf(route: string, status: string, method = 'get') {
  const described = at(description, 'paths', route, method, 'responses', status);
  // What says no is described once for all routes.
  const [, shared = ''] = /^#\/components\/responses\/(.+)$/u.exec(String(at(described, '$ref'))) ?? [];
  const answer = shared === '' ? described : at(description, 'components', 'responses', shared);
  const schema = at(answer, 'content', 'application/json', 'schema');
  expect(schema, `GitHub describes no ${status} of ${method} ${route}`).toBeDefined();
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.compile(withNamed(asSchema(schema)));
}

test.skipIf(process.env['CI'] === undefined)('the description is installed where CI runs', () => {
  expect(isInstalled, 'run `npm ci --prefix test/fakes/github`').toBe(true);
});

test.skipIf(!isInstalled).each(routes)("answers %s as GitHub's description says", async (route, field, path) => {
  const validate = validatorOf(route, '200');
  const answer = await ask(path());
  expect(validate(answer), JSON.stringify(validate.errors?.slice(0, 5))).toBe(true);
  // The same check finds a field that GitHub does not have, and one that is not there.
  const [first] = Array.isArray(answer) ? (answer as unknown[]) : [answer];
  const { [field]: removed, ...without } = first as Node;
  expect(removed).toBeDefined();
  for (const other of [{ ...(first as Node), no_such_field: 1 }, without])
    expect(validate(Array.isArray(answer) ? [other] : other)).toBe(false);
});

const unknown = 'f'.repeat(40);

test.skipIf(!isInstalled).each([
  ['/repos/{owner}/{repo}/git/commits/{commit_sha}', '404', `/repos/example/registry/git/commits/${unknown}`],
  ['/repos/{owner}/{repo}/git/ref/{ref}', '404', '/repos/example/registry/git/ref/heads%2Fnone'],
  ['/repos/{owner}/{repo}/compare/{basehead}', '404', `/repos/example/registry/compare/${unknown}...${unknown}`],
  ['/repos/{owner}/{repo}/pulls/{pull_number}', '404', '/repos/example/registry/pulls/8'],
  ['/repos/{owner}/{repo}', '404', '/repos/example/renamed'],
])("answers %s with %s as GitHub's description says", async (route, status, path) => {
  const answer = await ask(path, Number(status));
  expect(answer).toMatchObject({ message: 'Not Found', status });
  const validate = validatorOf(route, status);
  expect(validate(answer), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...(answer as Node), message: 1 })).toBe(false);
});

test('knows no pull requests of a commit that it does not have', async () => {
  expect(await ask(`/repos/example/registry/commits/${unknown}/pulls`, 422)).toMatchObject({ status: '422' });
});

test.skipIf(!isInstalled)("gives a token for an app as GitHub's description says", async () => {
  const route = '/app/installations/{installation_id}/access_tokens';
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  github.app = { id: '12', installation: '34', publicKey, now: () => new Date(60_000), tokens: new Map(), wanted: [] };
  const response = await fetch(`${github.url}/app/installations/34/access_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${appJwt('12', privateKey, new Date(60_000))}` },
    body: JSON.stringify({ repository_ids: [4711], permissions: { contents: 'read' } }),
  });
  expect(response.status).toBe(201);
  const validate = validatorOf(route, '201', 'post');
  const answer: unknown = await response.json();
  expect(validate(answer), JSON.stringify(validate.errors)).toBe(true);
  const { token: given } = answer as { readonly token: string };
  const asked = await fetch(`${github.url}/user/1`, { headers: { authorization: `Bearer ${given}` } });
  expect(asked.status).toBe(200);
});
