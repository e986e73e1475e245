/** How each published file is delivered: its type, how long it may be cached, and when it is sent. */
import { extname } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { ObjectHeaders } from '../../signer/state/state.ts';

export const timestampFile = 'metadata/timestamp.json';

/** Files whose name holds the digest of their bytes, or a version that is given once. */
const immutable =
  /^(?:(?:_astro|approvals|manifests|locks|plugins|targets|publication)\/|metadata\/[1-9]\d*\.(?:root|targets|snapshot|bin-[0-9a-f]{2})\.json$)/u;
const rootFile = /^metadata\/[1-9]\d*\.root\.json$/u;

/** What is signed, and its copies for people: hosts refuse what is older than what they saw. */
const current = /^(?:metadata|targets|trust)\/|^servers\/[^/]+\.json$/u;
/** What pages of any generation link to, and hosts ask for. */
const linked = /^(?:approvals|manifests|locks)\//u;

/** Whether a file must never go back to what it was. */
export const staysCurrent = (path: string): boolean => current.test(path);
export const isLinked = (path: string): boolean => linked.test(path);

/** Where the bytes of a page or a list stay, once others took their place. */
export const keptPath = (digest: string): string => `${keptFolder}${digest}`;
export const isKeptPath = (path: string): boolean => path.startsWith(keptFolder);
const keptFolder = 'publication/kept/';

const immutableCache = 'public, max-age=31536000, immutable';
export const isImmutable = (path: string): boolean => immutable.test(path);

const types: ReadonlyMap<string, string> = new Map([
  ['.css', 'text/css;charset=utf-8'],
  ['.html', 'text/html;charset=utf-8'],
  ['.ico', 'image/x-icon'],
  ['.js', 'text/javascript;charset=utf-8'],
  ['.json', 'application/json'],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
  // As it is, and not unpacked on the way.
  ['.tgz', 'application/gzip'],
  ['.toml', 'application/toml'],
  ['.txt', 'text/plain;charset=utf-8'],
  ['.webp', 'image/webp'],
  ['.woff2', 'font/woff2'],
  ['.xml', 'application/xml'],
  ['.yaml', 'application/yaml'],
  ['.zip', 'application/zip'],
]);

/** Whether such a file can be published at all. */
export const isDelivered = (path: string): boolean => types.has(extname(path));

/** In seconds. A page may be older than the registry by as long as that, where nothing is invalidated. */
const pageSeconds = 300;
/** Hosts must learn of a revocation soon; a CDN answers thousands of them from one request a minute. */
const pointerSeconds = 60;

/** @throws Failure `unknown-type` for a file that nobody said how to deliver */
export function headersOf(path: string): Required<ObjectHeaders> {
  // What is kept is shown to nobody from there.
  if (isKeptPath(path)) return { type: 'application/octet-stream', cacheControl: immutableCache };
  const type = types.get(extname(path));
  if (type === undefined)
    throw new Failure(
      'unknown-type',
      `${path} has an ending that is not known`,
      'add its type to scripts/publish/delivery.ts',
    );
  if (path === 'publication.json') return { type, cacheControl: 'no-store' };
  if (isImmutable(path)) return { type, cacheControl: immutableCache };
  const seconds = path === timestampFile || path.startsWith('trust/') ? pointerSeconds : pageSeconds;
  return { type, cacheControl: `public, max-age=${seconds}` };
}

/**
 * What is sent after what: files that nothing names yet; pages; small files for people and their programs. Roots and the
 * timestamp come when all of that was read again: each counts as soon as it is there.
 */
export const stages = ['immutable', 'page', 'small'] as const;

export function stageOf(path: string): (typeof stages)[number] | 'root' | 'timestamp' {
  if (path === timestampFile) return 'timestamp';
  if (rootFile.test(path)) return 'root';
  if (isImmutable(path)) return 'immutable';
  return path.endsWith('.html') ? 'page' : 'small';
}

/** What counts as soon as it is there. */
export const isLast = (path: string): boolean => path === timestampFile || rootFile.test(path);
