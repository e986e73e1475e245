/** A package's document in an npm registry, as far as we read it. */
import { Failure } from '../../core/failure.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { PackageDocument, VersionFacts } from '../package-document.ts';

/** What we read of a package's document. Its shape was checked, and nothing else: nothing is true because it says so. */
export interface Packument extends PackageDocument {
  readonly versions: Readonly<Record<string, PackumentVersion | undefined>>;
  readonly 'dist-tags'?: Readonly<Record<string, string | undefined>>;
}

export interface PackumentVersion extends VersionFacts {
  readonly description?: string;
  readonly repository?: string;
  /** Unchecked. */
  readonly tarball?: unknown;
}

/** @throws Failure `not-a-packument` */
export function readPackument(name: string, bytes: Buffer): Packument {
  const wrong = (what: string, cause?: unknown): Failure =>
    new Failure(
      'not-a-packument',
      `the npm registry's answer for ${name} ${what}`,
      'check the registry that npm is configured with',
      { cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw wrong('is not JSON', cause);
  }
  if (!isJsonObject(value)) throw wrong('is not an object');
  const { versions, 'dist-tags': tags, time } = value;
  if (!isJsonObject(versions) || !Object.values(versions).every(isJsonObject)) throw wrong('has no object of versions');
  if (tags !== undefined && !isJsonObject(tags)) throw wrong('has dist-tags that are not an object');
  if (time !== undefined && !isJsonObject(time)) throw wrong('has times that are not an object');
  const named = [...Object.keys(versions), ...Object.values(tags ?? {})];
  if (!named.every((version) => typeof version === 'string' && versionForm.test(version)))
    throw wrong('names versions that are not versions');
  return {
    versions: mapped(versions, (version) => readVersion(version as JsonObject)),
    ...(tags !== undefined && { 'dist-tags': mapped(tags, string) }),
    // An unpublished package has an object among the times.
    ...(time !== undefined && { time: mapped(time, string) }),
  };
}

/** Loose, because versions of old packages are. No character in it has a meaning in an address, in YAML or on a terminal. */
const versionForm = /^[0-9A-Za-z.+-]{1,256}$/u;

/** Old packages have all kinds of things in these fields; only text is of use. */
function readVersion(version: JsonObject): PackumentVersion {
  const { description, license, repository, _npmUser: user, dist } = version;
  const fields = {
    description: string(description),
    license: string(license),
    repository: string(isJsonObject(repository) ? repository.url : repository),
    publisher: string(isJsonObject(user) ? user.name : undefined),
    hasInstallScript: showsInstallScript(version) ? true : undefined,
    isAttested: isJsonObject(dist) && isJsonObject(dist.attestations) ? true : undefined,
    tarball: isJsonObject(dist) ? dist.tarball : undefined,
    integrity: string(isJsonObject(dist) ? dist.integrity : undefined),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The full document has the scripts, the short one only says that there are some. */
const showsInstallScript = ({ scripts, hasInstallScript }: JsonObject): boolean =>
  hasInstallScript === true ||
  (isJsonObject(scripts) && ['preinstall', 'install', 'postinstall'].some((name) => typeof scripts[name] === 'string'));

const string = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function mapped<T>(object: JsonObject, read: (value: unknown) => T): Readonly<Record<string, T>> {
  const result = Object.create(null) as Record<string, T>;
  for (const [key, value] of Object.entries(object)) result[key] = read(value);
  return result;
}
