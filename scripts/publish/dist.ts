/** Writes dist/: everything that a registry publishes. It signs nothing; the same input gives the same bytes. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { canonicalJson } from '../../core/canonical.ts';
import { mapConcurrently } from '../../core/concurrency.ts';
import { sha256 } from '../../core/digest.ts';
import { asDiskFailure } from '../../core/disk.ts';
import { keyringPath, launcherPath, statusPath, targetPath } from '../../core/metadata.ts';
import { compareText } from '../../core/order.ts';
import type { Problem } from '../../core/problem.ts';
import { manifestPath, recordPath } from '../../core/statement.ts';
import type { OpenApproval, Published } from '../../catalog/published.ts';
import { viewName, type Workspace } from '../../catalog/workspace.ts';
import type { RegistryConfig, TargetFile } from '../../schemas/types.ts';
import { makerOf } from '../../signer/approval/approval-index.ts';
import type { ApprovalsStore } from '../../signer/approval/approvals-store.ts';
import type { Identity } from '../../signer/identity.ts';
import { keyringBytes } from '../../signer/metadata/role.ts';
import { stagingName, sweepStaging } from '../../store/staging.ts';
import { readBuildCache, writeBuildCache, type BuiltServer } from './build-cache.ts';
import { searchBytes, shownRegistry } from './catalog.ts';
import { writePages } from './pages.ts';
import type { ExportedRegistry } from './exports/export.ts';
import { exportTable } from './exports/table.ts';
import { FolderWriter, targetPaths, writeServers } from './registry-files.ts';
import { replaceFolder } from './replace-folder.ts';
import type { SiteBuild } from './site.ts';
import { keepAsSpare, markOf, takeSpare } from './spare-folder.ts';
import { refusesAll } from './verify-dist.ts';
import { namedHidden, viewBytes, viewPath, type View } from './view.ts';

export interface Build {
  readonly config: RegistryConfig;
  readonly identity: Identity;
  readonly workspace: Workspace;
  readonly store: ApprovalsStore;
  readonly open: OpenApproval;
  /** Which program this is. */
  readonly program: string;
  /** What is written: the whole registry, or the servers of the view. */
  readonly published: readonly Published[];
  readonly view: View | undefined;
  /** What the repository metadata names in bins: records and status, by path. */
  readonly named: ReadonlyMap<string, TargetFile>;
  /** The signed status. */
  readonly status: Uint8Array;
  /** The repository metadata, by file name. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  /** What builds the pages. */
  readonly site: SiteBuild;
  /**
   * What hosts would refuse of the folder that was built. With an error among it, the old folder stays. Of `known`
   * servers nothing changed since hosts would have accepted them.
   */
  readonly verify: (dist: string, known: ReadonlySet<string>) => Promise<readonly Problem[]>;
}

export interface Built {
  /** How many files the registry's part has. */
  readonly files: number;
  readonly problems: readonly Problem[];
}

/** Builds into a new folder, and puts it in place of the old one where hosts would accept it. */
export async function buildDist(build: Build): Promise<Built> {
  const { config, identity, workspace, store, open, program, view, named, status, metadata, verify } = build;
  const staging = join(workspace.folder, 'staging');
  await sweepStaging(staging);
  const work = join(staging, stagingName());
  const cacheFile = join(
    workspace.cache,
    `build-${identity.environment}${view ? `-${viewName(view.groups)}` : ''}.jsonl`,
  );
  const spare = join(workspace.folder, 'spare', view === undefined ? 'whole' : viewName(view.groups));
  const registry: ExportedRegistry = { shown: shownRegistry(config, identity, view?.groups), url: config.url };
  // The groups are in what is shown of the registry.
  const maker = [makerOf(program, identity.keyring), registry, ...(view === undefined ? [] : [namedHidden(view)])];
  const madeBy = sha256(canonicalJson(maker));
  try {
    const dist = join(work, 'dist');
    await mkdir(dist, { recursive: true });
    const folder = new FolderWriter(dist);
    const { built, unchanged, problems } = await writeServers(
      build.published.toSorted((a, b) => compareText(a.name, b.name)),
      folder,
      {
        ...{ store, open, keyring: identity.keyring, registry, view, before: workspace.dist },
        recordDigest: (name) => named.get(recordPath(name))?.hashes.sha256,
        cache: await readBuildCache(cacheFile, madeBy, exportTable.length),
      },
    );
    for (const [path, bytes] of [
      [statusPath, status] as const,
      [keyringPath, keyringBytes(identity.keyringFile)] as const,
    ])
      for (const each of targetPaths(path, bytes)) await folder.write(each, bytes);
    for (const [name, bytes] of metadata) await folder.write(`metadata/${name}`, bytes);
    if (view !== undefined) await folder.write(viewPath, viewBytes(view));
    // Under its digest alone: nobody is to install what lies there under a name that stays.
    const { launcher } = identity;
    if (launcher?.bytes !== undefined)
      await folder.write(targetPath(launcherPath, launcher.file.hashes.sha256), launcher.bytes);
    const shown = [...built.values()];
    await folder.write('search.json', searchBytes(shown.map(({ row }) => row)));
    for (const [index, { filesOfAll }] of exportTable.entries()) {
      const parts = shown.flatMap(({ parts: { [index]: part } }) =>
        part === undefined ? [] : [Buffer.from(part).toString()],
      );
      for (const [path, bytes] of filesOfAll?.(parts, registry) ?? []) await folder.write(path, bytes);
    }

    const pages = join(work, 'pages');
    const before = workspace.dist;
    const same = [...built].flatMap(([name, server]) => (unchanged.has(name) ? [server] : []));
    // Another process makes the pages. Neither is left behind where the other one fails.
    let linked = 0;
    const together = [
      () => writePages({ registry: registry.shown, built, unchanged, before, site: build.site, out: pages }),
      async () => void (linked = await addUnchanged(dist, same, { before, spare })),
    ];
    await mapConcurrently(together, together.length, (task) => task());
    await moveInto(pages, dist);
    const refused = await verify(dist, unchanged);
    // What hosts refuse of one server holds up no other, and no revocation: only what they refuse as a whole does.
    if (!refusesAll(refused)) {
      await mkdir(dirname(workspace.dist), { recursive: true });
      await replaceFolder(dist, workspace.dist, { rename }, (old) => keepAsSpare(old, spare));
      const files = new Set(refused.map(({ file }) => file));
      const sound = new Map(
        [...built].flatMap(([name, server]) =>
          files.has(manifestPath(name)) ? [] : [[name, withPages(server, workspace.dist)] as const],
        ),
      );
      await mkdir(workspace.cache, { recursive: true });
      await writeBuildCache(cacheFile, madeBy, sound);
    }
    return { files: folder.files + linked, problems: [...problems, ...refused] };
  } catch (error) {
    throw asDiskFailure(error, workspace.dist);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Adds the files of servers that did not change, and says how many they are. Those of the spare folder take the place of most
 * that would be linked.
 */
async function addUnchanged(
  dist: string,
  same: readonly BuiltServer[],
  { before, spare }: { readonly before: string; readonly spare: string },
): Promise<number> {
  if (same.length === 0) return 0;
  const [fresh, taken] = [`${dist}.fresh`, `${dist}.spare`];
  const there = await takeSpare(spare, taken, new Map(same.flatMap(({ files }) => files)));
  if (there !== undefined) {
    await rename(dist, fresh);
    await rename(taken, dist);
  }
  const folder = new FolderWriter(dist);
  await folder.linkAll(same, before, there);
  if (there !== undefined) await moveInto(fresh, dist);
  return folder.files;
}

/** With its pages among its files. */
function withPages(server: BuiltServer, dist: string): BuiltServer {
  const pages = new Set(server.pages);
  const others = server.files.filter(([each]) => !pages.has(each));
  return { ...server, files: [...others, ...server.pages.map((path) => [path, markOf(join(dist, path))] as const)] };
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
