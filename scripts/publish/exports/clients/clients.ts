/** clients/: what administrators give to clients, so that they start approved servers through the launcher and nothing else. */
import { sha256 } from '../../../../core/digest.ts';
import { compareText } from '../../../../core/order.ts';
import type { ExportedFile, ServerExport } from '../export.ts';
import { pathPart } from '../path-part.ts';
import { clientFiles } from './client-files.ts';
import { clientPart, clientServer, type ClientServer } from './client-server.ts';
import { marketplace } from './marketplace.ts';
import { pluginArchive, pluginPath } from './plugin-archive.ts';

export const clients: ServerExport = {
  filesOf: (server, registry) => {
    const archive = pluginArchive(server, registry);
    return archive === undefined ? [] : [[pluginPath(sha256(archive)), archive]];
  },
  partOf: clientPart,
  filesOfAll: function* (parts, registry) {
    const servers = parts.map((part) => clientServer(part, registry.shown.environment));
    const everyones = servers.filter(({ audience, runnable }) => audience === undefined && runnable);
    yield* filesIn('clients', everyones);
    yield [marketplacePath('clients'), marketplaceBytes(everyones, registry)];
    for (const [group, own] of groupsOf(servers)) {
      // Of another group, a view holds a part of what it may run.
      if (registry.shown.audience?.includes(group) === false) continue;
      const folder = `clients/groups/${pathPart(group)}`;
      yield* filesIn(folder, [...everyones, ...own].sort(byName));
      // Clients read many marketplaces, and of each other file one.
      yield [marketplacePath(folder), marketplaceBytes(own, registry, group)];
    }
  },
};

function* filesIn(folder: string, servers: readonly ClientServer[]): Generator<ExportedFile> {
  for (const { path, text } of clientFiles) yield [`${folder}/${path}`, Buffer.from(text(servers))];
}

const marketplacePath = (folder: string): string => `${folder}/claude-code/marketplace.json`;
const marketplaceBytes = (...of: Parameters<typeof marketplace>): Uint8Array => Buffer.from(marketplace(...of));

/** What each group may run besides. A group whose servers have all ended keeps its folder: where it is read, less is allowed then. */
function groupsOf(servers: readonly ClientServer[]): ReadonlyMap<string, readonly ClientServer[]> {
  const groups = new Map<string, ClientServer[]>();
  for (const server of servers)
    for (const group of new Set(server.audience)) {
      const own = groups.get(group) ?? [];
      if (server.runnable) own.push(server);
      groups.set(group, own);
    }
  return groups;
}

const byName = (a: ClientServer, b: ClientServer): number => compareText(a.name, b.name);
