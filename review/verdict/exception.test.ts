import { describe, expect, test } from 'vitest';
import type { Exception } from '../../schemas/types.ts';
import { aManifest } from '../../test/support/statements.ts';
import { exceptionFor, isBound } from './exception.ts';

const exception = (change: Partial<Exception> = {}): Exception => ({
  rule: 'egress-any-host',
  server: 'internal-postgres',
  reason: 'It goes where it is sent.',
  owner: 'security@example.com',
  expires: '2027-01-01',
  ...change,
});

const running = (url: string) => aManifest({ artefact: { url, sha256: '3f9a'.repeat(16) } });
const finding = { rule: 'egress-any-host', server: 'internal-postgres', subject: '*:*' };
const own = 'npm:@example/mcp-postgres';

test('accepts every version of the artefact that it names, and no other artefact', () => {
  const given = exception({ artefact: own });
  const accepts = (url: string): boolean => exceptionFor(finding, running(url), [given], '2026-11-21') === given;
  expect(accepts(`${own}@1.2.0`)).toBe(true);
  expect(accepts(`${own}@2.0.0`)).toBe(true);
  expect(accepts('npm:@example/mcp-postgres-next@1.2.0')).toBe(false);
  expect(accepts('npm:@other/mcp-postgres@1.2.0')).toBe(false);
  expect(accepts('oci://registry.example.com/mcp-postgres:1.2.0')).toBe(false);
});

test('accepts a finding in a remote server only as long as its address stays the same', () => {
  const { artefact: _, ...rest } = aManifest();
  const remote = (url: string) => ({ ...rest, remote: { url, transport: 'sse' as const } });
  const given = exception({ artefact: 'https://mcp.example.com/v1' });
  const by = (url: string) => exceptionFor(finding, remote(url), [given], '2026-11-21');
  expect(by('https://mcp.example.com/v1')).toBe(given);
  expect(by('https://mcp.example.com/v2')).toBeUndefined();
});

test.each<[string, Partial<Exception>]>([
  ['neither artefact nor subject', {}],
  ['only a host', { subject: '*:*' }],
  ['the name of a tool', { subject: 'tool:greet' }],
  ['the name of a tool that looks like a version', { subject: 'tool:a@1.0.0' }],
  ['a package without its version', { subject: 'expresss' }],
  ['a Python package without its version', { subject: 'httpx==' }],
  ['a range of a Python package', { subject: 'httpx>=0.28.1' }],
  ['a scope', { rule: 'confusable-scope' }],
])('accepts nothing with an exception that names %s', (_, change) => {
  const given = exception(change);
  const found = { ...finding, rule: given.rule, subject: given.subject ?? '*:*' };
  expect(isBound(given)).toBe(false);
  expect(exceptionFor(found, aManifest(), [given], '2026-11-21')).toBeUndefined();
  expect(exceptionFor(found, aManifest(), [{ ...given, artefact: own }], '2026-11-21')).toBeDefined();
});

test.each<[string, Partial<Exception>]>([
  ['the version of a package', { subject: 'depd@1.1.2' }],
  ['the version of a package with a scope', { subject: '@example/a@1.0.0-rc.1' }],
  ['the version of a Python package', { subject: 'httpx==0.28.1' }],
  ['a version with its advisories', { subject: 'axios@1.18.0 GHSA-aaaa-bbbb-cccc GHSA-dddd-eeee-ffff' }],
  ['the address of an artefact with its version', { subject: 'npm:@example/mcp-postgres@1.2.0' }],
  ['the name of the server itself', { rule: 'confusable-name' }],
  ['a title', { rule: 'confusable-title' }],
])('needs no artefact when the exception names %s', (_, change) => {
  const given = exception(change);
  const found = { ...finding, rule: given.rule, subject: given.subject ?? '*:*' };
  expect(isBound(given)).toBe(true);
  expect(exceptionFor(found, aManifest(), [given], '2026-11-21')).toBe(given);
});

describe('an exception for the bytes of a package, in every server', () => {
  const integrity = `sha512-${'A'.repeat(86)}==`;
  const { server: _, ...anywhere } = exception({ rule: 'code-eval', subject: 'depd@1.1.2', integrity });
  const note = { rule: 'code-eval', server: 'memory', level: 'note', subject: 'depd@1.1.2', integrity } as const;
  const accepts = (given: Exception, found: Parameters<typeof exceptionFor>[0] = note): boolean =>
    exceptionFor(found, aManifest(), [given], '2026-11-21') === given;

  test('accepts a note about these bytes wherever they are', () => {
    expect(accepts(anywhere)).toBe(true);
    expect(accepts(anywhere, { ...note, server: 'everything' })).toBe(true);
  });

  test.each<[string, Partial<typeof note> | object]>([
    ['other bytes under the same version', { integrity: `sha512-${'B'.repeat(86)}==` }],
    ['no bytes, as of several packages', { integrity: undefined }],
    ['what a person must see', { level: 'review' }],
    ['what blocks', { level: 'block' }],
    ['a problem without a level', { level: undefined }],
    ['another rule', { rule: 'code-archive' }],
    ['another package', { subject: 'depd@2.0.0' }],
  ])('does not accept %s', (_name, change) => {
    expect(accepts(anywhere, { ...note, ...change })).toBe(false);
  });

  test('accepts nothing without the bytes', () => {
    const { integrity: __, ...unbound } = anywhere;
    expect(isBound(unbound)).toBe(false);
    expect(accepts(unbound)).toBe(false);
    expect(accepts({ ...unbound, artefact: own })).toBe(false);
  });

  test('accepts more than notes only in a server that it names', () => {
    const named = { ...anywhere, server: 'memory' };
    expect(accepts(named, { ...note, level: 'review' })).toBe(true);
    expect(accepts(named, { ...note, level: 'review', server: 'everything' })).toBe(false);
    expect(accepts(named, { ...note, level: 'review', integrity: `sha512-${'B'.repeat(86)}==` })).toBe(false);
  });
});
