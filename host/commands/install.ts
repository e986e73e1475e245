import { ignoreNamedAuthorities } from '../certificates.ts';
import type { CommandSpec } from '../command-line.ts';
import { print, progress } from '../output.ts';
import { openServers, parseSpec } from './common.ts';
import { refuseEndpoint } from '../launch/refuse-endpoint.ts';

/** `countersign install`: fetches and checks a server, so that it starts fast and without a network. */
export const install: CommandSpec = {
  name: 'install',
  words: '<name[@version]>',
  description: 'fetch, check and unpack a server without starting it',
  count: [1, 1],
  run: async ({ words, options }) => {
    ignoreNamedAuthorities(process.env);
    const { name, version } = parseSpec(words[0]);
    const servers = await openServers(options);
    const server = await servers.registry.server(name, version);
    refuseEndpoint(server);
    const fetched = await servers.install(server, progress(`installing ${name}`));
    servers.checkInstalled(server);
    const folder = servers.folderOf(server);
    print(options.json, { schemaVersion: 1, name, version: server.entry.version, folder, fetched }, [
      `${name} ${server.entry.version} is ${fetched ? 'installed' : 'installed already'}, and every file is the approved one`,
    ]);
  },
};
