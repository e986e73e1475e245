import type { Command } from 'commander';
import { print } from '../output.ts';
import { openServers, parseSpec, withCommonOptions, type CommonOptions } from './common.ts';

/** `countersign uninstall`: takes a server's files away. Works for servers that are no longer approved too. */
export function uninstall(program: Command): void {
  withCommonOptions(program.command('uninstall <name[@version]>'))
    .description("delete a server's installed files; `gc` then frees what no other server uses")
    .action(async (spec: string, options: CommonOptions) => {
      const { name, version } = parseSpec(spec);
      const servers = await openServers(options);
      const removed = await servers.uninstall(name, version);
      const what = version === undefined ? name : `${name} ${version}`;
      print(options.json, { schemaVersion: 1, name, removed }, [
        removed ? `${what} is uninstalled` : `${what} was not installed`,
      ]);
    });
}
