import { expect, test } from 'vitest';
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
