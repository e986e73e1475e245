import { partsFor } from '../../artefacts/kinds.ts';
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
      const unsupported = servers.unsupported(server);
      const blobs = unsupported === undefined ? await servers.checkBlobs(server) : 0;
      const installed = unsupported === undefined && (await servers.isInstalled(server));
      if (options['installed'] && installed) servers.checkInstalled(server);
      results.push({
        name,
        version: server.entry.version,
        bundle: server.approval.bundle,
        lock: server.approval.lockDigest,
        packages: unsupported === undefined ? partsFor(server.lock, servers.platform).length : 0,
        storedPackages: blobs,
        ...(unsupported !== undefined && { unsupported: unsupported.message }),
        installed: installed ? (options['installed'] ? 'verified' : 'yes') : 'no',
      });
    }
    const rows = results.map((result) => [
      result.name,
      result.version,
      'approved',
      ...(result.unsupported === undefined
        ? [`${result.storedPackages}/${result.packages} packages stored`, `installed: ${result.installed}`]
        : ['not for this machine', result.unsupported]),
    ]);
    print(options.json, { schemaVersion: 1, verified: results }, columns(rows));
  },
};
