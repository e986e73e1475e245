/** Resolves an npm package to its closure as of a date, with npm's own resolver. Nothing is installed or run. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Arborist from '@npmcli/arborist';
import { mapConcurrently } from '../../core/concurrency.ts';
import { Failure, messageOf } from '../../core/failure.ts';
import { maxConcurrentDownloads } from '../../core/limits.ts';
import type { NpmRegistry } from './registry.ts';
import type { Packument } from './packument.ts';
import type { Blobs } from '../blobs.ts';
import { describePackage } from './describe.ts';
import { readTarball } from '../archives/tarball.ts';
import { toSecond } from '../../core/time.ts';
import { treeDigest } from '../../core/tree.ts';
import type { LockedPackage } from '../../schemas/types.ts';

/** A package as the resolver placed it; its content is not read yet. */
export type PlacedPackage = Pick<LockedPackage, 'name' | 'version' | 'integrity' | 'optional'>;

/** By `node_modules` path. */
export type Placement = ReadonlyMap<string, PlacedPackage>;

/**
 * Finds the place of every package of the closure.
 * @throws Failure `no-such-package`, `no-dates`, `unresolvable`, `unpinned`
 */
export const placeClosure = (name: string, version: string, asOf: Date, registry: NpmRegistry): Promise<Placement> =>
  place(`${name}@${version}`, {}, [`${name}@${version}`], asOf, registry);

/** What a package.json asks for, as a lock holds it. */
export type Asked = Pick<LockedPackage, (typeof asked)[number] | 'optionalPeers'>;

const asked = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/**
 * The same for what a tree of files asks for, which is no package of the registry: what lies beside it, as beside a package that is
 * installed. `what` is what messages call the tree.
 * @throws Failure as `placeClosure`
 */
export function placeDependencies(of: Asked, what: string, asOf: Date, registry: NpmRegistry): Promise<Placement> {
  const optionalPeers = (of.optionalPeers ?? []).map((peer) => [peer, { optional: true }]);
  const lists = asked.map((list) => [list, of[list] ?? {}]);
  return place(
    what,
    { ...Object.fromEntries(lists), peerDependenciesMeta: Object.fromEntries(optionalPeers) },
    [],
    asOf,
    registry,
  );
}

/** Resolves an empty project that asks for what `lists` says, with `add` added to it. */
async function place(
  what: string,
  lists: Readonly<Record<string, unknown>>,
  add: string[],
  asOf: Date,
  registry: NpmRegistry,
): Promise<Placement> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-resolve-'));
  try {
    const project = { name: 'closure', version: '0.0.0', private: true, ...lists };
    await writeFile(join(folder, 'package.json'), JSON.stringify(project));
    const packuments = new Map<string, Packument>();
    // It is loaded only here, because loading takes longer than most reviews without it.
    const { default: Arborist } = await import('@npmcli/arborist');
    const arborist = new Arborist({
      ...registry.options,
      path: folder,
      before: asOf,
      packumentCache: packuments,
      ignoreScripts: true,
      audit: false,
      legacyPeerDeps: false,
      installLinks: true,
      allowGit: 'none',
      allowRemote: 'none',
      allowFile: 'none',
      allowDirectory: 'none',
      omitLockfileRegistryResolved: false,
      saveExact: true,
    } as unknown as Arborist.Options);
    const tree = await arborist.buildIdealTree({ add, saveType: 'prod' }).catch((cause: unknown) => {
      throw unresolvable(what, asOf, cause);
    });
    checkDates(packuments);
    const placed = new Map<string, PlacedPackage>();
    for (const node of tree.inventory.values())
      // Optional packages that are not available are left out, as npm does.
      if (!node.isRoot && !node.inBundle && !(node.optional && node.errors.length > 0))
        placed.set(node.location, placedPackage(node));
    return new Map([...placed].sort(([a], [b]) => (a < b ? -1 : 1)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Without dates the resolver silently uses the newest versions of today, so the result would not be that of the given day. */
function checkDates(packuments: ReadonlyMap<string, Packument>): void {
  for (const [key, { time }] of packuments)
    if (time === undefined)
      throw new Failure(
        'no-dates',
        `the npm registry gives no publication dates (seen at ${key.slice(key.lastIndexOf(':') + 1)})`,
        'use a registry or mirror that gives them: without dates nobody can repeat the result',
      );
}

function unresolvable(spec: string, asOf: Date, cause: unknown): Failure {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'E404' || code === 'ETARGET')
    return new Failure(
      'no-such-package',
      `as of ${toSecond(asOf)}, ${spec} or something it depends on is not in the npm registry: ${messageOf(cause)}`,
      "check the name and the version; if it is newer than that, wait for the policy's cooldown, or give a later --as-of",
      { cause },
    );
  if (code.startsWith('EALLOW'))
    return new Failure(
      'unpinned',
      `${spec} depends on something outside the npm registry: ${messageOf(cause)}`,
      'only packages of the registry can be pinned; ask its maintainer to publish them',
      { cause },
    );
  return new Failure('unresolvable', `${spec} cannot be resolved: ${messageOf(cause)}`, 'see the message', { cause });
}

function placedPackage(node: Arborist.Node): PlacedPackage {
  const integrity = (node.integrity ?? '').split(/\s+/u).find((hash) => hash.startsWith('sha512-'));
  if (integrity === undefined || node.isLink)
    throw new Failure(
      'unpinned',
      `${node.location} (${node.packageName}@${node.version}) has no sha512 integrity`,
      'only packages of a registry that states one can be pinned',
    );
  return {
    name: node.packageName ?? node.name,
    version: node.version,
    integrity,
    ...((node.optional || node.devOptional) && { optional: true as const }),
  };
}

/**
 * Fetches every package of a placement, checks its integrity, and adds its own metadata and the digest of its unpacked files.
 * @throws Failure `unpinned` if a tarball contains another package than the placement says
 */
export async function hashPackages(
  placement: Placement,
  fetch: {
    readonly registry: NpmRegistry;
    readonly blobs: Blobs;
    readonly onFetched?: (done: number, of: number) => void;
  },
): Promise<Record<string, LockedPackage>> {
  let done = 0;
  const entries = await mapConcurrently([...placement], maxConcurrentDownloads, async ([path, placed]) => {
    const { name, version, integrity } = placed;
    const tarball = await fetch.blobs.readOr(integrity, () => fetch.registry.tarball(name, version, integrity));
    const files = readTarball(tarball, `${name}@${version}`);
    const described = describePackage(files, `${name}@${version}`);
    if (described.name !== name || described.version !== version)
      throw new Failure(
        'unpinned',
        `the tarball of ${name}@${version} holds ${described.name}@${described.version}`,
        'ask the publisher of the package',
      );
    fetch.onFetched?.(++done, placement.size);
    return [path, { ...described, ...placed, tree: treeDigest(files) }] as const;
  });
  return Object.fromEntries(entries);
}
