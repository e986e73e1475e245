/**
 * The API of MCP registries, version 0.1, as files. Addresses below /v0 are answered with the same files (`route.ts`).
 *
 * A list of files cannot obey a query: everything is on one page, without `nextCursor`, as clients that know registry-only
 * modes read the first page and block what is not there. A server whose current version is revoked or withdrawn is neither
 * in the list nor below `versions/latest`: clients take what they find there for what may run. Its versions say why.
 */
import type { ExportedFile, ExportedRegistry, ServerExport } from './export.ts';
import { jsonText, withList } from '../json-text.ts';
import { openApi } from './openapi.ts';
import { registryEntry } from './registry-entry.ts';
import { currentVersion, mayRun } from './runnable.ts';
import { mcpName } from './server-json.ts';

export const registryApi: ServerExport = {
  filesOf: (server, registry) => {
    const folder = `v0.1/servers/${mcpName(server.published.name, registry)}/versions`;
    const entries = server.versions.map((version) => ({
      version: version.approval.version,
      isCurrent: version === server.current,
      text: jsonText(registryEntry(server, version, registry)),
    }));
    return [
      [`${folder}.json`, listBytes(entries.map(({ text }) => text))],
      ...entries.flatMap(({ version, isCurrent, text }): ExportedFile[] => [
        ...(isCurrent && mayRun(currentVersion(server).state)
          ? [[`${folder}/latest.json`, Buffer.from(text)] as const]
          : []),
        ...(hasAddress(version) ? [[`${folder}/${version}.json`, Buffer.from(text)] as const] : []),
      ]),
    ];
  },
  partOf: (server, registry) =>
    mayRun(currentVersion(server).state) ? jsonText(registryEntry(server, server.current, registry)) : undefined,
  filesOfAll: (parts, registry: ExportedRegistry) => [
    ['v0.1/servers.json', listBytes(parts)],
    ['openapi.yaml', openApi(registry)],
  ],
};

const listBytes = (entries: readonly string[]): Uint8Array =>
  withList({ metadata: { count: entries.length } }, 'servers', entries);

/**
 * Whether a version has a file of its own. The address of one named `latest` means another, and one with parts that no
 * address may have, or that some servers of files take for a query, is in the list of versions only.
 */
export const hasAddress = (version: string): boolean =>
  version !== 'latest' && version.split('/').every((part) => /^[^.\\?#][^\\?#]*$/u.test(part));
