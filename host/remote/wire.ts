/** Requests to an endpoint: to its own origin only, over TLS that is checked, and never for longer than it may be silent. */
import { setTimeout as wait } from 'node:timers/promises';
import type { EndpointRequest } from '../../artefacts/remote/request.ts';
import { isTimeout, NetworkFailure, withoutSecrets } from '../../core/address.ts';
import { exchange, type Response } from '../../core/download.ts';
import { redirectOf } from '../../core/endpoint-answer.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { maxOpenRequests } from '../../core/limits.ts';
import type { NpmOptions } from '../../core/npm-config.ts';
import type { Access } from '../oauth/access.ts';
import { challengeIn } from '../oauth/challenge.ts';

export interface Asking {
  readonly method: 'POST' | 'GET' | 'DELETE';
  /** An address on the endpoint's own origin, where it is not the endpoint's. */
  readonly url?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly line?: Uint8Array;
  readonly signal: AbortSignal;
  /** How long it may take to begin its answer, and then be silent. */
  readonly idleMs: number;
  /** Whether it may be silent for any time once its answer began. */
  readonly listens?: boolean;
}

export class Wire {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #options: NpmOptions;
  readonly #access: Access | undefined;

  /** With `access`, each request carries the token of the person who signed in. */
  constructor({ url, headers }: EndpointRequest, options: NpmOptions, access?: Access) {
    this.url = url;
    this.#headers = headers;
    // No byte of an endpoint is pinned, so its certificate is all that proves it. Each stream has a connection of its own.
    this.#options = { ...options, strictSSL: true, maxSockets: maxOpenRequests + 16 };
    this.#access = access;
  }

  /**
   * @throws NetworkFailure; Failure `redirect-elsewhere`, `not-signed-in`, `insufficient-scope`, and every Failure that `read`
   *   throws
   */
  async ask<T>(asking: Asking, read: (response: Response) => Promise<T>): Promise<T> {
    const access = this.#access;
    if (access === undefined) return this.#ask(asking, read);
    // What ends a session waits for no renewal, which may take longer than the client waits for the end.
    const isLast = asking.method === 'DELETE';
    const token = isLast ? access.current : await access.token();
    const first = await this.#askAs(token, access, asking, read);
    if (first !== 'refused') return first.value;
    if (isLast) throw access.refusesAll();
    // It said that it did nothing, so the same request may be sent once more.
    const second = await this.#askAs(await access.another(token), access, asking, read);
    if (second !== 'refused') return second.value;
    throw access.refusesAll();
  }

  /** To the approved origin alone, whatever is answered. */
  #askAs<T>(
    token: string,
    access: Access,
    asking: Asking,
    read: (response: Response) => Promise<T>,
  ): Promise<'refused' | { readonly value: T }> {
    const headers = { ...asking.headers, authorization: `Bearer ${token}` };
    const { url = this.url } = asking;
    if (new URL(url).origin !== new URL(this.url).origin) throw new TypeError('a token is for one origin');
    return this.#ask({ ...asking, headers }, async (response) => {
      const { status, headers: said } = response;
      if (status === 401) return 'refused';
      access.took(token);
      const failure = status === 403 ? access.insufficient(challengeIn(said.get('www-authenticate'))) : undefined;
      if (failure !== undefined) throw failure;
      return { value: await read(response) };
    });
  }

  async #ask<T>(
    { method, url = this.url, headers, line, signal, idleMs, listens = false }: Asking,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    let address = url;
    for (let hops = 0; ; hops++) {
      const idle = new Idle(idleMs);
      const request = {
        method,
        headers: { ...this.#headers, ...headers },
        ...(line !== undefined && { body: Buffer.from(line).toString('utf8') }),
        compress: false,
        signal: AbortSignal.any([signal, idle.signal]),
      };
      const here = address;
      try {
        const answer = await exchange(here, this.#options, request, async (response) => {
          const next = redirectOf(here, response, hops);
          if (next !== undefined && this.#access !== undefined) throw noRedirect(here, response.status);
          if (next !== undefined) return { next };
          idle.renew(!listens);
          const body = listens ? response.body : idle.watched(response.body);
          return { value: await read({ ...response, body }) };
        });
        if (answer.next === undefined) return answer.value;
        address = answer.next;
      } finally {
        idle.end();
      }
    }
  }
}

/** The token is for the resource that a person agreed to, and for no other address. */
const noRedirect = (address: string, status: number): Failure =>
  new Failure(
    'redirect-elsewhere',
    `${withoutSecrets(address)} answered ${status}, a redirect, and a token is sent to no other address`,
    'tell the maintainer of the server: the address that it redirects to belongs under `remote`',
  );

class Idle {
  readonly #ms: number;
  readonly #late = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.#ms = ms;
    this.renew(true);
  }

  get signal(): AbortSignal {
    return this.#late.signal;
  }

  renew(isWatched: boolean): void {
    clearTimeout(this.#timer);
    if (isWatched)
      this.#timer = setTimeout(() => this.#late.abort(new DOMException('no answer in time', 'TimeoutError')), this.#ms);
  }

  async *watched(body: Response['body']): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      // Who reads may take its time: only the endpoint is measured.
      this.renew(false);
      yield chunk;
      this.renew(true);
    }
  }

  end(): void {
    this.renew(false);
  }
}

/** Whether a request that failed may have been received. It is known that it was not where no connection was made. */
export function mayHaveArrived(error: unknown): boolean {
  if (!(error instanceof NetworkFailure)) return !isRefused(error);
  if (isTimeout(error.cause)) return true;
  return !neverArrived.test(systemCode(error.cause) ?? '');
}

/** Whether somebody must sign in, or again, before the endpoint does anything: nothing was done, and nothing will be. */
export const isRefused = (error: unknown): boolean => error instanceof Failure && refusals.has(error.code);

const refusals: ReadonlySet<string> = new Set([
  ...['not-signed-in', 'insufficient-scope', 'sign-in', 'sign-in-busy', 'sign-in-lost'],
  ...['no-keychain', 'secret', 'secret-file', 'secret-lost'],
]);

const neverArrived =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_.*|UNABLE_TO_.*|.*SELF_SIGNED_CERT.*|ERR_TLS_.*)$/u;

/** Pauses that double, up to a limit. */
export class Pauses {
  readonly #first: number;
  readonly #longest: number;
  #next: number;

  constructor(first: number, longest: number) {
    this.#first = first;
    this.#longest = longest;
    this.#next = first;
  }

  reset(): void {
    this.#next = this.#first;
  }

  /** `asked` is what the endpoint wants. @throws AbortError */
  async pause(signal: AbortSignal, asked = 0): Promise<void> {
    const ms = Math.min(Math.max(this.#next, asked), this.#longest);
    this.#next = Math.min(this.#next * 2, this.#longest);
    await wait(ms, undefined, { signal });
  }
}
