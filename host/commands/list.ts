import type { Command } from 'commander';
import { mapConcurrently } from '../../core/concurrency.ts';
import { maxConcurrentDownloads } from '../../core/limits.ts';
import { columns, print } from '../output.ts';
import { openServers, withCommonOptions, type CommonOptions } from './common.ts';

/** `countersign list`: the servers that the registry approves. */
export function list(program: Command): void {
  withCommonOptions(program.command('list'))
    .description('list the servers that your registry approves')
    .action(async (options: CommonOptions) => {
      const { registry } = await openServers(options);
      const servers = await mapConcurrently(await registry.names(), maxConcurrentDownloads, async (name) => {
        const { version, title, description, versions } = await registry.record(name);
        const state = versions.find((entry) => entry.version === version)?.state ?? 'active';
        return { name, version, state, title: title ?? name, description };
      });
      const rows = servers.map(({ name, version, state, title }) => [name, version, state, title]);
      print(options.json, { schemaVersion: 1, servers }, columns([['NAME', 'VERSION', 'STATE', 'TITLE'], ...rows]));
    });
}
