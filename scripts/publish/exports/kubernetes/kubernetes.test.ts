import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { anExportedRegistry, anExportedServer, exportedFiles } from '../../../../test/support/exported.ts';
import type { Lock, Manifest } from '../../../../schemas/types.ts';
import { kubernetes } from './kubernetes.ts';

const artefact = { url: 'oci://registry.example.com/mcp/postgres:1.2.0', sha256: '3f9a'.repeat(16) };
const tools = { allow: ['query', 'list_tables'] };

const locked = ({ allow = [] }: { readonly allow?: readonly string[] }): Lock['tools'] =>
  allow.map((name) => ({ name, definitions: [] }));

const yamlOf = (manifest: Partial<Manifest>): string | undefined =>
  exportedFiles(kubernetes, [
    anExportedServer({ manifest: { artefact, tools, ...manifest }, lock: { tools: locked(manifest.tools ?? tools) } }),
  ]).get('kubernetes/servers/internal-postgres.yaml');

interface Resource {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

function resourcesOf(manifest: Partial<Manifest>): ReadonlyMap<string, Resource> {
  const documents = parseAllDocuments(yamlOf(manifest) ?? '');
  if (!Array.isArray(documents)) throw new Error('no documents');
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  const resources = documents.map((each) => each.toJS() as Resource | null).filter((each) => each !== null);
  return new Map(resources.map((each) => [each.kind, each]));
}

test('runs the image by the approved digest, with its permissions and its tools', () => {
  const resources = resourcesOf({ permissions: { network: ['warehouse.example.com:5432'] } });
  expect(resources.get('MCPServer')).toMatchObject({
    apiVersion: 'toolhive.stacklok.dev/v1beta1',
    metadata: {
      name: 'internal-postgres',
      annotations: {
        'mcp.example.com/approval': expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        'mcp.example.com/version': '1.2.0',
      },
    },
    spec: {
      image: `registry.example.com/mcp/postgres@sha256:${artefact.sha256}`,
      transport: 'stdio',
      permissionProfile: { type: 'configmap', name: 'internal-postgres-permissions', key: 'profile.json' },
      toolConfigRef: { name: 'internal-postgres' },
    },
  });
  expect(resources.get('MCPToolConfig')?.spec).toEqual({ toolsFilter: ['list_tables', 'query'] });
  expect(JSON.parse(resources.get('ConfigMap')?.data?.['profile.json'] ?? '')).toEqual({
    network: { outbound: { insecure_allow_all: false, allow_host: ['warehouse.example.com'], allow_port: [5432] } },
    privileged: false,
  });
});

test('gives words, variables and secrets as hosts do, and says what is missing', () => {
  const text = { description: 'Something.' };
  const manifest: Partial<Manifest> = {
    launch: {
      arguments: [
        { type: 'positional', name: 'schema', default: 'public', ...text },
        { type: 'named', name: '--mode', default: 'read', ...text },
        { type: 'named', name: '--verbose', flag: true, ...text },
        { type: 'fixed', value: 'serve' },
      ],
      environment: [
        { name: 'PGPASSWORD', required: true, secret: true, ...text },
        { name: 'PGHOST', required: true, ...text },
        { name: 'PGPORT', default: '5432', ...text },
        { name: 'PGUSER', ...text },
      ],
    },
  };
  expect(resourcesOf(manifest).get('MCPServer')?.spec).toMatchObject({
    args: ['serve', '--mode', 'read', 'public'],
    env: [{ name: 'PGPORT', value: '5432' }],
    secrets: [{ name: 'internal-postgres', key: 'PGPASSWORD', targetEnvName: 'PGPASSWORD' }],
  });
  expect(yamlOf(manifest)?.split('---\n')[0]).toBe(
    '# It needs a Secret named internal-postgres with: PGPASSWORD\n# Add to spec.env of the MCPServer: PGHOST\n',
  );
});

test('runs a server that listens on a port', () => {
  const spec = resourcesOf({ launch: { transport: { type: 'streamable-http', port: 3000 } } }).get('MCPServer')?.spec;
  expect(spec).toMatchObject({ transport: 'streamable-http', mcpPort: 3000 });
});

const lifecycle = [{ versions: '*', state: 'revoked', since: '2026-05-02', reason: 'It steals tokens' }] as const;

describe('makes nothing of', () => {
  test.each<[string, Partial<Manifest>]>([
    ['a package', { artefact: { url: 'npm:@example/mcp-postgres@1.2.0', sha256: '3f9a'.repeat(16) } }],
    ['a revoked server', { lifecycle: [...lifecycle] }],
    [
      'a server that needs a word',
      { launch: { arguments: [{ type: 'positional', name: 'a', description: 'b', required: true }] } },
    ],
    ['a value that the host fills in', { launch: { arguments: [{ type: 'fixed', value: '${state}/data' }] } }],
    [
      'a word that the cluster would replace by a secret',
      { launch: { arguments: [{ type: 'fixed', value: '--at=$(PGPASSWORD)' }] } },
    ],
    [
      'a variable that the cluster would replace',
      { launch: { environment: [{ name: 'AT', description: 'b', default: '$(PGPASSWORD)' }] } },
    ],
    ['a server that uses files of its user', { permissions: { filesystem: { read: ['/srv/shared'] } } }],
    ['a server without a port that it tells', { launch: { transport: { type: 'sse', port_input: 'PORT' } } }],
    ['a server none of whose tools may be used', { tools: { allow: [] } }],
  ])('%s', (_what, manifest) => {
    expect(yamlOf(manifest)).toBeUndefined();
  });
});

test('what contributors write stays a value', () => {
  const hostile = 'x\n---\nkind: Secret\n# {{ .Values }} & *alias !!js/function';
  const manifest: Partial<Manifest> = {
    version: '1.0: {"a"',
    description: hostile,
    tools: { allow: [hostile, 'yes', '1.10', 'null'] },
    launch: { arguments: [{ type: 'fixed', value: hostile }] },
  };
  const resources = resourcesOf(manifest);
  expect([...resources.keys()]).toEqual(['ConfigMap', 'MCPToolConfig', 'MCPServer']);
  expect(resources.get('MCPServer')?.spec).toMatchObject({ args: [hostile] });
  expect(resources.get('MCPToolConfig')?.spec).toEqual({ toolsFilter: ['1.10', 'null', hostile, 'yes'] });
});

test('points the registry of a cluster at this one', () => {
  const yaml =
    exportedFiles(kubernetes, [], anExportedRegistry({ name: 'Ours: "all"' })).get('kubernetes/registry.yaml') ?? '';
  const { kind, metadata, spec } = parse(yaml) as {
    kind: string;
    metadata: object;
    spec: { displayName: string; configYAML: string };
  };
  expect({ kind, metadata, displayName: spec.displayName }).toEqual({
    kind: 'MCPRegistry',
    metadata: { name: 'mcp-example-com' },
    displayName: 'Ours: "all"',
  });
  expect(parse(spec.configYAML)).toMatchObject({
    sources: [{ name: 'mcp-example-com', api: { endpoint: 'https://mcp.example.com' } }],
    registries: [{ name: 'default', sources: ['mcp-example-com'] }],
  });
});
