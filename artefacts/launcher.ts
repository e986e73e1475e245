/**
 * The host's own program as `npm run pack:host` packs it: what a registry publishes as `launcher/countersign.tgz`, and what
 * `countersign self-update` puts in the place of itself. The same rules hold where it is proposed, signed and unpacked.
 */
import { valid, validRange } from 'semver';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { Refusal } from '../core/refusal.ts';
import { treeDigest } from '../core/tree.ts';
import { onAnySystem, clashIn } from './archives/checks.ts';
import { readTarball, type PackageFile } from './archives/tarball.ts';
import { packageJsonOf } from './npm/describe.ts';

export const launcherName = 'countersign';
/** The file that starts it, inside its package. */
export const launcherProgram = 'bin/countersign.js';
/** The native package that only a keychain needs; it is not in the archive. */
export const keychainPackage = '@napi-rs/keyring';

/** The one that a registry publishes, as its metadata names it. */
export interface PublishedLauncher {
  readonly version: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface Launcher {
  /** A semantic version, in its one form. */
  readonly version: string;
  /** A range of versions of Node: `>=24`. */
  readonly node: string;
  /** Which version of the package for the keychain it asks for, if it knows one. */
  readonly keychain: string | undefined;
  /** Paths are relative to the package. The one that starts it is executable, as npm makes it. */
  readonly files: readonly PackageFile[];
  /** The digest of all of them, with their modes. */
  readonly tree: string;
}

/**
 * `what` is what messages call the file.
 * @throws Refusal E_ARCHIVE, E_TOO_LARGE; E_NAME for another package; E_VERSION for a version that cannot be compared
 */
export function openLauncher(bytes: Uint8Array, what: string): Launcher {
  const unpacked = readTarball(bytes, what);
  const clash = clashIn(
    unpacked.map(({ path }) => ({ path, kind: 'file' as const })),
    onAnySystem,
  );
  if (clash !== undefined) throw unfit(what, clash);
  const { name, version, engines, bin, dependencies, optionalDependencies } = packageJsonOf(unpacked, what);
  if (name !== launcherName)
    throw new Refusal('E_NAME', `${what} is the package ${shown(name)}, not ${launcherName}`, packAgain);
  if (typeof version !== 'string' || valid(version) !== version || version.length > 64)
    throw new Refusal('E_VERSION', `${what} has the version ${shown(version)}, which cannot be compared`, packAgain);
  const node = fields(engines)['node'];
  if (typeof node !== 'string' || validRange(node) === null)
    throw unfit(what, `says nothing of the Node that it needs, or ${shown(node)}`);
  if (fields(bin)[launcherName] !== launcherProgram || !unpacked.some(({ path }) => path === launcherProgram))
    throw unfit(what, `does not start with ${launcherProgram}`);
  // Nothing is installed with it.
  if (Object.keys(fields(dependencies)).length > 0) throw unfit(what, 'needs other packages, which are not in it');
  const files = unpacked.map((file) => (file.path === launcherProgram ? { ...file, executable: true } : file));
  const keychain = fields(optionalDependencies)[keychainPackage];
  return {
    version,
    node,
    keychain: typeof keychain === 'string' ? keychain : undefined,
    files,
    tree: treeDigest(files),
  };
}

const packAgain = 'pack it from a clone of the registry: `npm run pack:host`';
const unfit = (what: string, why: string): Refusal => new Refusal('E_ARCHIVE', `${what} ${why}`, packAgain);
const fields = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);
