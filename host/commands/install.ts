import type { Command } from 'commander';
import { print, progress } from '../output.ts';
import { openServers, parseSpec, withCommonOptions, type CommonOptions } from './common.ts';

/** `countersign install`: fetches and checks a server, so that it starts fast and without a network. */
export function install(program: Command): void {
  withCommonOptions(program.command('install <name[@version]>'))
    .description('fetch, check and unpack a server without starting it')
    .action(async (spec: string, options: CommonOptions) => {
      const { name, version } = parseSpec(spec);
      const servers = await openServers(options);
      const server = await servers.registry.server(name, version);
      const fetched = await servers.install(server, progress(`installing ${name}`));
      servers.checkInstalled(server);
      const folder = servers.folderOf(server);
      print(options.json, { schemaVersion: 1, name, version: server.entry.version, folder, fetched }, [
        `${name} ${server.entry.version} is ${fetched ? 'installed' : 'installed already'}, and every file is the approved one`,
      ]);
    });
}
