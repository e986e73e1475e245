/**
 * What a package index says of a project: its files
 * (https://packaging.python.org/en/latest/specifications/simple-repository-api/). JSON, or the HTML of older indexes.
 */
import { isHttp } from '../../core/address.ts';
import { Failure } from '../../core/failure.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { normalPypiName } from '../../core/pypi-name.ts';
import { parseWheelName } from './wheel-name.ts';

/** What we read of a file. Its shape was checked, and nothing else: nothing is true because it says so. */
export interface ProjectFile {
  readonly file: string;
  readonly kind: 'wheel' | 'source';
  /** As the name of the file spells it. */
  readonly version: string;
  /** Absolute. Unchecked. */
  readonly url: string;
  readonly sha256?: string;
  /** In bytes. HTML does not have it, nor the time. */
  readonly size?: number;
  readonly uploadedAt?: string;
  readonly requiresPython?: string;
  /** Withdrawn, with the reason, which may be empty. */
  readonly yanked?: string;
  /** The address of its attestations (PEP 740). Unchecked. */
  readonly provenance?: string;
}

export interface Project {
  /** In its normal form. */
  readonly name: string;
  /** Wheels and source distributions. Files of other kinds, and of other names, are left out. */
  readonly files: readonly ProjectFile[];
}

/**
 * @param address what addresses without a host are relative to
 * @throws Failure `not-a-project`
 */
export function readProject(name: string, bytes: Buffer, address: string): Project {
  const text = bytes.toString('utf8');
  const files = /^\s*\{/u.test(text) ? fromJson(name, text) : fromHtml(name, text);
  const own = normalPypiName(name);
  return {
    name: own,
    files: files.flatMap(({ filename, url: named, ...rest }): ProjectFile[] => {
      const url = typeof named === 'string' ? URL.parse(named, address)?.href : undefined;
      const release = typeof filename === 'string' ? releaseOf(own, filename) : undefined;
      if (typeof filename !== 'string' || release === undefined || !isHttp(url)) return [];
      return [{ file: filename, ...release, url, ...readFields(rest) }];
    }),
  };
}

const notAProject = (name: string, what: string, cause?: unknown): Failure =>
  new Failure(
    'not-a-project',
    `the package index's answer for ${name} ${what}`,
    'check the address of the package index: it must be that of the simple interface, such as https://…/simple/',
    { cause },
  );

/** PEP 691. */
function fromJson(name: string, text: string): readonly JsonObject[] {
  let value: JsonObject;
  try {
    // It begins with a brace, so that it is an object or no JSON at all.
    value = JSON.parse(text) as JsonObject;
  } catch (cause) {
    throw notAProject(name, 'is not JSON', cause);
  }
  const { meta, files } = value;
  checkVersion(name, isJsonObject(meta) ? meta['api-version'] : undefined);
  if (!Array.isArray(files) || !files.every(isJsonObject)) throw notAProject(name, 'has no list of files');
  return files;
}

/** PEP 629: another first number means another format. */
function checkVersion(name: string, version: unknown): void {
  if (version !== undefined && !(typeof version === 'string' && /^1\.\d+$/u.test(version)))
    throw notAProject(name, `is of version ${JSON.stringify(version).slice(0, 40)} of the interface, not 1`);
}

const tag =
  /<(?<kind>a|meta)\b(?<attributes>(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*\/?>/giu;
const attribute = /(?<key>[^\s"'<>/=]+)(?:\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<plain>[^\s"'=<>`]+)))?/gu;

/** PEP 503, as the fields that JSON has. */
function fromHtml(name: string, text: string): readonly JsonObject[] {
  const files: JsonObject[] = [];
  for (const { groups } of text.matchAll(tag)) {
    const attributes = new Map<string, string>();
    for (const { groups: each } of (groups?.attributes ?? '').matchAll(attribute))
      attributes.set(each?.key?.toLowerCase() ?? '', unescaped(each?.double ?? each?.single ?? each?.plain ?? ''));
    if (groups?.kind?.toLowerCase() === 'meta') {
      if (attributes.get('name') === 'pypi:repository-version') checkVersion(name, attributes.get('content'));
      continue;
    }
    const [url = '', fragment = ''] = (attributes.get('href') ?? '').split('#', 2);
    const sha256 = /^sha256=(?<digest>[0-9a-f]+)$/iu.exec(fragment)?.groups?.digest;
    files.push({
      filename: fileNameOf(url),
      url,
      hashes: { ...(sha256 !== undefined && { sha256 }) },
      'requires-python': attributes.get('data-requires-python'),
      yanked: attributes.get('data-yanked'),
      provenance: attributes.get('data-provenance'),
    });
  }
  // A page to sign in, or of a proxy.
  if (files.length === 0) throw notAProject(name, 'lists no files');
  return files;
}

function fileNameOf(url: string): string | undefined {
  try {
    return decodeURIComponent(url.split('?', 1)[0]?.split('/').at(-1) ?? '');
  } catch {
    return undefined;
  }
}

const entities: ReadonlyMap<string, string> = new Map([
  ...([
    ['amp', '&'],
    ['lt', '<'],
    ['gt', '>'],
    ['quot', '"'],
    ['apos', "'"],
    ['#39', "'"],
  ] as const),
]);
const unescaped = (text: string): string =>
  text.replaceAll(/&(?<name>[a-z]+|#39);/gu, (whole, name: string) => entities.get(name) ?? whole);

/** Undefined for a file of another project, or of a kind that nobody publishes any more. */
function releaseOf(name: string, file: string): Pick<ProjectFile, 'kind' | 'version'> | undefined {
  const wheel = parseWheelName(file);
  if (wheel !== undefined) return wheel.name === name ? { kind: 'wheel', version: wheel.version } : undefined;
  // Names of old source distributions may hold more dashes than one.
  const { stem = '' } = /^(?<stem>[\w.!+-]+)\.(?:tar\.gz|zip)$/u.exec(file)?.groups ?? {};
  for (let at = stem.indexOf('-'); at !== -1; at = stem.indexOf('-', at + 1))
    if (normalPypiName(stem.slice(0, at)) === name) return { kind: 'source', version: stem.slice(at + 1) };
  return undefined;
}

type Fields = Omit<ProjectFile, 'file' | 'kind' | 'version' | 'url'>;

function readFields(fields: JsonObject): Fields {
  const { hashes, size, yanked, provenance, 'upload-time': uploadedAt, 'requires-python': requiresPython } = fields;
  const sha256 = isJsonObject(hashes) && typeof hashes.sha256 === 'string' ? hashes.sha256.toLowerCase() : undefined;
  return {
    ...(sha256 !== undefined && /^[0-9a-f]{64}$/u.test(sha256) && { sha256 }),
    ...(typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 && { size }),
    ...(typeof uploadedAt === 'string' && { uploadedAt }),
    ...(typeof requiresPython === 'string' && requiresPython !== '' && { requiresPython }),
    ...(yanked === true ? { yanked: '' } : typeof yanked === 'string' ? { yanked } : {}),
    ...(typeof provenance === 'string' && isHttp(provenance) && { provenance }),
  };
}
