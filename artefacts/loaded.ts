/** What a lock loads, as packages: those that it pins by bytes of their own, and those that lie inside them. */
import type { Lock } from '../schemas/types.ts';
import { partsOf, rootOf } from './kinds.ts';
import { labelOf, type Part, type PartName } from './part.ts';

/** One package, or a tree that is none, at the place where it is loaded from. */
export interface LoadedPackage extends PartName {
  /** As its own metadata says. */
  readonly license?: string;
  /** The folder in which it is installed. */
  readonly path: string;
  /** The part that holds its bytes: its own, unless it is bundled. */
  readonly holder: Part;
  /** Where it lies inside its holder; absent where the holder is its own. */
  readonly bundledAt?: string;
}

/** Older than every version, so that an advisory about all versions is about this one too. */
export const unknownVersion = '0.0.0-unknown';

/** Everything that a lock loads, bundled packages included: each as often as it is installed. */
export const loadedPackages = (lock: Lock): LoadedPackage[] => loadedFrom(partsOf(lock));

/** The same, of some parts of a lock. */
export const loadedFrom = (parts: readonly Part[]): LoadedPackage[] =>
  parts.flatMap((part) => [ownOf(part), ...bundledIn(part)]);

/** The artefact itself, among what it loads. */
export const artefactIn = (lock: Lock): LoadedPackage | undefined =>
  loadedPackages(lock).find(({ path }) => path === rootOf(lock));

const ownOf = (holder: Part): LoadedPackage => {
  const { type, name, version, license, folder } = holder;
  return { type, name, version, ...(license !== undefined && { license }), path: folder, holder };
};

const bundledIn = (holder: Part): LoadedPackage[] =>
  (holder.bundled ?? []).map(
    ({ path: bundledAt, type = 'npm' as const, name, version = unknownVersion, license }): LoadedPackage => ({
      type,
      name,
      version,
      ...(license !== undefined && { license }),
      path: `${holder.folder}/${bundledAt}`,
      holder,
      bundledAt,
    }),
  );

/** How many packages a lock pins. One of several files counts once, and one that is installed at several places as often. */
export const packageCount = (lock: Lock): number =>
  new Set(partsOf(lock).map((part) => (part.file === undefined ? part.folder : labelOf(part)))).size;

/** Where somebody has to look for a package; nothing where it has bytes of its own. */
export const bundlerOf = ({ holder, bundledAt }: LoadedPackage): string | undefined =>
  bundledAt === undefined ? undefined : labelOf(holder);
