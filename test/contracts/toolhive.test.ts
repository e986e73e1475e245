/** ToolHive: the command `thv` reads its own list, its registry server the API of MCP registries. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exportedServer } from '../support/exported-folder.ts';
import { servedExports } from '../support/served-exports.ts';
import { toolhive } from '../../scripts/publish/exports/toolhive.ts';

const ask = servedExports();

interface Server {
  readonly name: string;
  readonly description: string;
  readonly packages?: readonly {
    readonly registryType: string;
    readonly identifier: string;
    readonly transport: { readonly type: string; readonly url?: string };
    readonly packageArguments?: readonly { readonly name?: string; readonly value?: string }[];
    readonly environmentVariables?: readonly { readonly name: string; readonly isSecret?: boolean }[];
  }[];
  readonly remotes?: readonly { readonly type: string; readonly url: string }[];
  readonly _meta: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, object>>>>>>;
}

/** What it makes of an entry: an image or an endpoint, with the first that stands under its key. */
function convert({ _meta: meta, ...server }: Server): object {
  const images = (server.packages ?? []).filter(({ registryType }) => registryType === 'oci');
  const extensions = Object.values(
    meta['io.modelcontextprotocol.registry/publisher-provided']?.['io.github.stacklok'] ?? {},
  )[0];
  const [image] = images;
  if (image !== undefined) {
    expect(images).toHaveLength(1);
    return {
      image: image.identifier,
      transport: image.transport.type,
      args: (image.packageArguments ?? []).flatMap(({ name, value }) => [name ?? [], value ?? []].flat()),
      env: (image.environmentVariables ?? []).map(({ name, isSecret = false }) => [name, isSecret]),
      ...extensions,
    };
  }
  const [remote] = server.remotes ?? [];
  expect(remote).toBeDefined();
  return { url: remote?.url, transport: remote?.type, ...extensions };
}

describe('registry.json', () => {
  test('is the wrapper that it wants of an address that ends in .json', async () => {
    const found = await ask('/registry.json');
    expect(found.headers.get('Content-Type')).toBe('application/json');
    const list = (await found.json()) as Readonly<Record<string, unknown>>;
    expect(Object.keys(list).sort()).toEqual(['$schema', 'data', 'meta', 'version']);
    expect(list).toMatchObject({ version: '1.0.0', meta: { last_updated: '2026-04-16T09:30:00Z' } });
  });

  test('has the servers that it can start as they were approved, with what they may reach, and their tools', async () => {
    const { data } = (await (await ask('/registry.json')).json()) as {
      readonly data: { readonly servers: readonly Server[] };
    };
    const servers = new Map(data.servers.map((server) => [server.name.split('/')[1], convert(server)]));
    expect([...servers.keys()]).toEqual(['image', 'image-with-any-host', 'tickets']);
    expect(servers.get('image')).toEqual({
      image: `registry.example.com/mcp/warehouse@sha256:${'d'.repeat(64)}`,
      transport: 'stdio',
      args: ['--read-only'],
      env: [
        ['DB_URL', false],
        ['DB_TOKEN', true],
        ['DB_MODE', false],
      ],
      status: 'Active',
      tags: ['database'],
      // The other name has a form that its schema does not allow.
      tools: ['query'],
      permissions: {
        network: {
          outbound: {
            insecure_allow_all: false,
            allow_host: ['db.example.com', 'auth.example.com'],
            allow_port: [443, 5432],
          },
        },
        privileged: false,
      },
      custom_metadata: { 'com.example.mcp/countersign': expect.objectContaining({ state: 'active' }) as object },
    });
    expect(servers.get('image-with-any-host')).toMatchObject({
      permissions: {
        network: { outbound: { insecure_allow_all: false, allow_host: ['.example.com', '.example.org'] } },
      },
    });
    expect(servers.get('tickets')).toMatchObject({
      url: 'https://tickets.example.com/mcp',
      transport: 'streamable-http',
      oauth_config: { issuer: 'https://login.example.com', scopes: ['tickets.read'] },
    });
  });

  test('lets a container without a network reach nothing', () => {
    const image = { url: 'oci://registry.example.com/a:1', sha256: 'd'.repeat(64) };
    const part = toolhive.partOf?.(exportedServer({ artefact: image }), {
      url: 'https://mcp.example.com',
      shown: { namespace: 'com.example' } as never,
    });
    expect(part).toContain('"outbound":{"allow_host":[],"allow_port":[],"insecure_allow_all":false}');
  });

  test('is there, and empty, where nothing is published', () => {
    const [[, bytes] = ['', Buffer.alloc(0)]] = toolhive.filesOfAll?.([], {} as never) ?? [];
    expect(JSON.parse(Buffer.from(bytes).toString('utf8'))).toMatchObject({
      meta: { last_updated: '1970-01-01T00:00:00Z' },
      data: { servers: [] },
    });
  });
});

describe('its registry server', () => {
  test('knows the API by its description', async () => {
    const found = await ask('/openapi.yaml');
    expect(found.status).toBe(200);
    const { info } = parse(await found.text()) as { readonly info: Readonly<Record<string, string>> };
    expect(info['version']).toBe('1.0.0');
    expect(info['description']).toContain('https://github.com/modelcontextprotocol/registry');
  });

  test('finds every address that the description names', async () => {
    const { paths } = parse(await (await ask('/openapi.yaml')).text()) as { readonly paths: object };
    for (const path of Object.keys(paths)) {
      const asked = path.replace('{serverName}', 'com.example.mcp%2Ffiles').replace('{version}', 'latest');
      expect([asked, (await ask(asked)).status]).toEqual([asked, 200]);
    }
  });
});
