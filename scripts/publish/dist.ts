/** Writes dist/: everything that a registry publishes. It signs nothing; the same input gives the same bytes. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asDiskFailure } from '../../core/disk.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { parseJson } from '../../core/json.ts';
import { parseLock } from '../../core/lock.ts';
import { keyringPath, targetPath } from '../../core/metadata.ts';
import { stagingName, sweepStaging } from '../../store/staging.ts';
import { recordPath } from '../../core/statement.ts';
import type { Problem } from '../../core/problem.ts';
import type { RegistryConfig, ServerRecord } from '../../schemas/types.ts';
import { keyringBytes } from '../../signer/metadata/role.ts';
import type { ApprovalsStore } from '../../signer/approval/approvals-store.ts';
import { replaceFolder } from './replace-folder.ts';
import { refusesAll } from './verify-dist.ts';
import { composeCatalog, composeSearch, type Shown } from './catalog.ts';
import type { Identity } from '../../signer/identity.ts';
import { buildSite } from './site.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import type { Published } from '../../catalog/published.ts';

export interface Build {
  readonly config: RegistryConfig;
  readonly identity: Identity;
  readonly workspace: Workspace;
  readonly store: ApprovalsStore;
  readonly published: readonly Published[];
  /** What the repository metadata names in bins: records and status, by path. */
  readonly named: ReadonlyMap<string, Uint8Array>;
  /** The repository metadata, by file name. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  /** What hosts would refuse of the folder that was built. With an error among it, the old folder stays. */
  readonly verify: (dist: string) => Promise<readonly Problem[]>;
}

export interface Built {
  /** How many files the registry's part has. */
  readonly files: number;
  readonly problems: readonly Problem[];
}

/** Builds into a new folder, and puts it in place of the old one where hosts would accept it. */
export async function buildDist(build: Build): Promise<Built> {
  const { config, identity, workspace, store, published, named, metadata, verify } = build;
  const staging = join(workspace.folder, 'staging');
  await sweepStaging(staging);
  const work = join(staging, stagingName());
  try {
    const shown: Shown[] = [];
    const files = new Map<string, Uint8Array>();
    for (const server of published.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const lock = parseLock(await store.subject(server.current.lockDigest), `the lock of ${server.name}`);
      shown.push({ published: server, record: recordOf(server, named), lock });
      for (const { digest, bytes: bundle, manifestDigest, lockDigest } of server.versions) {
        files.set(`approvals/${digest}.json`, bundle);
        files.set(`manifests/${manifestDigest}.yaml`, await store.subject(manifestDigest));
        files.set(`locks/${lockDigest}.json`, await store.subject(lockDigest));
      }
    }
    const targets = new Map([...named, [keyringPath, keyringBytes(identity.keyringFile)]]);
    for (const [path, bytes] of targets) {
      // For people; hosts read the one whose name holds its digest.
      files.set(path, bytes);
      files.set(targetPath(path, sha256(bytes)), bytes);
    }
    for (const [name, bytes] of metadata) files.set(`metadata/${name}`, bytes);
    files.set('search.json', canonicalJson(composeSearch(shown)));

    const catalogFile = join(work, 'catalog.json');
    const dist = join(work, 'dist');
    await mkdir(work, { recursive: true });
    await writeFile(catalogFile, canonicalJson(composeCatalog(config, identity, shown)));
    await buildSite(catalogFile, dist);
    for (const [path, bytes] of files) {
      await mkdir(dirname(join(dist, path)), { recursive: true });
      await writeFile(join(dist, path), bytes);
    }
    const problems = await verify(dist);
    // What hosts refuse of one server holds up no other, and no revocation: only what they refuse as a whole does.
    if (!refusesAll(problems)) await replaceFolder(dist, workspace.dist);
    return { files: files.size, problems };
  } catch (error) {
    throw asDiskFailure(error, workspace.dist);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What the pages show of a server is the record that the metadata names. */
function recordOf({ name }: Published, named: Build['named']): ServerRecord {
  const bytes = named.get(recordPath(name));
  if (bytes === undefined) throw new Error(`${name} has no record`);
  return parseJson(bytes) as ServerRecord;
}
