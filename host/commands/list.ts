import { mapConcurrently } from '../../core/concurrency.ts';
import { maxConcurrentDownloads } from '../../core/limits.ts';
import type { CommandSpec } from '../command-line.ts';
import { columns, print } from '../output.ts';
import { openServers } from './common.ts';

/** `countersign list`: the servers that the registry approves. */
export const list: CommandSpec = {
  name: 'list',
  words: '',
  description: 'list the servers that your registry approves',
  count: [0, 0],
  run: async ({ options }) => {
    const { registry } = await openServers(options);
    const servers = await mapConcurrently(await registry.names(), maxConcurrentDownloads, async (name) => {
      const { version, title, description, versions, artefact } = await registry.record(name);
      const state = versions.find((entry) => entry.version === version)?.state ?? 'active';
      return { name, version, state, title: title ?? name, description, endpoint: artefact === undefined };
    });
    const rows = servers.map(({ name, version, state, title, endpoint }) => [
      ...[name, version, state],
      endpoint ? `${title} (an endpoint)` : title,
    ]);
    print(options.json, { schemaVersion: 1, servers }, columns([['NAME', 'VERSION', 'STATE', 'TITLE'], ...rows]));
  },
};
