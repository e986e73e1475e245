/**
 * Bounded downloads: each has a limit in bytes and a limit in time. Redirects are not followed here. They are returned
 * like any other answer, and the caller decides.
 */
import { setTimeout } from 'node:timers/promises';
import type { FetchOptions } from 'make-fetch-happen';
import {
  addressOn,
  hostOf,
  HttpFailure,
  isTimeout,
  NetworkFailure,
  secureElsewhere,
  withoutSecrets,
} from './address.ts';
import { Failure, systemCode } from './failure.ts';
import { downloadDeadlineMs, downloadPauseMs, downloadRetries, downloadTimeoutMs, maxRedirects } from './limits.ts';
import type { NpmOptions } from './npm-config.ts';
import { checkPublicHost, publicLookup } from './public-address.ts';
import { Refusal } from './refusal.ts';

export interface Bounds {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface Get extends Bounds {
  readonly headers: Readonly<Record<string, string>>;
  /** A JSON document to send; then it is a POST. */
  readonly json?: string;
  /** The fields of a form to send; then it is a POST. */
  readonly form?: URLSearchParams;
  /** Gets the file piece by piece, so that it is never whole in memory. Then `bytes` of the answer is empty. */
  readonly onChunk?: (chunk: Uint8Array) => void;
  /**
   * Whether it may reach only the public internet. With a proxy this is not checked here: the proxy resolves the names.
   */
  readonly publicOnly?: boolean;
  /** Whether the server may send the file compressed. The limit is for the unpacked size. */
  readonly compress: boolean;
}

/** Where a registry may send its clients: to any host, or to none on a private network but itself. */
export type Reach = 'any' | 'public';

export type Answer =
  | { readonly kind: 'file'; readonly bytes: Buffer }
  /** Any status except 200. The body was not read. `location` is made absolute if it is an address. */
  | {
      readonly kind: 'other';
      readonly status: number;
      readonly location: string | undefined;
      /** What a 401 asks for (RFC 9110, 11.6.1). */
      readonly challenge: string | undefined;
    };

/**
 * One GET, or one POST, through the proxies and with the certificates that npm is configured with.
 * @throws NetworkFailure; Refusal E_TOO_LARGE
 */
export const get = (url: string, options: NpmOptions, request: Get): Promise<Answer> =>
  exchange(url, options, { ...request, ...postOf(request) }, async (response) => {
    if (response.status !== 200)
      return {
        kind: 'other',
        status: response.status,
        location: response.headers.get('location') ?? undefined,
        challenge: response.headers.get('www-authenticate') ?? undefined,
      };
    const { onChunk, maxBytes } = request;
    if (onChunk === undefined) return { kind: 'file', bytes: await readBody(response.body, maxBytes, url) };
    for await (const chunk of bounded(response.body, maxBytes, url)) onChunk(chunk);
    return { kind: 'file', bytes: Buffer.alloc(0) };
  });

/** One request of any method. */
export interface Ask {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether it may reach only the public internet. With a proxy this is not checked here: the proxy resolves the names. */
  readonly publicOnly?: boolean;
  readonly compress: boolean;
  readonly signal: AbortSignal;
}

/** An answer of which only the head was read. */
export interface Response {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Asks once, follows no redirect, and lets `read` take what it needs of the answer; the rest is cut off.
 * @throws NetworkFailure; Failure `private-address`; Refusal, and every Failure that `read` throws
 */
export async function exchange<T>(
  url: string,
  options: NpmOptions,
  { method, headers, body, publicOnly = false, compress, signal }: Ask,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { ca, cert, key, strictSSL, localAddress, maxSockets, proxy, httpsProxy } = options;
  const { hostname } = new URL(url);
  if (publicOnly) checkPublicHost(hostname);
  // Loaded by the first request: most commands ask for nothing, and it takes a quarter of their start.
  const { default: fetch } = await import('make-fetch-happen');
  // The rest of an answer is cut off at the end. If it stayed unread, it would fill the memory.
  const done = new AbortController();
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      retry: false,
      compress,
      headers,
      ...(method !== undefined && { method }),
      ...(body !== undefined && { body }),
      signal: AbortSignal.any([signal, done.signal]),
      ...{ ca, cert, key, strictSSL, localAddress, maxSockets },
      // Answers are cached by these options: `verbatim` tells those that were checked from all others.
      ...(publicOnly && { dns: { lookup: publicLookup, verbatim: true } }),
      proxy: httpsProxy ?? proxy,
      // Without a proxy in its options the agent takes one from the environment. Only `noProxy` goes before both.
      noProxy: isLoopback(hostname) ? [hostname] : options.noProxy,
    } as unknown as FetchOptions);
    return await read({
      status: response.status,
      headers: response.headers,
      body: response.body as AsyncIterable<Uint8Array>,
    });
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const cause = error instanceof Error ? error.cause : undefined;
    for (const each of [error, cause]) if (each instanceof Failure) throw each;
    throw new NetworkFailure(url, signal.aborted ? signal.reason : error);
  } finally {
    done.abort();
  }
}

function postOf({ headers, json, form }: Get): { method?: string; body?: string; headers?: Get['headers'] } {
  const [body, type] =
    json === undefined ? [form?.toString(), 'application/x-www-form-urlencoded'] : [json, 'application/json'];
  return body === undefined ? {} : { method: 'POST', body, headers: { ...headers, 'content-type': type } };
}

/** A proxy on another machine cannot reach servers on this machine. */
const isLoopback = (hostname: string): boolean =>
  hostname === '[::1]' || /^(?:.+\.)?localhost$|^127(?:\.\d+){3}$/u.test(hostname);

/**
 * Follows redirects, within the origin and from https to https. Registries often keep their files in a separate store.
 * The answer comes with its address. After too many redirects, the last redirect is the answer.
 * @throws Failure `redirect-elsewhere`
 */
export async function throughRedirects(
  url: string,
  ask: (address: string) => Promise<Answer>,
): Promise<Answer & { readonly address: string }> {
  let address = url;
  for (let hops = 0; ; hops++) {
    const answer = await ask(address);
    const redirected = answer.kind === 'other' && redirects.has(answer.status) && hops < maxRedirects;
    if (!redirected || answer.location === undefined) return { ...answer, address };
    const next = addressOn(address, answer.location) ?? secureElsewhere(address, answer.location);
    if (next === undefined)
      throw new Failure(
        'redirect-elsewhere',
        `${hostOf(address)} redirects to ${hostOf(answer.location)}, which is not asked without https`,
        'use a registry or mirror that serves the files itself, or from https',
      );
    address = next;
  }
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface Times {
  /** For one try. */
  readonly tryMs: number;
  /** Before the second try; doubled before each one after it. */
  readonly pauseMs: number;
  readonly retries: number;
  /** For all tries and pauses. */
  readonly deadlineMs: number;
}

/** How long a package registry, or another service on the network, is waited for. */
export const downloadTimes: Times = {
  tryMs: downloadTimeoutMs,
  pauseMs: downloadPauseMs,
  retries: downloadRetries,
  deadlineMs: downloadDeadlineMs,
};

/** Tries a download again if the fault may be temporary. Returns or throws the result of the last try. */
export async function withRetries<T>(
  { tryMs, pauseMs, retries }: Times,
  deadline: AbortSignal,
  download: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await download(AbortSignal.any([deadline, AbortSignal.timeout(tryMs)]));
    } catch (error) {
      if (attempt >= retries || !mayPass(error)) throw error;
      await setTimeout(pauseMs * 2 ** attempt, undefined, { signal: deadline }).catch(() => {
        throw error;
      });
    }
  }
}

/** Not in this list: names that do not resolve, refused connections, and all problems with a certificate. */
const passingCodes = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

function mayPass(error: unknown): boolean {
  if (error instanceof HttpFailure) return error.status === 408 || error.status === 429 || error.status >= 500;
  if (!(error instanceof NetworkFailure)) return false;
  return isTimeout(error.cause) || passingCodes.has(systemCode(error.cause) ?? '');
}

/** Reads a body up to a limit. @throws Refusal E_TOO_LARGE */
export async function readBody(
  body: AsyncIterable<Uint8Array | string>,
  maxBytes: number,
  url: string,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bounded(body, maxBytes, url)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* bounded(
  body: AsyncIterable<Uint8Array | string>,
  maxBytes: number,
  url: string,
): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.byteLength;
    if (size > maxBytes)
      throw new Refusal(
        'E_TOO_LARGE',
        `${withoutSecrets(url)} is larger than ${maxBytes} bytes`,
        'tell the operator of the server: it serves something else than the file',
      );
    yield bytes;
  }
}
