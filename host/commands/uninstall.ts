import type { CommandSpec } from '../command-line.ts';
import { print } from '../output.ts';
import { openServers, parseSpec } from './common.ts';

/** `countersign uninstall`: takes a server's files away. Works for servers that are no longer approved too. */
export const uninstall: CommandSpec = {
  name: 'uninstall',
  words: '<name[@version]>',
  description: "delete a server's installed files; `gc` then frees what no other server uses",
  count: [1, 1],
  run: async ({ words, options }) => {
    const { name, version } = parseSpec(words[0]);
    const servers = await openServers(options);
    const removed = await servers.uninstall(name, version);
    const what = version === undefined ? name : `${name} ${version}`;
    print(options.json, { schemaVersion: 1, name, removed }, [
      removed ? `${what} is uninstalled` : `${what} was not installed`,
    ]);
  },
};
