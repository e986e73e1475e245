/** What a lock loads, as packages: those that it pins by bytes of their own, and those that lie inside them. */
import type { BundledPackage, Lock } from '../schemas/types.ts';
import { partsOf, rootOf } from './kinds.ts';
import { labelOf, type Part, type PartName } from './part.ts';

/** What holds the bytes of a package: a part of the lock, or an image. */
export interface Holder extends Pick<Part, 'file' | 'folder' | 'optional' | 'platform'> {
  /** How people write it. */
  readonly label: string;
}

/** One package, or a tree that is none, at the place where it is loaded from. */
export interface LoadedPackage extends PartName {
  /** As its own metadata says. */
  readonly license?: string;
  /** The folder in which it is installed. */
  readonly path: string;
  readonly holder: Holder;
  /** Its own part of the lock; absent where it lies inside its holder. */
  readonly part?: Part;
  /** Where it lies inside its holder; absent where it has a part of its own. */
  readonly bundledAt?: string;
}

/** Older than every version, so that an advisory about all versions is about this one too. */
export const unknownVersion = '0.0.0-unknown';

/** Everything that a lock loads, bundled packages included: each as often as it is installed. */
export const loadedPackages = (lock: Lock): LoadedPackage[] => [...loadedFrom(partsOf(lock)), ...insideImage(lock)];

/** The same, of some parts of a lock. */
export const loadedFrom = (parts: readonly Part[]): LoadedPackage[] =>
  parts.flatMap((part) => {
    const { file, folder, optional, platform } = part;
    const holder: Holder = {
      label: labelOf(part),
      folder,
      ...(file !== undefined && { file }),
      ...(optional !== undefined && { optional }),
      ...(platform !== undefined && { platform }),
    };
    return [ownOf(part, holder), ...bundledIn(holder, part.bundled)];
  });

/** Those of all its platforms. An image has no parts: an engine keeps its layers. */
export function insideImage({ artefact, closure }: Pick<Lock, 'artefact' | 'closure'>): LoadedPackage[] {
  if (closure.kind !== 'oci' || artefact === undefined) return [];
  const label = artefact.url.slice(artefact.url.lastIndexOf('/') + 1);
  const inside = bundledIn({ label, folder: imageFolder }, closure.bundled);
  // Platforms may hold other versions at one path, and each needs a place of its own.
  return [...Map.groupBy(inside, ({ path }) => path).values()].flatMap((same) =>
    same.map((each, at) => (at === 0 ? each : { ...each, path: `${each.path}#${at + 1}` })),
  );
}

/** The place of an image among those of packages. */
const imageFolder = 'image';

/** The artefact itself, among what it loads. */
export const artefactIn = (lock: Lock): LoadedPackage | undefined =>
  loadedPackages(lock).find(({ path }) => path === rootOf(lock));

const ownOf = (part: Part, holder: Holder): LoadedPackage => {
  const { type, name, version, license, folder } = part;
  return { type, name, version, ...(license !== undefined && { license }), path: folder, holder, part };
};

const bundledIn = (holder: Holder, bundled: readonly BundledPackage[] = []): LoadedPackage[] =>
  bundled.map(({ path: bundledAt, type = 'npm' as const, name, version = unknownVersion, license }): LoadedPackage => ({
    type,
    name,
    version,
    ...(license !== undefined && { license }),
    path: `${holder.folder}/${bundledAt}`,
    holder,
    bundledAt,
  }));

/** How many packages a lock pins. One of several files counts once, and one that is installed at several places as often. */
export const packageCount = (lock: Lock): number =>
  new Set(partsOf(lock).map((part) => (part.file === undefined ? part.folder : labelOf(part)))).size;

/** Where somebody has to look for a package; nothing where it has bytes of its own. */
export const bundlerOf = ({ holder, bundledAt }: LoadedPackage): string | undefined =>
  bundledAt === undefined ? undefined : holder.label;
