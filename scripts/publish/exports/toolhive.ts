/**
 * registry.json: the servers that ToolHive can start, in its own format. Each has exactly one image, by its digest, or one
 * endpoint; what it may reach and its tools stand under ToolHive's key, where it looks for them.
 */
import type { Manifest } from '../../../schemas/types.ts';
import { directStart, type DirectStart, type Word } from './direct-start.ts';
import type { ExportedRegistry, ExportedServer, ServerExport } from './export.ts';
import { jsonText, withList } from '../json-text.ts';
import { ownKey, registryEntry, updatedAt } from './registry-entry.ts';
import { currentVersion, toolNames } from './runnable.ts';
import { describedServer, fixedWord, mcpName } from './server-json.ts';
import { inputJson, type Input, type PackageJson, type ServerJson, type TransportJson } from './server-json-format.ts';
import { toolhivePermissions } from './toolhive-permissions.ts';

const schema =
  'https://raw.githubusercontent.com/stacklok/toolhive-core/main/registry/types/data/upstream-registry.schema.json';

/** When nothing is published yet, which has no time. */
const never = '1970-01-01T00:00:00Z';

export const toolhive: ServerExport = {
  partOf: (server, registry) => {
    const start = directStart(server);
    const json = start === undefined ? undefined : toolhiveServer(server, start, registry);
    return json === undefined ? undefined : `${updatedAt(currentVersion(server))} ${jsonText(json)}`;
  },
  filesOfAll: (parts) => {
    const updated = parts.map((part) => part.slice(0, part.indexOf(' '))).sort();
    const servers = parts.map((part) => part.slice(part.indexOf(' ') + 1));
    const data = Buffer.from(withList({}, 'servers', servers)).toString('utf8');
    const head = jsonText({ $schema: schema, meta: { last_updated: updated.at(-1) ?? never }, version: '1.0.0' });
    return [['registry.json', Buffer.from(`${head.slice(0, -1)},"data":${data}}`)]];
  },
};

function toolhiveServer(
  server: ExportedServer,
  start: DirectStart,
  registry: ExportedRegistry,
): ServerJson | undefined {
  const { server: manifest } = server.current.approval.statement.predicate;
  const started = start.kind === 'image' ? imagePackage(manifest, start) : { remotes: [endpoint(start.remote)] };
  if (started === undefined) return undefined;
  const key = start.kind === 'image' ? start.reference : start.remote.url;
  return {
    ...describedServer(manifest, registry),
    name: mcpName(server.record.name, registry),
    version: manifest.version,
    ...started,
    _meta: {
      'io.modelcontextprotocol.registry/publisher-provided': {
        'io.github.stacklok': { [key]: extensions(server, start, registry) },
      },
    },
  };
}

function extensions(server: ExportedServer, start: DirectStart, registry: ExportedRegistry): object {
  const { server: manifest } = server.current.approval.statement.predicate;
  const { _meta: meta } = registryEntry(server, server.current, registry);
  // ToolHive's form of these two is narrower than ours.
  const tools = toolNames(server).filter((name) => /^[\w-]+$/u.test(name));
  const tags = (manifest.tags ?? []).filter((tag) => tag.length > 1);
  return {
    status: currentVersion(server).state === 'deprecated' ? 'Deprecated' : 'Active',
    ...(tools.length > 0 && { tools }),
    ...(tags.length > 0 && { tags: [...new Set(tags)] }),
    ...(start.kind === 'image' && { permissions: toolhivePermissions(manifest.permissions) }),
    ...(start.kind === 'endpoint' && oauth(start.remote)),
    custom_metadata: { [ownKey(registry)]: meta[ownKey(registry)] },
  };
}

function oauth({ authorization }: NonNullable<Manifest['remote']>): object {
  if (authorization === undefined) return {};
  const { issuer, client_id: client, scopes } = authorization;
  return {
    oauth_config: {
      issuer,
      ...(client !== undefined && { client_id: client }),
      ...(scopes !== undefined && { scopes }),
    },
  };
}

/** Nothing for an image whose port nobody knows. */
function imagePackage(
  { launch }: Manifest,
  { reference, words }: Extract<DirectStart, { kind: 'image' }>,
): { readonly packages: readonly PackageJson[] } | undefined {
  const transport = imageTransport(launch?.transport);
  if (transport === undefined) return undefined;
  const variables = (launch?.environment ?? []).map((input): Input => ({ name: input.name, ...inputJson(input) }));
  return {
    packages: [
      {
        registryType: 'oci',
        identifier: reference,
        ...(words.length > 0 && { packageArguments: words.map(wordJson) }),
        ...(variables.length > 0 && { environmentVariables: variables }),
        transport,
      },
    ],
  };
}

const wordJson = (word: Word): Input =>
  'value' in word
    ? fixedWord(word.value)
    : { type: 'positional', valueHint: word.asked.name.replace(/^-+/u, ''), ...inputJson(word.asked) };

function imageTransport(transport: NonNullable<Manifest['launch']>['transport']): TransportJson | undefined {
  if (transport === undefined) return { type: 'stdio' };
  const { type, port, path = '/' } = transport;
  return port === undefined ? undefined : { type, url: `http://localhost:${port}${path}` };
}

const endpoint = ({ url, transport, headers = [] }: NonNullable<Manifest['remote']>): TransportJson => ({
  type: transport,
  url,
  ...(headers.length > 0 && {
    headers: headers.map((header) => ({
      name: header.name,
      ...inputJson(header),
      ...(header.value !== undefined && { value: header.value }),
    })),
  }),
});
