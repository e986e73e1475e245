/** clients/: what administrators give to clients, so that they start approved servers through the launcher and nothing else. */
import { compareText } from '../../../../core/order.ts';
import type { ExportedFile, ServerExport } from '../export.ts';
import { pathPart } from '../path-part.ts';
import { clientFiles } from './client-files.ts';
import { clientPart, clientServer, type ClientServer } from './client-server.ts';

export const clients: ServerExport = {
  partOf: clientPart,
  filesOfAll: function* (parts, { shown }) {
    const servers = parts.map((part) => clientServer(part, shown.environment));
    const everyones = servers.filter(({ audience, runnable }) => audience === undefined && runnable);
    yield* filesIn('clients', everyones);
    for (const [group, own] of groupsOf(servers))
      yield* filesIn(`clients/groups/${pathPart(group)}`, [...everyones, ...own].sort(byName));
  },
};

function* filesIn(folder: string, servers: readonly ClientServer[]): Generator<ExportedFile> {
  for (const { path, text } of clientFiles) yield [`${folder}/${path}`, Buffer.from(text(servers))];
}

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
