/**
 * Which file answers an address. `registry serve` and the CDN both ask here, so that they answer the same. The CDN's
 * engine knows little more than ECMAScript 5.1, so this imports nothing, and uses no newer form of the language.
 */

export type Route =
  | { readonly kind: 'file'; readonly key: string }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'preflight' }
  | { readonly kind: 'wrong-cursor' }
  | { readonly kind: 'wrong-method' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'missing-server' };

export interface Asked {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** The value of `cursor` in the query, as it was sent. */
  readonly cursor?: string;
}

/** Where programs look for an AI Catalog. It is published under a name that is not hidden. */
const wellKnown = '/.well-known/ai-catalog.json';

/** The API of MCP registries. Its addresses have no endings; its files have. */
const api = /^v0(?:\.1)?$/;

export function route(asked: Asked): Route {
  const parts = partsOf(asked.path === wellKnown ? '/ai-catalog.json' : asked.path);
  const inApi = parts !== undefined && api.test(parts[0] || '');
  if (asked.method === 'OPTIONS' && inApi) return { kind: 'preflight' };
  if (asked.method !== 'GET' && asked.method !== 'HEAD') return { kind: 'wrong-method' };
  if (parts === undefined) return { kind: isApi(asked.path) ? 'missing-server' : 'missing' };
  return inApi ? apiRoute(parts, asked.cursor) : pageRoute(parts);
}

function apiRoute(parts: readonly string[], cursor: string | undefined): Route {
  // A slash at the end changes nothing. The older version is another name of the newer one.
  const rest = parts.slice(1, parts[parts.length - 1] === '' ? -1 : parts.length);
  const path = ['v0.1'].concat(rest);
  // A name has a slash in it, which some clients send as %2F and others as it is.
  const key = path.join('/');
  // A list is one page, so that nobody was given a cursor.
  if (cursor !== undefined && cursor !== '' && path.length === 2) return { kind: 'wrong-cursor' };
  return { kind: 'file', key: `${key}.json` };
}

function pageRoute(parts: readonly string[]): Route {
  const key = parts.join('/');
  const last = parts[parts.length - 1] || '';
  if (last === '') return { kind: 'file', key: `${key}index.html` };
  // A page's links begin at its folder.
  if (last.indexOf('.') < 0) return { kind: 'redirect', location: `/${encodeKey(key)}/` };
  return { kind: 'file', key };
}

/** The parts of a path, decoded; the last one is empty where it ends in a slash. Nothing for a path that is none. */
function partsOf(path: string): readonly string[] | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (decoded.charAt(0) !== '/') return undefined;
  const parts = decoded.slice(1).split('/');
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] || '';
    // What begins with a dot is the publisher's own, or leads out of the folder.
    if (part === '' ? i < parts.length - 1 : part.charAt(0) === '.' || unsafe.test(part)) return undefined;
  }
  return parts;
}

/** Control characters, and what separates folders on some systems. */
const unsafe = /[\u0000-\u001f\u007f\\]/;

/** A key as it stands in an address: S3 and browsers read it as the same. */
export function encodeKey(key: string): string {
  return key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');
}

export const isApi = (path: string): boolean => /^\/v0(?:\.1)?(?:\/|$)/.test(path);

/** Clients in browsers read the API from other addresses, without credentials. */
export const crossOrigin: readonly (readonly [string, string])[] = [
  ['Access-Control-Allow-Origin', '*'],
  ['Access-Control-Allow-Methods', 'GET, OPTIONS'],
  ['Access-Control-Allow-Headers', 'Authorization, Content-Type'],
];

/** What is answered without a file. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Nothing where a file answers, or the page that says there is none. */
export function plainAnswer(found: Route): PlainAnswer | undefined {
  if (found.kind === 'redirect') return { status: 308, headers: [['Location', found.location]], body: '' };
  if (found.kind === 'preflight')
    return { status: 204, headers: crossOrigin.concat([['Access-Control-Max-Age', '86400']]), body: '' };
  if (found.kind === 'wrong-cursor')
    return {
      status: 400,
      headers: crossOrigin.concat([['Content-Type', 'application/json']]),
      body: '{"error":"Invalid cursor"}',
    };
  if (found.kind === 'missing-server')
    return {
      status: 404,
      headers: crossOrigin.concat([['Content-Type', 'application/json']]),
      body: '{"error":"Server not found"}',
    };
  if (found.kind === 'wrong-method') return { status: 405, headers: [['Allow', 'GET, HEAD']], body: '' };
  return undefined;
}
