import { expect, test } from 'vitest';
import { sha256 } from '../../../core/digest.ts';
import { anExportedServer, exportedFiles } from '../../../test/support/exported.ts';
import { aiCatalog } from './ai-catalog.ts';
import type { ExportedServer } from './export.ts';

const catalogOf = (...servers: readonly ExportedServer[]): unknown =>
  JSON.parse(exportedFiles(aiCatalog, servers).get('ai-catalog.json') ?? '');

test('points at each record, and at the signed approval by its digest', () => {
  const server = anExportedServer({ manifest: { title: 'Finance warehouse', tags: ['finance'] } });
  const { bytes } = server.current.approval;
  const identifier = 'urn:countersign:server:mcp.example.com:internal-postgres';
  expect(catalogOf(server)).toEqual({
    specVersion: '1.0',
    host: { displayName: 'Example MCP registry', identifier: 'mcp.example.com' },
    entries: [
      {
        identifier,
        type: 'application/vnd.countersign.record+json',
        url: 'https://mcp.example.com/servers/internal-postgres.json',
        displayName: 'Finance warehouse',
        description: 'Read-only access to the finance data warehouse.',
        version: '1.2.0',
        updatedAt: '2026-04-16T09:30:00Z',
        tags: ['finance'],
        trustManifest: {
          identity: identifier,
          attestations: [
            {
              type: 'urn:countersign:approval:v1',
              uri: `https://mcp.example.com/approvals/${sha256(bytes)}.json`,
              digest: `sha256:${sha256(bytes)}`,
              size: bytes.byteLength,
            },
          ],
        },
      },
    ],
  });
});

test.each(['revoked', 'withdrawn'] as const)('leaves out what is %s', (state) => {
  const lifecycle = [{ versions: '*', state, since: '2026-05-02', reason: 'It steals tokens' }];
  expect(catalogOf(anExportedServer({ manifest: { lifecycle } }))).toMatchObject({ entries: [] });
});

test('holds whatever a contributor writes as text', () => {
  const title = '"},{"identifier":"urn:air:evil" </script> \u202e';
  expect(catalogOf(anExportedServer({ manifest: { title } }))).toMatchObject({ entries: [{ displayName: title }] });
});
