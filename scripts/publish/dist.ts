/** Writes dist/: everything that a registry publishes. It signs nothing; the same input gives the same bytes. */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { asDiskFailure } from '../../core/disk.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { parseLock } from '../../core/lock.ts';
import { compareText } from '../../core/order.ts';
import { keyringPath, statusPath, targetPath } from '../../core/metadata.ts';
import { stagingName, sweepStaging } from '../../store/staging.ts';
import { recordPath } from '../../core/statement.ts';
import type { Problem } from '../../core/problem.ts';
import type { RegistryConfig } from '../../schemas/types.ts';
import { keyringBytes } from '../../signer/metadata/role.ts';
import type { ApprovalsStore } from '../../signer/approval/approvals-store.ts';
import { replaceFolder } from './replace-folder.ts';
import { refusesAll } from './verify-dist.ts';
import { composeRecord } from '../../signer/record.ts';
import { composeCatalog, composeSearch, shownServer, type Shown } from './catalog.ts';
import type { Identity } from '../../signer/identity.ts';
import { buildSite } from './site.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import type { OpenApproval, Published } from '../../catalog/published.ts';

export interface Build {
  readonly config: RegistryConfig;
  readonly identity: Identity;
  readonly workspace: Workspace;
  readonly store: ApprovalsStore;
  readonly open: OpenApproval;
  readonly published: readonly Published[];
  /** The signed status. */
  readonly status: Uint8Array;
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
  const { config, identity, workspace, verify } = build;
  const staging = join(workspace.folder, 'staging');
  await sweepStaging(staging);
  const work = join(staging, stagingName());
  try {
    const catalogFile = join(work, 'catalog.json');
    const dist = join(work, 'dist');
    await mkdir(work, { recursive: true });
    const registryFiles = join(work, 'registry');
    const { files, shown } = await writeRegistry(build, registryFiles);
    await writeFile(catalogFile, canonicalJson(composeCatalog(config, identity, shown)));
    await buildSite(catalogFile, dist);
    await moveInto(registryFiles, dist);
    const problems = await verify(dist);
    // What hosts refuse of one server holds up no other, and no revocation: only what they refuse as a whole does.
    if (!refusesAll(problems)) await replaceFolder(dist, workspace.dist);
    return { files, problems };
  } catch (error) {
    throw asDiskFailure(error, workspace.dist);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Writes what hosts read below a folder, one server after the other, and gives what the pages show. */
async function writeRegistry(
  { identity, store, open, published, status, metadata }: Build,
  folder: string,
): Promise<{ readonly files: number; readonly shown: readonly Shown[] }> {
  let files = 0;
  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
    files++;
  };
  /** For people under its own name; hosts read the one whose name holds its digest. */
  const writeTarget = async (path: string, bytes: Uint8Array): Promise<void> => {
    await write(path, bytes);
    await write(targetPath(path, sha256(bytes)), bytes);
  };
  const shown: Shown[] = [];
  for (const server of published.toSorted((a, b) => compareText(a.name, b.name))) {
    const current = await open(server.current);
    const record = composeRecord(server, current);
    const lock = parseLock(await store.subject(current.lockDigest), `the lock of ${server.name}`);
    shown.push(shownServer(server, current, record, lock));
    await writeTarget(recordPath(server.name), canonicalJson(record));
    for (const version of server.versions) {
      const { bytes } = version.digest === current.digest ? current : await open(version);
      await write(`approvals/${version.digest}.json`, bytes);
      await write(`manifests/${version.manifestDigest}.yaml`, await store.subject(version.manifestDigest));
      await write(`locks/${version.lockDigest}.json`, await store.subject(version.lockDigest));
    }
  }
  await writeTarget(statusPath, status);
  await writeTarget(keyringPath, keyringBytes(identity.keyringFile));
  for (const [name, bytes] of metadata) await write(`metadata/${name}`, bytes);
  await write('search.json', canonicalJson(composeSearch(shown)));
  return { files, shown };
}

/** Moves every file of a folder to the same path below another, where other files may be. */
async function moveInto(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const target = join(to, relative(from, join(entry.parentPath, entry.name)));
    if (entry.isDirectory()) await mkdir(target, { recursive: true });
    else {
      await mkdir(dirname(target), { recursive: true });
      await rename(join(entry.parentPath, entry.name), target);
    }
  }
}
