import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { readZip } from '../../../../artefacts/archives/zip.ts';
import { sha256 } from '../../../../core/digest.ts';
import {
  anExportedRegistry,
  anExportedServer,
  exportedFiles,
  type Exported,
} from '../../../../test/support/exported.ts';
import type { ExportedRegistry, ExportedServer } from '../export.ts';
import { clients } from './clients.ts';

const server = (name: string, manifest: Exported['manifest'] = {}): ExportedServer =>
  anExportedServer({ manifest: { name, ...manifest } });

interface Entry {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly source: { readonly source: string; readonly url: string; readonly sha256: string };
}

const marketplaceOf = (
  servers: readonly ExportedServer[],
  folder = 'clients',
  registry?: ExportedRegistry,
): { name: string; owner: unknown; description: string; plugins: Entry[] } =>
  JSON.parse(exportedFiles(clients, servers, registry).get(`${folder}/claude-code/marketplace.json`) ?? '');

const archiveOf = (one: ExportedServer, registry = anExportedRegistry()): readonly [path: string, bytes: Uint8Array] =>
  clients.filesOf?.(one, registry)[0] ?? ['', new Uint8Array()];

const textsOf = async (bytes: Uint8Array): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    (await readZip(bytes, 'the plugin')).map(({ path, content }) => [
      path,
      JSON.parse(Buffer.from(content).toString('utf8')),
    ]),
  );

test('an entry pins the archive that is published, and the archive starts the launcher and nothing else', async () => {
  const one = server('notion', { description: 'Pages of the wiki.' });
  const [path, bytes] = archiveOf(one);
  const digest = sha256(bytes);
  expect(path).toBe(`plugins/${digest}.zip`);
  expect(marketplaceOf([one])).toEqual({
    name: 'countersign-mcp-example-com',
    owner: { name: 'Example MCP registry' },
    description: expect.any(String),
    plugins: [
      {
        name: 'notion',
        version: '1.2.0',
        description: 'Pages of the wiki.',
        source: { source: 'archive', url: `https://mcp.example.com/${path}`, sha256: digest },
      },
    ],
  });
  expect(await textsOf(bytes)).toEqual({
    '.claude-plugin/plugin.json': {
      name: 'notion',
      version: '1.2.0',
      description: 'Starts the MCP server notion through countersign, which checks it first.',
      author: { name: 'Example MCP registry' },
    },
    '.mcp.json': { mcpServers: { notion: { command: 'countersign', args: ['run', 'notion'] } } },
  });
});

test('an archive changes with the version alone, which is when Claude Code fetches it again', () => {
  const [path] = archiveOf(server('notion'));
  expect(archiveOf(server('notion', { description: 'Another one.', tags: ['x'] }))[0]).toBe(path);
  expect(archiveOf(server('notion', { version: '1.3.0' }))[0]).not.toBe(path);
});

test.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago'])('an archive has the same bytes in %s', (zone) => {
  const program = `
    import { pluginArchive } from ${JSON.stringify(`${import.meta.dirname}/plugin-archive.ts`)};
    import { anExportedRegistry, anExportedServer } from ${JSON.stringify(`${import.meta.dirname}/../../../../test/support/exported.ts`)};
    process.stdout.write(pluginArchive(anExportedServer({ manifest: { name: 'notion' } }), anExportedRegistry()));
  `;
  const bytes = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, TZ: zone },
  });
  expect(sha256(bytes)).toBe(sha256(archiveOf(server('notion'))[1]));
});

test.each<[string, ExportedServer]>([
  [
    'needs a word from the user',
    server('files', {
      launch: { arguments: [{ type: 'positional', name: 'directory', description: 'Where.', required: true }] },
    }),
  ],
  [
    'is revoked',
    server('gone', { lifecycle: [{ versions: '*', state: 'revoked', since: '2026-05-01', reason: 'it steals' }] }),
  ],
  ['no host can start', server('on-a-port', { launch: { transport: { type: 'sse', port: 3000 } } })],
])('a server that %s has no plugin', (_what, one) => {
  expect(clients.filesOf?.(one, anExportedRegistry())).toEqual([]);
  expect(marketplaceOf([one]).plugins).toEqual([]);
});

describe('a group', () => {
  const servers = [server('ledger', { audience: ['Audit EU'] }), server('notion')];

  test('has a marketplace of its own, under another name, beside that of everybody', () => {
    const own = marketplaceOf(servers, 'clients/groups/Audit%20EU');
    expect(own.name).toMatch(/^countersign-mcp-example-com-audit-eu-[0-9a-f]{8}$/u);
    expect(own.plugins.map(({ name }) => name)).toEqual(['ledger']);
  });

  test('is the only one that reads of its servers', () => {
    expect(marketplaceOf(servers).plugins.map(({ name }) => name)).toEqual(['notion']);
  });
});

test('what a contributor writes is shown as text, in one line, and stands in no archive', async () => {
  const hostile = server('tiny', {
    title: '${HOME}',
    description: `"},{"serverCommand":["sh"]}\u202e\n${'long '.repeat(100)}`,
  });
  const [entry] = marketplaceOf([hostile]).plugins;
  expect(entry?.description).toMatch(/^"\},\{"serverCommand":\["sh"\]\} long [a-z ]+…$/u);
  expect(entry?.description.length).toBeLessThanOrEqual(200);
  expect(archiveOf(hostile)).toEqual(archiveOf(server('tiny')));
});

test('no two groups have a marketplace of the same name', () => {
  const groups = ['data-eng', 'data.eng', 'data_eng', 'Data-Eng', 'data--eng', 'data-eng-'];
  const names = groups.map(
    (group) => marketplaceOf([server('a', { audience: [group] })], `clients/groups/${group}`).name,
  );
  expect(names[0]).toBe('countersign-mcp-example-com-data-eng');
  expect(new Set(names).size).toBe(groups.length);
  expect(names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(name))).toEqual([]);
});
