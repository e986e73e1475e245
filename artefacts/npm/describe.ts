/**
 * What a lock says about a package, read from the package.json inside its tarball: from the bytes that are hashed, not
 * from what a registry says about them.
 */
import { posix } from 'node:path';
import type { LockedPackage } from '../../schemas/types.ts';
import { bundledPackages } from './bundled.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { licenseIn, parsePackageJson, versionIn } from './package-json.ts';
import { Refusal } from '../../core/refusal.ts';
import type { PackageFile } from '../archives/tarball.ts';

/** The part of a locked package that its tarball decides. */
export type Described = Omit<LockedPackage, 'integrity' | 'tree' | 'optional'>;

/** `what` is what messages call the package. @throws Refusal E_ARCHIVE where there is no readable package.json */
export function describePackage(files: readonly PackageFile[], what: string): Described {
  const manifest = packageJsonOf(files, what);
  const name = stringOr(manifest.name, '');
  const paths = new Set(files.map(({ path }) => path));
  // What a package says it bundles counts where it does: the rest is looked for outside.
  const isBundled = (dependency: string): boolean => paths.has(`node_modules/${dependency}/package.json`);
  const optional = ranges(manifest.optionalDependencies);
  const peers = ranges(manifest.peerDependencies);
  const unbundled = (all: ReadonlyMap<string, string>): [string, string][] =>
    [...all].filter(([dependency]) => !isBundled(dependency));
  const optionalPeers = Object.entries(object(manifest.peerDependenciesMeta))
    .filter(([peer, meta]) => object(meta).optional === true && peers.has(peer))
    .map(([peer]) => peer)
    .sort();
  const license = licenseIn(manifest);
  const bundled = bundledPackages(files, name);
  return {
    name,
    version: versionIn(manifest) ?? '',
    ...(license !== undefined && { license }),
    ...list('os', manifest.os),
    ...list('cpu', manifest.cpu),
    ...list('libc', manifest.libc),
    ...(hasInstallScript(manifest, files) && { hasInstallScript: true as const }),
    ...map(
      'bin',
      [...commandsOf(manifest, files)].filter(([, file]) => paths.has(file)),
    ),
    // npm lists optional dependencies among the others too.
    ...map(
      'dependencies',
      unbundled(ranges(manifest.dependencies)).filter(([dependency]) => !optional.has(dependency)),
    ),
    ...map('optionalDependencies', unbundled(optional)),
    ...map('peerDependencies', unbundled(peers)),
    ...(optionalPeers.length > 0 && { optionalPeers }),
    ...(bundled.length > 0 && { bundled }),
  };
}

/** The package.json at the top. @throws Refusal E_ARCHIVE where there is none that can be read */
export function packageJsonOf(files: readonly PackageFile[], what: string): JsonObject {
  const remedy = 'ask the publisher of the package';
  const file = files.find(({ path }) => path === 'package.json');
  if (file === undefined) throw new Refusal('E_ARCHIVE', `${what} holds no package.json`, remedy);
  try {
    return parsePackageJson(file.content);
  } catch (cause) {
    throw new Refusal('E_ARCHIVE', `the package.json of ${what} cannot be read`, remedy, { cause });
  }
}

/** npm builds what has a binding.gyp, without being told to. */
function hasInstallScript({ scripts }: JsonObject, files: readonly PackageFile[]): boolean {
  const named = object(scripts);
  return (
    ['preinstall', 'install', 'postinstall'].some((name) => typeof named[name] === 'string') ||
    files.some(({ path }) => path === 'binding.gyp')
  );
}

/**
 * Commands to files, as npm reads them: a single bin is named after the package, a folder of bins after its files, and
 * no path leads out of the package. Whether the package holds the files is not asked.
 */
export function commandsOf(
  { name, bin, directories }: JsonObject,
  files: readonly PackageFile[],
): ReadonlyMap<string, string> {
  const folder = object(directories).bin;
  const packageName = stringOr(name, '');
  const inFolder =
    typeof folder === 'string'
      ? files.map(({ path }) => path).filter((path) => path.startsWith(`${inside(folder)}/`))
      : [];
  const listed = typeof bin === 'string' ? { [packageName.slice(packageName.indexOf('/') + 1)]: bin } : object(bin);
  const named =
    bin === undefined ? inFolder.map((path): [string, string] => [posix.basename(path), path]) : [...ranges(listed)];
  return new Map(named.map(([command, file]): [string, string] => [command, inside(file)]));
}

/** Makes a path relative to the package. */
export const inside = (path: string): string =>
  posix.join('/', path.replaceAll('\\', '/')).slice(1).replace(/\/$/u, '');

const object = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

const stringOr = (value: unknown, other: string): string => (typeof value === 'string' ? value : other);

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

const ranges = (value: unknown): ReadonlyMap<string, string> =>
  new Map(Object.entries(object(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

function list(field: 'os' | 'cpu' | 'libc', value: unknown): Partial<Described> {
  const names = typeof value === 'string' ? [value] : strings(value);
  return names.length === 0 ? {} : { [field]: names };
}

const map = (
  field: 'bin' | 'dependencies' | 'optionalDependencies' | 'peerDependencies',
  entries: readonly (readonly [string, string])[],
): Partial<Described> => (entries.length === 0 ? {} : { [field]: Object.fromEntries(entries) });
