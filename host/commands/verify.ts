import { partsFor } from '../../artefacts/kinds.ts';
import { Refusal } from '../../core/refusal.ts';
import { pinnedImage, type PinnedImage } from '../pinned-image.ts';
import type { Servers } from '../servers.ts';
import type { VerifiedServer } from '../trust/approved-servers.ts';
import type { Approval } from '../../schemas/types.ts';
import type { CommandSpec } from '../command-line.ts';
import { columns, print } from '../output.ts';
import { NotCarried } from '../trust/not-carried.ts';
import { openServers, parseSpec, sayNotCarried, type Spec } from './common.ts';

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
    const wanted = named.length > 0 ? named : await allCarried(servers);
    const results = [];
    for (const spec of wanted) {
      const { name, version } = spec;
      const asked = version === undefined ? name : `${name}@${version}`;
      const { server, unsupported, blobs, installed } = await servers.audited('verify', asked, () =>
        check(servers, spec, options['installed'] === true),
      );
      const image = pinnedImage(server.lock);
      results.push({
        name,
        version: server.entry.version,
        bundle: server.approval.bundle,
        lock: server.approval.lockDigest,
        ...(image !== undefined && { image }),
        assurance: server.approval.assurance,
        packages: unsupported === undefined ? partsFor(server.lock, servers.platform).length : 0,
        tools: server.lock.tools.length,
        storedPackages: blobs,
        ...(unsupported !== undefined && { unsupported: unsupported.message }),
        installed: installed ? (options['installed'] ? 'verified' : 'yes') : 'no',
      });
    }
    const rows = results.map((result) => [result.name, result.version, 'approved', ...wordsOf(result)]);
    print(options.json, { schemaVersion: 1, verified: results }, columns(rows));
  },
};

/** Every server, but for those that this copy of the registry does not carry. @throws NotCarried if it carries none */
async function allCarried({ registry }: Servers): Promise<readonly Spec[]> {
  const names = await registry.names();
  const wanted: Spec[] = [];
  let missing: NotCarried | undefined;
  for (const name of names)
    try {
      await registry.record(name);
      wanted.push({ name });
    } catch (error) {
      if (error instanceof NotCarried) missing = error;
      // What else is wrong with it is for its check to find, which the audit log records.
      else wanted.push({ name });
    }
  if (wanted.length === 0 && missing !== undefined) throw missing;
  sayNotCarried(names.length - wanted.length);
  return wanted;
}

interface Checked {
  readonly server: VerifiedServer;
  /** Why it cannot run on this machine. */
  readonly unsupported: Refusal | undefined;
  /** How many of its packages are stored. */
  readonly blobs: number;
  readonly installed: boolean;
}

async function check(servers: Servers, { name, version }: Spec, everyFile: boolean): Promise<Checked> {
  const server = await servers.registry.server(name, version);
  const unsupported = servers.unsupported(server);
  const blobs = unsupported === undefined ? await servers.checkBlobs(server) : 0;
  const installed = unsupported === undefined && (await servers.isInstalled(server));
  if (everyFile && installed) {
    servers.checkInstalled(server);
    await checkImage(servers, server);
  }
  return { server, unsupported, blobs, installed };
}

/** @throws Refusal E_DIGEST where the engine has another image under its name, E_TREE where it has none */
async function checkImage(servers: Servers, server: VerifiedServer): Promise<void> {
  const image = await servers.imageOf(server);
  if (image === undefined || (await image.isThere())) return;
  throw new Refusal(
    'E_TREE',
    `${image.engine.program} no longer has the image of ${server.record.name}`,
    `run \`countersign install ${server.record.name}\``,
  );
}

/** What was checked: of an endpoint no bytes, but that the approval holds and what it pins. */
function wordsOf({ assurance, unsupported, image, tools, packages, storedPackages, installed }: Verified): string[] {
  if (assurance === 'endpoint') return [`endpoint: ${tools} tools pinned, no bytes`, 'nothing to install'];
  return unsupported === undefined
    ? [
        image === undefined ? `${storedPackages}/${packages} packages stored` : `image ${image.digest}`,
        `installed: ${installed}`,
      ]
    : ['not for this machine', unsupported];
}

interface Verified {
  readonly assurance: Approval['assurance'];
  readonly unsupported?: string;
  readonly image?: PinnedImage;
  readonly tools: number;
  readonly packages: number;
  readonly storedPackages: number;
  readonly installed: string;
}
