import { expect, test } from 'vitest';
import { index as isIndex } from '../../../schemas/compiled.js';
import type { LifecycleEntry, RegistryIndex } from '../../../schemas/types.ts';
import { anExportedServer, exportedFiles, type Exported } from '../../../test/support/exported.ts';
import { indexJson } from './index-json.ts';

const indexOf = (...servers: readonly Exported[]): RegistryIndex => {
  const index = JSON.parse(
    exportedFiles(indexJson, servers.map(anExportedServer)).get('index.json') ?? '',
  ) as RegistryIndex;
  isIndex(index);
  expect(isIndex.errors).toBeNull();
  return index;
};

test('says of each server what state it is in, and of each version where its files lie', () => {
  const lifecycle: LifecycleEntry[] = [
    { versions: ['1.1.0'], state: 'revoked', since: '2026-05-02', reason: 'It steals tokens' },
  ];
  const { registry, paths, servers } = indexOf({ manifest: { lifecycle }, older: ['1.1.0'] });
  expect(registry).toEqual({
    id: 'mcp.example.com',
    name: 'Example MCP registry',
    environment: 'production',
    url: 'https://mcp.example.com',
  });
  const [server] = servers;
  expect(server).toMatchObject({
    name: 'internal-postgres',
    version: '1.2.0',
    state: 'active',
    assurance: 'bytes',
    artefact: { url: 'npm:@example/mcp-postgres@1.2.0', sha256: '3f9a'.repeat(16) },
    run: { argv: ['countersign', 'run', 'internal-postgres'] },
  });
  expect(server?.versions.map(({ version, state }) => [version, state])).toEqual([
    ['1.2.0', 'active'],
    ['1.1.0', 'revoked'],
  ]);
  expect(paths.bundle.replace('{sha256}', server?.versions[0]?.bundle ?? '')).toMatch(
    /^approvals\/[0-9a-f]{64}\.json$/,
  );
});

test('says who may run a server, and which words its user must add', () => {
  const directory = { type: 'positional', name: 'directory', description: 'Where.', required: true } as const;
  const [server] = indexOf({ manifest: { audience: ['finance'], launch: { arguments: [directory] } } }).servers;
  expect(server).toMatchObject({ audience: ['finance'], run: { add: ['<directory>'] } });
});

test('the state is that of the current version', () => {
  const lifecycle: LifecycleEntry[] = [
    { versions: '*', state: 'withdrawn', since: '2026-05-02', reason: 'Nobody uses it' },
  ];
  expect(indexOf({ manifest: { lifecycle } }).servers).toMatchObject([{ state: 'withdrawn' }]);
});

test('holds whatever a contributor writes as text, and a registry without servers too', () => {
  const description = '"}]} </script> \u202e \\';
  expect(indexOf({ manifest: { description } }).servers).toMatchObject([{ description }]);
  expect(indexOf().servers).toEqual([]);
});
