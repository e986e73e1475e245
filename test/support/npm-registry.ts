/** An npm registry on loopback: packuments and tarballs as the real one serves them, of packages made up here. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { integrityOf } from '../../core/digest.ts';
import { tarballOf, type Entry } from './tarballs.ts';

export interface FakePackage {
  readonly name: string;
  readonly version: string;
  /** Beside name and version. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Relative to the package; package.json is added. */
  readonly files?: Readonly<Record<string, string>>;
  /** Instead of `files`. */
  readonly entries?: readonly Entry[];
  /** Instead of a day of January 2026. */
  readonly publishedAt?: string;
  /** Into the packument's `dist`, over what is true. */
  readonly dist?: Readonly<Record<string, unknown>>;
}

export interface FakeNpm {
  readonly url: string;
  /** For processes that are to use it, and nothing of this machine's npm configuration. */
  readonly env: Readonly<Record<string, string>>;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** Served in place of the real tarball. */
  readonly tampered: Map<string, Buffer>;
  tarball(name: string, version: string): Buffer;
  close(): Promise<void>;
}

interface Options {
  /** Some mirrors leave the dates out. */
  readonly withDates?: boolean;
  /** As `name@version`: not in the packument, as where a mirror lags. Their tarballs are served. */
  readonly heldBack?: readonly string[];
}

export async function startNpm(
  packages: readonly FakePackage[],
  { withDates = true, heldBack = [] }: Options = {},
): Promise<FakeNpm> {
  const tarballs = new Map(packages.map((each) => [`${each.name}@${each.version}`, tarballFor(each)]));
  const tampered = new Map<string, Buffer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    asked.push(path);
    const tarball = /^(?<name>.+)\/-\/[^/]+?-(?<version>\d+\.\d+\.\d+.*)\.tgz$/u.exec(path)?.groups;
    const key = `${tarball?.name ?? ''}@${tarball?.version ?? ''}`;
    const bytes = tampered.get(key) ?? tarballs.get(key);
    if (bytes !== undefined) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);
      return;
    }
    const versions = packages.filter(({ name, version }) => name === path && !heldBack.includes(`${name}@${version}`));
    if (versions.length === 0) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"Not found"}');
      return;
    }
    const body = JSON.stringify(packument(versions, tarballs, addressOf(server), withDates));
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = addressOf(server);
  return {
    url,
    env: { npm_config_registry: url, npm_config_cache: '', npm_config_userconfig: '/nonexistent/npmrc' },
    asked,
    tampered,
    tarball: (name, version) => {
      const bytes = tarballs.get(`${name}@${version}`);
      if (bytes === undefined) throw new Error(`there is no ${name}@${version}`);
      return bytes;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

function tarballFor({ name, version, manifest = {}, files = {}, entries }: FakePackage): Buffer {
  if (entries !== undefined) return tarballOf(entries);
  const all = { 'package.json': JSON.stringify({ name, version, ...manifest }), ...files };
  return tarballOf(Object.entries(all).map(([path, content]) => ({ path: `package/${path}`, content })));
}

function packument(
  packages: readonly FakePackage[],
  tarballs: ReadonlyMap<string, Buffer>,
  url: string,
  withDates: boolean,
): unknown {
  const versions = packages.map(({ name, version, manifest = {}, dist = {} }) => {
    const tarball = tarballs.get(`${name}@${version}`) ?? Buffer.alloc(0);
    const address = `${url}${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
    return [
      version,
      { name, version, ...manifest, dist: { tarball: address, integrity: integrityOf(tarball), ...dist } },
    ];
  });
  const time = packages.map(({ version, publishedAt }, index) => [
    version,
    publishedAt ?? `2026-01-0${index + 1}T00:00:00.000Z`,
  ]);
  return {
    name: packages[0]?.name,
    'dist-tags': { latest: packages.at(-1)?.version },
    versions: Object.fromEntries(versions),
    ...(withDates && { time: Object.fromEntries([['created', '2026-01-01T00:00:00.000Z'], ...time]) }),
  };
}
