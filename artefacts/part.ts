/** What a lock pins by its digest, in words that hold for every kind of artefact. */
import { normalPypiName } from '../core/pypi-name.ts';
import type { BundledPackage, LockedPackage, LockedWheel } from '../schemas/types.ts';

/** The registries of packages that advisories, licences and dependencies are about, as package URLs name them. */
export type PackageType = (typeof packageTypes)[number];
export const packageTypes = ['npm', 'pypi'] as const;

/** A package, wherever its bytes lie. */
export interface PackageName {
  readonly type: PackageType;
  readonly name: string;
  readonly version: string;
}

/** A package by its bytes: all that is needed to fetch them, and to know them again. */
export interface PinnedPackage extends PackageName {
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
  readonly entry: LockedPackage | LockedWheel;
}

/** The names of the registries, as people write them, and OSV. */
export const registryNames: Readonly<Record<PackageType, string>> = { npm: 'npm', pypi: 'PyPI' };

/** How people write it: `zod@4.1.0`, `httpx==0.28.1`. No two packages share one. */
export const labelOf = ({ type, name, version }: PackageName): string =>
  `${name}${type === 'npm' ? '@' : '=='}${version}`;

/** The one spelling of a name that its registry knows it by. */
export const registeredName = ({ type, name }: Pick<PackageName, 'type' | 'name'>): string =>
  type === 'pypi' ? normalPypiName(name) : name;

/** Whether a package has a name, in any spelling that its registry takes for it. */
export const isNamed = ({ type, name: own }: Pick<PackageName, 'type' | 'name'>, name: string): boolean =>
  registeredName({ type, name: own }) === registeredName({ type, name });
