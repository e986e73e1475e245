/** What a lock loads. Every question about the packages of a lock is asked here; only installing needs their places alone. */
import type { Lock, LockedPackage } from '../schemas/types.ts';

/** One package, at the place where Node finds it: a package of the closure, or one that lies inside its tarball. */
export interface LoadedPackage {
  readonly name: string;
  /** `unknownVersion` where a bundled package says none. */
  readonly version: string;
  /** As its own package.json says. */
  readonly license?: string;
  /** The folder in which it is installed. */
  readonly path: string;
  /** The package of the closure whose tarball holds its bytes: itself, unless it is bundled. */
  readonly holder: LockedPackage;
  /** Where it lies inside the tarball of its holder; absent where the tarball is its own. */
  readonly bundledAt?: string;
}

/** Older than every version, so that an advisory about all versions is about this one too. */
export const unknownVersion = '0.0.0-unknown';

/** Everything that a lock loads, bundled packages included: each as often as it is installed. */
export const loadedPackages = ({ closure }: Lock): LoadedPackage[] =>
  Object.entries(closure.packages).flatMap(([path, holder]) => [ownOf(path, holder), ...bundledIn(path, holder)]);

/** The same, of some packages of a closure whose places do not matter. */
export const loadedWith = (packages: readonly LockedPackage[]): LoadedPackage[] =>
  packages.flatMap((holder) => {
    const path = `node_modules/${holder.name}`;
    return [ownOf(path, holder), ...bundledIn(path, holder)];
  });

/** The packages that a lock pins by their own tarballs: those that a package registry can be asked about. */
export const packagesOf = ({ closure }: Lock): LockedPackage[] => Object.values(closure.packages);

/** The artefact itself, among what it loads. */
export const artefactIn = (lock: Lock): LoadedPackage | undefined =>
  loadedPackages(lock).find(({ path }) => path === lock.closure.root);

const ownOf = (path: string, holder: LockedPackage): LoadedPackage => ({
  name: holder.name,
  version: holder.version,
  ...(holder.license !== undefined && { license: holder.license }),
  path,
  holder,
});

const bundledIn = (path: string, holder: LockedPackage): LoadedPackage[] =>
  (holder.bundled ?? []).map(({ path: bundledAt, name, version = unknownVersion, license }) => ({
    name,
    version,
    ...(license !== undefined && { license }),
    path: `${path}/${bundledAt}`,
    holder,
    bundledAt,
  }));

/** Where somebody has to look for a package; nothing where it has a tarball of its own. */
export const bundlerOf = ({ holder, bundledAt }: LoadedPackage): string | undefined =>
  bundledAt === undefined ? undefined : `${holder.name}@${holder.version}`;
