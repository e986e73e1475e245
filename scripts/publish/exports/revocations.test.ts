import { expect, test } from 'vitest';
import { revocations } from './revocations.ts';
import type { ExportedServer } from './export.ts';

const server = (versions: readonly object[]): ExportedServer =>
  ({ record: { name: 'tiny', versions } }) as unknown as ExportedServer;
const registry = { shown: { id: 'mcp.example.com' } } as never;

const listOf = (parts: readonly string[]): unknown => {
  const [[path, bytes] = ['', Buffer.from('null')]] = revocations.filesOfAll?.(parts, registry) ?? [];
  expect(path).toBe('revocations.json');
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
};

test('names what hosts refuse or warn about, and why, and nothing else', () => {
  const lifecycle = { since: '2026-05-01', reason: 'steals tokens', advisory: 'MAL-2026-1' };
  const part = revocations.partOf?.(
    server([
      { version: '3', state: 'active', bundle: 'c' },
      { version: '2', state: 'deprecated', bundle: 'b', lifecycle: { since: '2026-06-01', reason: 'old' } },
      { version: '1', state: 'revoked', bundle: 'a', lifecycle },
    ]),
    registry,
  );
  expect(listOf([part ?? ''])).toEqual({
    schemaVersion: 1,
    registry: 'mcp.example.com',
    versions: [
      { name: 'tiny', version: '2', state: 'deprecated', bundle: 'b', since: '2026-06-01', reason: 'old' },
      { name: 'tiny', version: '1', state: 'revoked', bundle: 'a', ...lifecycle },
    ],
  });
});

test('is there, and empty, where nothing has ended', () => {
  expect(revocations.partOf?.(server([{ version: '1', state: 'active' }]), registry)).toBeUndefined();
  expect(listOf([])).toMatchObject({ versions: [] });
});
