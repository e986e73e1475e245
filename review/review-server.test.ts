import { expect, test } from 'vitest';
import { aLock, aManifest, aPolicy } from '../test/support/statements.ts';
import { aPythonLock } from '../test/support/python-lock.ts';
import type { ServerFiles } from '../catalog/registry-files.ts';
import type { Exception, Manifest, ServerReview } from '../schemas/types.ts';
import { openAdvisories } from './checks/advisories/source.ts';
import { checks, type ReviewTools } from './checks/checks.ts';
import { reviewServer } from './review-server.ts';

const serverOf = (manifest: Manifest): ServerFiles => ({
  name: manifest.name,
  manifest: { file: `servers/${manifest.name}.yaml`, value: manifest, locate: () => ({ line: 1, column: 1 }) },
  manifestBytes: Buffer.alloc(0),
  hasLockFile: true,
  lock: { file: `servers/${manifest.name}.lock.json`, value: aLock(), bytes: Buffer.alloc(0) },
});

/** Tools of which each one, when it is only looked at, is written down. */
function watched(): { readonly tools: ReviewTools; readonly used: Set<string> } {
  const used = new Set<string>();
  const tools = new Proxy({} as ReviewTools, {
    get: (_, name) => {
      used.add(String(name));
      throw new Error(`asked ${String(name)}`);
    },
  });
  return { tools, used };
}

const network = new Set(['packages', 'reproducible', 'code', 'tools', 'provenance'] as const);

async function review(
  url: string,
  exceptions: Exception[] = [],
): Promise<{ readonly review: ServerReview; readonly used: Set<string> }> {
  const { tools, used } = watched();
  const manifest = aManifest({ license: 'MIT', artefact: { url, sha256: 'a'.repeat(64) } });
  const policies = { policies: [aPolicy({ exceptions })], today: '2026-11-20' };
  const task = { server: serverOf(manifest), change: 'changed' as const, policies };
  return { review: await reviewServer(task, new Set([...network, 'policy']), tools), used };
}

test.each([
  ['an image on this machine', 'oci://localhost/mcp/x:1'],
  ['an image on a port of this machine', 'oci://127.0.0.1:5000/mcp/x:1'],
  ['an image on a private address', 'oci://10.0.0.7/mcp/x:1'],
  ['an image where clouds keep credentials', 'oci://169.254.169.254/mcp/x:1'],
  ['an image of a registry that is not listed', 'oci://other.example.com/mcp/x:1'],
  ['an image whose host only begins like a listed one', 'oci://registry.example.com.evil.example/mcp/x:1'],
  ['an image on another port of a listed host', 'oci://registry.example.com:5000/mcp/x:1'],
  ['an archive, which the policy does not allow', 'https://registry.example.com/x.tgz'],
  ['a commit, which the policy does not allow', `git+https://registry.example.com/x#${'a'.repeat(40)}`],
])('asks nobody for %s', async (_, url) => {
  const { review: found, used } = await review(url);
  expect([...used]).toEqual([]);
  expect(found.verdict).toBe('must-not-merge');
  expect(found.checks.map(({ check, result }) => `${check} ${result}`)).toEqual([
    'policy failed',
    ...[...network].map((check) => `${check} not-run`),
  ]);
});

test('asks where the policy allows the host, or accepts it', async () => {
  await expect(review('oci://registry.example.com/mcp/x:1')).rejects.toThrow('asked');
  const accepted: Exception = {
    rule: 'artefact-host',
    server: 'internal-postgres',
    artefact: 'oci://other.example.com/mcp/x',
    reason: 'It is needed.',
    owner: 'security@example.com',
    expires: '2099-01-01',
  };
  await expect(review('oci://other.example.com/mcp/x:1', [accepted])).rejects.toThrow('asked');
});

test('every check that takes tools which fetch is among those that wait for the policy', () => {
  const withoutNetwork = new Set(['policy', 'advisories', 'tool-text']);
  expect([...checks.keys()].filter((name) => !withoutNetwork.has(name))).toEqual([...network]);
});

test('advisories that say nothing about the packages of one server are not looked up for it, and stop no other', async () => {
  const advisories = await openAdvisories('npm:', { root: '/nowhere', mirror: 'http://npm.test/' });
  const tools = { advisories } as ReviewTools;
  const policies = { policies: [aPolicy()], today: '2026-11-20' };
  const server = serverOf(aManifest({ license: 'MIT' }));
  const lock = { file: '', value: aPythonLock({ name: 'pkg', version: '1.0' }), bytes: Buffer.alloc(0) };
  const task = { server: { ...server, lock }, change: 'changed' as const, policies };
  const { verdict, checks: ran } = await reviewServer(task, new Set(['policy', 'advisories']), tools);
  expect([verdict, ran[1]]).toEqual([
    'needs-a-person',
    { check: 'advisories', result: 'not-run', detail: expect.stringContaining('ask the security team to name') },
  ]);
});

test('a manifest at the base that cannot be read is a gain', async () => {
  const policies = { policies: [aPolicy()], today: '2026-11-20' };
  const task = { server: serverOf(aManifest({ license: 'MIT' })), change: 'changed' as const, before: {}, policies };
  const { verdict, gains } = await reviewServer(task, new Set(['policy']), watched().tools);
  expect([verdict, gains.map(({ what }) => what)]).toEqual(['needs-a-person', ['the manifest']]);
});
