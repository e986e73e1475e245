import { expect, test } from 'vitest';
import { kindsOf, sourceOf } from './source.ts';

const commit = 'c0ffee'.repeat(6).concat('c0ff');

test.each<[string, readonly string[] | string]>([
  ['@example/mcp-server', ['npm']],
  ['mcp-server@1.2.0', ['npm']],
  ['npm:mcp-server', ['npm']],
  ['pypi:mcp-server', ['pypi']],
  ['mcp-server==1.2.0', ['pypi']],
  ['mcp-server', ['npm', 'pypi']],
  ['oci://registry.example.com/mcp:1.0.0', ['oci']],
  ['registry.example.com/mcp:1.0.0', ['oci']],
  ['https://example.com/a.mcpb', ['mcpb']],
  ['https://example.com/a.tar.gz', ['tarball']],
  [`git+https://example.com/a#${commit}`, ['git']],
  ['https://example.com/a.git', ['git']],
  ['git@example.com:a/b.git', ['git']],
  ['https://mcp.example.com/v1', ['remote']],
  ['http://mcp.example.com/v1', 'is not https'],
  ['nuget:Notes', 'is a package of NuGet, which cannot be taken yet'],
  ['cargo:notes', 'is a package of cargo, which cannot be taken yet'],
  ['two words', 'is no package, image or address'],
])('finds out what %s is', (word, expected) => {
  const found = kindsOf(word);
  expect(found).toEqual(typeof expected === 'string' ? expect.stringContaining(expected) : expected);
});

test.each<[Parameters<typeof sourceOf>[0], string, object | string]>([
  ['npm', 'npm:@example/mcp@1.0.0', { kind: 'npm', spec: '@example/mcp@1.0.0' }],
  ['pypi', 'pypi:notes==1.0', { kind: 'pypi', spec: 'notes==1.0' }],
  ['pypi', 'notes@1.0', 'such as example-mcp or example-mcp==1.2.0'],
  ['pypi', 'notes[http]', 'names no Python package'],
  ['oci', 'oci://registry.example.com/a/b:1.0', { kind: 'oci', host: 'registry.example.com', path: 'a/b', tag: '1.0' }],
  ['oci', 'registry.example.com:5000/a', 'names no tag'],
  ['oci', 'mcp/postgres:1.0', 'such as docker.io/mcp/postgres:1.0'],
  ['oci', `registry.example.com/a@sha256:${'0'.repeat(64)}`, 'names a digest: write its tag'],
  ['git', `https://example.com/a#${commit}`, { kind: 'git', url: 'https://example.com/a', commit }],
  ['git', 'git+https://example.com/a#main', '`git ls-remote https://example.com/a main` prints'],
  ['git', 'https://example.com/a', 'names no commit'],
  ['git', 'git@example.com:a/b.git', 'is not https'],
  ['mcpb', 'https://example.com/a.mcpb', { kind: 'mcpb', url: 'https://example.com/a.mcpb' }],
  ['mcpb', 'https://example.com/a.tgz', 'that ends in .mcpb'],
  ['tarball', 'http://example.com/a.tgz', 'that ends in .tgz or .tar.gz'],
  ['remote', 'https://mcp.example.com', { kind: 'remote', url: 'https://mcp.example.com' }],
  ['remote', 'http://mcp.example.com', 'write an https address'],
])('reads, as %s, %s', (kind, word, expected) => {
  const found = sourceOf(kind, word);
  expect(found).toEqual(typeof expected === 'string' ? expect.stringContaining(expected) : expected);
});
