import { nearest } from '../../core/did-you-mean.ts';
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
    if (removed) return print(options.json, { schemaVersion: 1, name, removed }, [`${what} is uninstalled`]);
    const installed = await servers.installed();
    const asked = version === undefined ? name : `${name}@${version}`;
    const suggestion = nearest(
      asked,
      installed.map((each) => (version === undefined ? each.name : `${each.name}@${each.version}`)),
    );
    print(options.json, { schemaVersion: 1, name, removed, ...(suggestion !== undefined && { suggestion }) }, [
      `${what} was not installed${suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`}`,
    ]);
  },
};
