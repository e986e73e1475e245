/**
 * Reads what an MCPB bundle says of itself in its manifest.json
 * (https://github.com/modelcontextprotocol/mcpb/blob/main/MANIFEST.md, versions 0.1 to 0.4). Its signature is not looked at,
 * and neither are its lists of tools and prompts: these are claims, and what the server offers is captured.
 */
import { validRange as pythonRange } from '@renovatebot/pep440';
import { validRange as nodeRange } from 'semver';
import { isJsonObject, JsonError, parseJson, type JsonObject } from '../../core/json.ts';
import { maxBundleManifestBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { licenseIn } from '../npm/package-json.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { readInputs, type BundleInput } from './inputs.ts';
import { partsOf } from './placeholders.ts';
import { startOn, type BundleStart, type System } from './start.ts';

/** A bundle. Its program and environment are those of the first system that it is for. */
export interface Bundle extends BundleStart {
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly description?: string;
  readonly license?: string;
  /** An https address. */
  readonly repository?: string;
  readonly author?: string;
  /** The other systems on which it is started in another way. */
  readonly overrides: ReadonlyMap<System, BundleStart>;
  /** By the names that placeholders use. */
  readonly inputs: ReadonlyMap<string, BundleInput>;
  /** The systems that it is for. Absent means all. */
  readonly platforms?: readonly System[];
  /** The versions that it needs: a range of semver for Node, of PEP 440 for Python. */
  readonly runtimes: { readonly node?: string; readonly python?: string };
}

const systems: readonly System[] = ['linux', 'darwin', 'win32'];

/**
 * `what` is what messages call the bundle.
 * @throws Refusal E_ARCHIVE where the manifest.json is not what the format says, E_SCHEMA_VERSION, E_TOO_LARGE, and E_UNSUPPORTED
 * where something else than the bundle's own file is started
 */
export function describeBundle(files: readonly PackageFile[], what: string): Bundle {
  const refuse = (why: string): never => {
    throw new Refusal('E_ARCHIVE', `the manifest.json of ${what} ${why}`, 'ask the publisher of the bundle');
  };
  const manifest = readManifest(files, what);
  const { name, version, server, user_config: asked } = manifest;
  if (typeof name !== 'string' || name === '') return refuse('has no name');
  if (typeof version !== 'string' || !/^\S+$/u.test(version)) return refuse('has no version');
  if (!isJsonObject(server)) return refuse('does not say how it is started');
  const platforms = platformsIn(manifest);
  const around = { what, files: new Map(files.map((file) => [file.path, file])), refuse };
  const starts = (platforms ?? systems).map((system): [System, BundleStart] => [
    system,
    startOn(system, server, around),
  ]);
  const [[, first], ...others] = starts as [[System, BundleStart], ...[System, BundleStart][]];
  const inputs = readInputs(asked, refuse);
  for (const [, { program, environment }] of starts)
    for (const word of [...program.arguments, ...environment.values()])
      for (const part of partsOf(word))
        if (part.kind === 'input' && !inputs.has(part.name))
          refuse(`uses user_config.${part.name.slice(0, 100)}, which it does not declare`);
  const license = licenseIn(manifest);
  const repository = addressIn(manifest.repository);
  return {
    name,
    version,
    ...text('title', manifest.display_name, 100),
    ...text('description', manifest.description, 500),
    ...(license !== undefined && { license }),
    ...(repository !== undefined && { repository }),
    ...text('author', isJsonObject(manifest.author) ? manifest.author.name : manifest.author, 100),
    ...first,
    overrides: new Map(others.filter(([, start]) => asText(start) !== asText(first))),
    inputs,
    ...(platforms !== undefined && { platforms }),
    runtimes: runtimesIn(manifest),
  };
}

const asText = ({ program, environment }: BundleStart): string => JSON.stringify([program, [...environment]]);

function readManifest(files: readonly PackageFile[], what: string): JsonObject {
  const remedy = 'ask the publisher of the bundle';
  const content = files.find(({ path }) => path === 'manifest.json')?.content;
  if (content === undefined) throw new Refusal('E_ARCHIVE', `${what} holds no manifest.json`, remedy);
  if (content.byteLength > maxBundleManifestBytes)
    throw new Refusal(
      'E_TOO_LARGE',
      `the manifest.json of ${what} is larger than ${maxBundleManifestBytes} bytes`,
      remedy,
    );
  let manifest: unknown;
  try {
    manifest = parseJson(content);
  } catch (cause) {
    const why = cause instanceof JsonError ? cause.message : 'not JSON';
    throw new Refusal('E_ARCHIVE', `the manifest.json of ${what} cannot be read: ${why}`, remedy, { cause });
  }
  if (!isJsonObject(manifest)) throw new Refusal('E_ARCHIVE', `the manifest.json of ${what} is no object`, remedy);
  // Until version 0.2 the format was called DXT.
  const version = manifest.manifest_version ?? manifest.dxt_version;
  if (typeof version !== 'string' || !/^0\.[1-4](?:\.\d+)?$/u.test(version))
    throw new Refusal(
      'E_SCHEMA_VERSION',
      `the manifest.json of ${what} has the version ${(JSON.stringify(version) ?? 'nothing').slice(0, 40)}, not one from 0.1 to 0.4`,
      'use a bundle of one of these versions, or a newer version of this program',
    );
  return manifest;
}

const compatibilityOf = ({ compatibility }: JsonObject): JsonObject =>
  isJsonObject(compatibility) ? compatibility : {};

/** Names that no system has are passed over, so that a list of nothing else is none. */
function platformsIn(manifest: JsonObject): readonly System[] | undefined {
  const { platforms } = compatibilityOf(manifest);
  const known = Array.isArray(platforms) ? systems.filter((system) => platforms.includes(system)) : [];
  return known.length === 0 ? undefined : known;
}

/** The maximum length of a range, as in schemas/lock.schema.json. */
const maxRangeLength = 200;

/** A range that cannot be read says nothing. */
function runtimesIn(manifest: JsonObject): Bundle['runtimes'] {
  const { runtimes } = compatibilityOf(manifest);
  const { node, python } = isJsonObject(runtimes) ? runtimes : {};
  // Bundles write Python's ranges as npm has them too, with spaces.
  const pep440 = typeof python === 'string' ? python.trim().replaceAll(/\s*,\s*|\s+(?=[<>=!~])/gu, ',') : '';
  const isRange = (range: unknown): range is string =>
    typeof range === 'string' && range.trim() !== '' && range.length <= maxRangeLength;
  return {
    ...(isRange(node) && nodeRange(node, { loose: true }) !== null && { node }),
    ...(isRange(pep440) && pythonRange(pep440) && { python: pep440 }),
  };
}

function addressIn(value: unknown): string | undefined {
  const url = isJsonObject(value) ? value.url : value;
  const plain = typeof url === 'string' ? url.replace(/^git\+/u, '').replace(/\.git$/u, '') : '';
  return /^https:\/\/[^\s<>"'`\\]+$/u.test(plain) ? plain : undefined;
}

/** On one line, and no longer than a manifest's field. */
function text<K extends string>(field: K, value: unknown, maxLength: number): { readonly [key in K]?: string } {
  const line =
    typeof value === 'string' ? value.replaceAll(/\s+/gu, ' ').trim().slice(0, maxLength).toWellFormed() : '';
  return line === '' ? {} : ({ [field]: line } as { readonly [key in K]: string });
}
