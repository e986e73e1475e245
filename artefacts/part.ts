/** What a lock pins by its digest, in words that hold for every kind of artefact. */
import { normalPypiName } from '../core/pypi-name.ts';
import type { BundledPackage, LockedArchive, LockedPackage, LockedWheel } from '../schemas/types.ts';

/** The registries of packages that advisories, licences and dependencies are about, as package URLs name them. */
export type PackageType = (typeof packageTypes)[number];
export const packageTypes = ['npm', 'pypi'] as const;

/** A tree of files that is no package of a registry: nothing can be asked about its name. */
export type TreeType = 'mcpb' | 'tarball' | 'git';

export type PartType = PackageType | TreeType;

/** What bytes are of, wherever they lie. */
export interface PartName {
  readonly type: PartType;
  /** Of a tree: the address that it is fetched from. */
  readonly name: string;
  /** Of a git commit: its id. Of another tree: the version of the server. */
  readonly version: string;
}

/** A package that a registry can be asked about. */
export interface PackageName extends PartName {
  readonly type: PackageType;
}

export const isPackage = <P extends Pick<PartName, 'type'>>(part: P): part is P & Pick<PackageName, 'type'> =>
  part.type === 'npm' || part.type === 'pypi';

/** A package or a tree by its bytes: all that is needed to fetch them, and to know them again. */
export interface PinnedPackage extends PartName {
  readonly integrity: string;
  /** Its file, where a version has several. */
  readonly file?: string;
}

/** One archive, which a host unpacks into a folder of its own. */
export interface Part extends PinnedPackage {
  /** As its own metadata says. */
  readonly license?: string;
  readonly tree: string;
  /** Where it is unpacked, relative to the installed tree, with forward slashes. */
  readonly folder: string;
  /** Whether the server works without it, so that a foreign platform may leave it out. */
  readonly optional?: true;
  /** Whether an installer would run a script of it. Hosts never run one. */
  readonly hasInstallScript?: true;
  /** Where it looks for modules, in its folder; absent where it is searched from its top. */
  readonly paths?: readonly string[];
  /** What it is for, in words; absent where it runs everywhere. */
  readonly platform?: string;
  /** The packages inside it. */
  readonly bundled?: readonly BundledPackage[];
  /** Everything that the lock says about it. */
  readonly entry: LockedPackage | LockedWheel | LockedArchive;
}

/** The names of the registries, as people write them, and OSV. */
export const registryNames: Readonly<Record<PackageType, string>> = { npm: 'npm', pypi: 'PyPI' };

/**
 * How people write it: `zod@4.1.0`, `httpx==0.28.1`; of a tree, the last word of its address: `server.mcpb#1.2.0`. No two packages
 * share one, and none has that of a tree.
 */
export function labelOf({ type, name, version }: PartName): string {
  switch (type) {
    case 'npm':
      return `${name}@${version}`;
    case 'pypi':
      return `${name}==${version}`;
    case 'mcpb':
    case 'tarball':
    case 'git':
      return `${name.slice(name.lastIndexOf('/') + 1)}#${version}`;
    default:
      return type satisfies never;
  }
}

/** The one spelling of a name that its registry knows it by. */
export const registeredName = ({ type, name }: Pick<PackageName, 'type' | 'name'>): string =>
  type === 'pypi' ? normalPypiName(name) : name;

/** Whether a package has a name, in any spelling that its registry takes for it. */
export const isNamed = ({ type, name: own }: Pick<PackageName, 'type' | 'name'>, name: string): boolean =>
  registeredName({ type, name: own }) === registeredName({ type, name });
