/** Reads what `uv` resolved: a `pylock.toml` (https://packaging.python.org/en/latest/specifications/pylock-toml/). */
import { valid } from '@renovatebot/pep440';
import { parse, TomlError } from 'smol-toml';
import { Failure } from '../../core/failure.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { isSameVersion, parseWheelName } from './wheel-name.ts';

export interface PinnedWheel {
  readonly file: string;
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

export interface PinnedPackage {
  /** In its normal form. */
  readonly name: string;
  readonly version: string;
  /** Where it is needed. Everywhere if absent. */
  readonly marker?: string;
  readonly requiresPython?: string;
  readonly wheels: readonly PinnedWheel[];
}

/**
 * One name may be there with several versions, which are then needed in different places. Addresses are left out: they
 * are those of one index.
 * @throws Failure `not-a-pylock`, `unpinned` for a package without wheels, or from outside the index
 */
export function readPylock(text: string): PinnedPackage[] {
  let value: JsonObject;
  try {
    value = parse(text);
  } catch (cause) {
    throw notAPylock(cause instanceof TomlError ? `line ${cause.line} is no TOML` : 'it is no TOML', cause);
  }
  const version = value['lock-version'];
  if (typeof version !== 'string' || !/^1\.\d+$/u.test(version))
    throw notAPylock(`its version is ${JSON.stringify(version)}, not 1.0`);
  if (!Array.isArray(value.packages) || !value.packages.every(isJsonObject)) throw notAPylock('it has no packages');
  const packages = value.packages.map(readPackage);
  const specs = packages.map((each) => `${each.name}==${each.version}`);
  const twice = specs.find((spec, index) => specs.indexOf(spec) !== index);
  if (twice !== undefined) throw notAPylock(`it has ${twice} twice`);
  return packages;
}

const notAPylock = (what: string, cause?: unknown): Failure =>
  new Failure('not-a-pylock', `what uv resolved cannot be read: ${what}`, 'install the newest uv, and try again', {
    cause,
  });

function readPackage(pinned: JsonObject): PinnedPackage {
  const { name, version, marker, wheels, 'requires-python': requiresPython } = pinned;
  if (typeof name !== 'string' || !/^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(name))
    throw notAPylock(`${JSON.stringify(name)} is no name of a package`);
  if (['vcs', 'directory', 'archive'].some((key) => pinned[key] !== undefined)) throw outside(name);
  if (typeof version !== 'string' || valid(version) === null)
    throw notAPylock(`${name} has the version ${JSON.stringify(version)}`);
  if (marker !== undefined && typeof marker !== 'string') throw notAPylock(`${name} has a marker that is no text`);
  if (requiresPython !== undefined && typeof requiresPython !== 'string')
    throw notAPylock(`${name} asks for a Python with what is no text`);
  if (wheels !== undefined && !(Array.isArray(wheels) && wheels.every(isJsonObject)))
    throw notAPylock(`${name} has wheels that are no list`);
  if (wheels === undefined || wheels.length === 0) throw onlySource(name);
  return {
    ...{
      name,
      version,
      ...(marker !== undefined && { marker }),
      ...(requiresPython !== undefined && { requiresPython }),
    },
    wheels: wheels.map((wheel) => readWheel(name, version, wheel)),
  };
}

function readWheel(name: string, version: string, { name: given, url, size, hashes }: JsonObject): PinnedWheel {
  const file = typeof given === 'string' ? given : fileNameOf(url);
  const described = file === undefined ? undefined : parseWheelName(file);
  if (file === undefined || described === undefined) throw notAPylock(`${name} has a file that is no wheel`);
  if (described.name !== name || !isSameVersion(described.version, version))
    throw notAPylock(`${name}==${version} has ${file}, which is another package's`);
  const sha256 = isJsonObject(hashes) ? hashes.sha256 : undefined;
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/u.test(sha256)) throw withoutFacts(file, 'sha256');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw withoutFacts(file, 'size');
  return { file, sha256, size };
}

function fileNameOf(url: unknown): string | undefined {
  const name = typeof url === 'string' ? URL.parse(url)?.pathname.split('/').at(-1) : undefined;
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

/** A package of which nothing but its source can be had. To build it would run its code. */
export const onlySource = (name: string): Failure =>
  new Failure(
    'unpinned',
    `only wheels can be pinned: ${name} has only a source distribution`,
    'choose a version that has wheels, or ask its maintainer to publish some',
  );

const outside = (name: string): Failure =>
  new Failure(
    'unpinned',
    `${name} comes from outside the package index`,
    'only packages of the index can be pinned; ask its maintainer to publish it there',
  );

const withoutFacts = (file: string, what: string): Failure =>
  new Failure(
    'unpinned',
    `the package index gives no ${what} of ${file}`,
    'use an index that gives it, as PyPI does in JSON (PEP 700)',
  );
