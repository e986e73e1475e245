import { partsOf } from '../../artefacts/kinds.ts';
import type { CommandSpec } from '../command-line.ts';
import { columns, print } from '../output.ts';
import { openServers, parseSpec, type Spec } from './common.ts';

/** `countersign verify`: proves what would run, without running it. */
export const verify: CommandSpec = {
  name: 'verify',
  words: '[name[@version]...]',
  description: 'check status, record, signature, lock and stored packages; all servers if none is named',
  count: [0, Infinity],
  options: { installed: { type: 'boolean', description: 'also hash every installed file' } },
  run: async ({ words, options }) => {
    const named = words.map((word): Spec => parseSpec(word));
    const servers = await openServers(options);
    const wanted = named.length > 0 ? named : (await servers.registry.names()).map((name): Spec => ({ name }));
    const results = [];
    for (const { name, version } of wanted) {
      const server = await servers.registry.server(name, version);
      const blobs = await servers.checkBlobs(server);
      const installed = await servers.isInstalled(server);
      if (options['installed'] && installed) servers.checkInstalled(server);
      results.push({
        name,
        version: server.entry.version,
        bundle: server.approval.bundle,
        lock: server.approval.lockDigest,
        packages: partsOf(server.lock).length,
        storedPackages: blobs,
        installed: installed ? (options['installed'] ? 'verified' : 'yes') : 'no',
      });
    }
    const rows = results.map((result) => [
      result.name,
      result.version,
      'approved',
      `${result.storedPackages}/${result.packages} packages stored`,
      `installed: ${result.installed}`,
    ]);
    print(options.json, { schemaVersion: 1, verified: results }, columns(rows));
  },
};
