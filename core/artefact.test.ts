import { expect, test } from 'vitest';
import {
  artefactAddress,
  artefactUrlProblem,
  packageUrl,
  parseArtefactUrl,
  type ArtefactReference,
} from './artefact.ts';

const sha256 = 'ab'.repeat(32);
const commit = '0123456789abcdef0123456789abcdef01234567';

test.each<[string, ArtefactReference, string]>([
  ['npm:zod@4.1.0', { kind: 'npm', name: 'zod', version: '4.1.0' }, 'pkg:npm/zod@4.1.0'],
  [
    'npm:@example/mcp-postgres@1.2.0-rc.1+build.5',
    { kind: 'npm', name: '@example/mcp-postgres', version: '1.2.0-rc.1+build.5' },
    'pkg:npm/%40example/mcp-postgres@1.2.0-rc.1%2Bbuild.5',
  ],
  [
    'pypi:Mcp_Server.Git==2026.1.14',
    { kind: 'pypi', name: 'Mcp_Server.Git', version: '2026.1.14' },
    'pkg:pypi/mcp-server-git@2026.1.14',
  ],
  [
    'pypi:a==1!2.0.post1+local',
    { kind: 'pypi', name: 'a', version: '1!2.0.post1+local' },
    'pkg:pypi/a@1!2.0.post1%2Blocal',
  ],
  [
    'oci://registry.example.com/mcp/postgres:1.2.0',
    { kind: 'oci', host: 'registry.example.com', path: 'mcp/postgres', tag: '1.2.0' },
    `pkg:oci/postgres@sha256%3A${sha256}?repository_url=registry.example.com%2Fmcp%2Fpostgres&tag=1.2.0`,
  ],
  [
    'oci://localhost:5000/a__b:latest',
    { kind: 'oci', host: 'localhost:5000', path: 'a__b', tag: 'latest' },
    `pkg:oci/a__b@sha256%3A${sha256}?repository_url=localhost%3A5000%2Fa__b&tag=latest`,
  ],
  [
    'https://example.com/dl/server.mcpb',
    { kind: 'mcpb', url: 'https://example.com/dl/server.mcpb' },
    `pkg:generic/server.mcpb?checksum=sha256:${sha256}&download_url=https%3A%2F%2Fexample.com%2Fdl%2Fserver.mcpb`,
  ],
  [
    'https://example.com/server-1.tgz',
    { kind: 'tarball', url: 'https://example.com/server-1.tgz' },
    `pkg:generic/server-1.tgz?checksum=sha256:${sha256}&download_url=https%3A%2F%2Fexample.com%2Fserver-1.tgz`,
  ],
  [
    'https://example.com/server-1.tar.gz',
    { kind: 'tarball', url: 'https://example.com/server-1.tar.gz' },
    `pkg:generic/server-1.tar.gz?checksum=sha256:${sha256}&download_url=https%3A%2F%2Fexample.com%2Fserver-1.tar.gz`,
  ],
  [
    `git+https://example.com/team/server.git#${commit}`,
    { kind: 'git', url: 'https://example.com/team/server.git', commit },
    `pkg:generic/server.git?vcs_url=git%2Bhttps%3A%2F%2Fexample.com%2Fteam%2Fserver.git%40${commit}`,
  ],
])('takes %s apart and names it', (url, reference, purl) => {
  expect(parseArtefactUrl(url)).toEqual(reference);
  expect(packageUrl(reference, sha256)).toBe(purl);
});

test.each([
  ['npm:zod@4.1.0', 'npm:zod'],
  ['npm:@example/mcp-postgres@1.2.0-rc.1', 'npm:@example/mcp-postgres'],
  ['pypi:mcp-server-git==0.6.2', 'pypi:mcp-server-git'],
  ['oci://localhost:5000/mcp/postgres:1.2.0', 'oci://localhost:5000/mcp/postgres'],
  [`git+https://example.com/team/server.git#${commit}`, 'git+https://example.com/team/server.git'],
  ['https://example.com/dl/server.mcpb', 'https://example.com/dl/server.mcpb'],
  ['https://example.com/server-1.tgz', 'https://example.com/server-1.tgz'],
])('takes the version off %s', (url, address) => {
  expect(artefactAddress({ artefact: { url, sha256 } })).toBe(address);
});

test('knows a remote by its address', () => {
  expect(artefactAddress({ remote: { url: 'https://mcp.example.com/v1', transport: 'sse' } })).toBe(
    'https://mcp.example.com/v1',
  );
});

test.each([
  '',
  'zod@4.1.0',
  'npm:zod',
  'npm:zod@latest',
  'npm:zod@^4.1.0',
  'npm:zod@4',
  'npm:zod@4.1.x',
  'npm:zod@4.1.0 ',
  'npm:zod@4.1.0\n',
  'npm:Zod@4.1.0',
  'npm:.zod@4.1.0',
  'npm:@example@1.0.0',
  'npm:../zod@4.1.0',
  'npm:a/b@1.0.0',
  'pypi:a',
  'pypi:a==',
  'pypi:a>=1.0',
  'pypi:-a==1.0',
  'oci://registry.example.com/mcp/postgres',
  'oci://registry.example.com/postgres@sha256:abc',
  'oci://registry.example.com:1.0',
  'oci://registry.example.com/Upper:1.0',
  'oci://user@registry.example.com/a:1.0',
  'oci://registry.example.com/a:-1',
  'http://example.com/server.mcpb',
  'https://example.com/server.zip',
  'https://example.com/server.mcpb?token=x',
  'https://example.com/server.mcpb#x',
  'https://user:word@example.com/server.tgz',
  'git+https://example.com/server.git',
  'git+https://example.com/server.git#main',
  `git+https://example.com/server.git#${commit.slice(1)}`,
  `git+https://example.com/server.git#${commit.toUpperCase()}`,
  `git+ssh://git@example.com/server.git#${commit}`,
  'file:///etc/passwd.tgz',
])('finds no exact artefact in %j', (url) => {
  expect(parseArtefactUrl(url)).toBeUndefined();
});

test('says which forms there are', () => {
  expect(artefactUrlProblem('npm:zod')).toEqual({
    code: 'artefact-url',
    message: 'npm:zod names no exact artefact',
    remedy: expect.stringMatching(/npm:.*pypi:.*oci:.*\.mcpb.*\.tgz.*git\+https:/u),
  });
});

test.each([
  ['pkg:nuget/Example.Server@1.0.0', 'NuGet'],
  ['nuget:Example.Server@1.0.0', 'NuGet'],
  ['cargo:mcp-server@1.0.0', 'Cargo'],
  ['pkg:cargo/mcp-server@1.0.0', 'Cargo'],
  ['gem:mcp-server@1.0.0', 'RubyGems'],
  ['pkg:golang/example.com/server@v1.0.0', 'Go'],
  ['pkg:maven/com.example/server@1.0.0', 'Maven'],
  ['pkg:composer/example/server@1.0.0', 'Composer'],
  ['pkg:deb/debian/server@1.0.0', 'this other registry'],
])('names the kind of %s, which is not supported', (url, kind) => {
  expect(artefactUrlProblem(url)).toMatchObject({
    code: 'artefact-kind',
    message: `${url} is a package of ${kind}, a kind of artefact that is not supported`,
  });
});

test.each([
  ['docker:mcp/postgres:1.2.0', 'oci://'],
  ['docker.io/mcp/postgres:1.2.0', 'oci://'],
  ['ghcr.io/example/postgres:1.2.0', 'oci://'],
  ['docker://mcp/postgres', 'oci://'],
  ['pkg:docker/mcp/postgres@1.2.0', 'oci://'],
  ['pkg:npm/zod@4.1.0', 'npm:'],
  ['pkg:pypi/mcp-server-git@1.0.0', 'pypi:'],
])('says how %s is written here', (url, form) => {
  expect(artefactUrlProblem(url).remedy).toContain(`write it as ${form}`);
});
