/** A package index on loopback: projects as PyPI serves them, in JSON or in the HTML of older indexes. */
import type { ServerResponse } from 'node:http';
import { sha256 } from '../../core/digest.ts';
import { normalPypiName } from '../../core/pypi-name.ts';
import { serveFiles, type FileServer } from './file-server.ts';

export interface FakeRelease {
  readonly name: string;
  readonly version: string;
  /** File names; `<name>-<version>-py3-none-any.whl` where not given. With their content, where it matters. */
  readonly files?: readonly string[] | Readonly<Record<string, Buffer>>;
  /** As in `Requires-Dist`. */
  readonly requires?: readonly string[];
  readonly requiresPython?: string;
  /** Instead of a day of January 2026. */
  readonly uploadedAt?: string;
  readonly yanked?: true | string;
  /** Of each file, over what is true: another digest, another address. Undefined takes a field away. */
  readonly stated?: Readonly<Record<string, unknown>>;
}

/** `files` of the server take the place of what is true, and may answer anything at all. */
export interface FakeIndex extends FileServer {
  /** Of the simple interface. */
  readonly index: string;
  /** The digest of a file, as it truly is. */
  digest(file: string): string;
}

/** Closed after the tests of the file. */
export async function startIndex(
  releases: readonly FakeRelease[],
  format: 'json' | 'html' = 'json',
): Promise<FakeIndex> {
  const server = await serveFiles();
  const contents = new Map(releases.flatMap((release) => [...filesOf(release)]));
  server.otherwise = (path, response) => {
    const [, name] = /^simple\/([^/]+)\/$/u.exec(path) ?? [];
    const own = releases.filter((release) => normalPypiName(release.name) === name);
    const file = path.replace(/^files\//u, '');
    const described = releases.find((release) =>
      [...filesOf(release).keys()].some((each) => file === `${each}.metadata`),
    );
    if (name !== undefined && own.length > 0) sendProject(response, name, own.flatMap(entriesOf), format);
    else if (described !== undefined) response.end(metadata(described));
    else if (contents.has(file)) response.end(contents.get(file));
    else response.writeHead(404).end();
  };
  const digest = (file: string): string => sha256(contents.get(file) ?? Buffer.alloc(0));
  return Object.assign(server, { index: `${server.url}/simple/`, digest });
}

function filesOf({ name, version, files }: FakeRelease): ReadonlyMap<string, Buffer> {
  const given = files ?? [`${normalPypiName(name).replaceAll('-', '_')}-${version}-py3-none-any.whl`];
  if (Array.isArray(given)) return new Map((given as string[]).map((file) => [file, Buffer.from(`the file ${file}`)]));
  return new Map(Object.entries(given as Readonly<Record<string, Buffer>>));
}

/** As the simple interface describes each file (PEP 691, PEP 700). The description of its package is served beside it. */
const entriesOf = (release: FakeRelease): Readonly<Record<string, unknown>>[] =>
  [...filesOf(release)].map(([file, bytes]) => ({
    filename: file,
    url: `../../files/${file}`,
    hashes: { sha256: sha256(bytes) },
    size: bytes.byteLength,
    'upload-time': release.uploadedAt ?? '2026-01-01T00:00:00.000000Z',
    yanked: release.yanked ?? false,
    ...(file.endsWith('.whl') && { 'core-metadata': { sha256: sha256(metadata(release)) } }),
    ...(release.requiresPython !== undefined && { 'requires-python': release.requiresPython }),
    ...release.stated,
  }));

const metadata = ({ name, version, requires = [], requiresPython }: FakeRelease): string =>
  [
    ...['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`],
    ...(requiresPython === undefined ? [] : [`Requires-Python: ${requiresPython}`]),
    ...requires.map((each) => `Requires-Dist: ${each}`),
    '',
  ].join('\n');

function sendProject(
  response: ServerResponse,
  name: string,
  files: readonly Readonly<Record<string, unknown>>[],
  format: 'json' | 'html',
): void {
  if (format === 'json') {
    response.writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' });
    response.end(JSON.stringify({ meta: { 'api-version': '1.1' }, name, files }));
    return;
  }
  const links = files.map(({ filename, url, hashes, yanked, 'requires-python': python }) => {
    const digest = (hashes as { sha256?: string }).sha256;
    const more = [
      ...(python === undefined ? [] : [` data-requires-python="${(python as string).replaceAll('>', '&gt;')}"`]),
      ...(yanked === false ? [] : [` data-yanked="${yanked === true ? '' : (yanked as string)}"`]),
    ];
    return `<a href="${url as string}${digest === undefined ? '' : `#sha256=${digest}`}"${more.join('')}>${filename as string}</a>`;
  });
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end(`<!DOCTYPE html>\n<html><body>\n${links.join('<br/>\n')}\n</body></html>\n`);
}
