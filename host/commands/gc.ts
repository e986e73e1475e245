import { collectGarbage } from '../garbage.ts';
import { homeOf } from '../home.ts';
import type { CommandSpec } from '../command-line.ts';
import { print } from '../output.ts';
import { openServers } from './common.ts';

/** `countersign gc`: deletes installed versions that may no longer run, stored packages that nothing uses, leftovers. */
export const gc: CommandSpec = {
  name: 'gc',
  words: '',
  description: 'delete versions that may no longer run, and packages that no installed server uses',
  count: [0, 0],
  run: async ({ options }) => {
    const { servers, blobs, bytes } = await collectGarbage(await openServers(options), homeOf(process.env));
    print(options.json, { schemaVersion: 1, servers, blobs, bytes }, [
      ...servers.map((server) => `removed ${server}`),
      `removed ${blobs} stored packages, ${(bytes / 1_000_000).toFixed(1)} MB`,
    ]);
  },
};
