import type { Command } from 'commander';
import { collectGarbage } from '../garbage.ts';
import { homeOf } from '../home.ts';
import { print } from '../output.ts';
import { openServers, withCommonOptions, type CommonOptions } from './common.ts';

/** `countersign gc`: deletes installed versions that may no longer run, stored packages that nothing uses, leftovers. */
export function gc(program: Command): void {
  withCommonOptions(program.command('gc'))
    .description('delete versions that may no longer run, and packages that no installed server uses')
    .action(async (options: CommonOptions) => {
      const { servers, blobs, bytes } = await collectGarbage(await openServers(options), homeOf(process.env));
      print(options.json, { schemaVersion: 1, servers, blobs, bytes }, [
        ...servers.map((server) => `removed ${server}`),
        `removed ${blobs} stored packages, ${(bytes / 1_000_000).toFixed(1)} MB`,
      ]);
    });
}
