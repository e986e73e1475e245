import { expect, test } from 'vitest';
import { exportedRegistry, exportedServer } from '../../../test/support/exported-folder.ts';
import type { LifecycleEntry } from '../../../schemas/types.ts';
import { hasAddress } from './registry-api.ts';
import { registryEntry } from './registry-entry.ts';

const revoked = { versions: '*', state: 'revoked', since: '2026-01-01', reason: 'Steals tokens' } as const;

const officialOf = (entry: LifecycleEntry): unknown => {
  const server = exportedServer({}, { lifecycle: [entry] });
  const { _meta: meta } = registryEntry(server, server.current, exportedRegistry);
  return meta['io.modelcontextprotocol.registry/official'];
};

test('a message that is too long keeps whole addresses, or none', () => {
  const guide = `https://docs.example.com/${'a'.repeat(300)}`;
  expect(officialOf({ ...revoked, guide })).toMatchObject({ statusMessage: `Steals tokens. Guide: ${guide}` });
  expect(officialOf({ ...revoked, reason: 'why '.repeat(120), guide })).toMatchObject({
    statusMessage: 'why '.repeat(120).trim(),
  });
});

test('what was revoked before it was approved again changed last at its approval', () => {
  expect(officialOf(revoked)).toMatchObject({ status: 'deleted', updatedAt: '2026-04-16T09:30:00Z' });
});

test('says which approval it is, and how to verify it', () => {
  const server = exportedServer({}, { older: ['1.1.0'] });
  const entries = server.versions.map((version) => registryEntry(server, version, exportedRegistry));
  expect(entries.map(({ _meta: meta }) => meta['com.example.mcp/countersign'])).toEqual(
    server.record.versions.map(({ bundle, lock, validUntil }, index) => ({
      registry: 'mcp.example.com',
      environment: 'production',
      state: 'active',
      assurance: 'bytes',
      dataClassification: 'confidential',
      ...{ bundle, lock, validUntil },
      record: 'https://mcp.example.com/servers/internal-postgres.json',
      verify: ['countersign', 'verify', ['internal-postgres', 'internal-postgres@1.1.0'][index]],
    })),
  );
});

test.each([
  ['1.0.0', true],
  ['1.0.0+x@y', true],
  ['1.0/rc', true],
  // The address means the current version.
  ['latest', false],
  ['1/../../../x', false],
  ['1/.hidden', false],
  ['1//2', false],
  ['1\\2', false],
  ['1?x', false],
  ['1#x', false],
])('whether version %s has a file of its own: %s', (version, has) => {
  expect(hasAddress(version)).toBe(has);
});
