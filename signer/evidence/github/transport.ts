/**
 * One request to GitHub: bounded in size and time, repeated a bounded number of times, to one origin only. Here alone
 * the token is added, so that no error and no message of anything else can hold it.
 */
import { readBody } from '../../../core/download.ts';
import { Failure, messageOf, systemCode } from '../../../core/failure.ts';
import { isJsonObject, JsonError, parseJson } from '../../../core/json.ts';
import {
  forgeDeadlineMs,
  forgeLimitPauseMs,
  forgePauseMs,
  forgeRetries,
  forgeTimeoutMs,
  maxForgeAnswerBytes,
  maxForgePauseMs,
} from '../../../core/limits.ts';
import { Refusal } from '../../../core/refusal.ts';
import { isSafeApi } from './api-address.ts';
import type { AskingTime } from './asking-time.ts';
import type { Clock } from './clock.ts';

export interface TransportOptions {
  /** `https://api.github.com`, or `https://<host>/api/v3`. */
  readonly api: string;
  /** What the header Authorization says: `Bearer …`. Asked before every request. */
  readonly authorization: () => Promise<string>;
  readonly clock: Pick<Clock, 'pause' | 'deadline'>;
  /** What is left of the run's time for questions. */
  readonly time: AskingTime;
  readonly maxBytes?: number;
}

/** GitHub answered with something else than what was asked for. */
export class GitHubFailure extends Failure {
  readonly status: number;

  constructor(status: number, code: string, message: string, remedy: string) {
    super(code, message, remedy);
    this.status = status;
  }
}

/** A fault that may pass, and how long to wait at least before the next try. */
interface Passing {
  readonly failure: Failure;
  readonly waitMs?: number;
}

type Tried = { readonly answer: Response } | { readonly passing: Passing };

/** What a request to GitHub answers, where it is a success; its body is proved to be strict JSON. */
export type Transport = (address: string, init: RequestInit) => Promise<Response>;

/** What it throws: Failure where GitHub does not answer, or not with this; Refusal E_TOO_LARGE. */
export function githubTransport(options: TransportOptions): Transport {
  const { api, time } = options;
  if (!isSafeApi(api))
    throw new Failure(
      'forge-unsafe',
      `${api} is neither https nor on this machine`,
      'use the https address of the API',
    );
  const base = new URL(api);
  const folder = base.pathname.replace(/\/$/u, '');
  return async (address, init) => {
    const url = new URL(address);
    // Nobody else gets the token.
    if (url.origin !== base.origin || !url.pathname.startsWith(`${folder}/`))
      throw new Failure(
        'forge-elsewhere',
        `GitHub sends the signer to ${url.host}, which is not its API`,
        "check the address of GitHub's API in the signer's configuration",
      );
    return time.within((end) => tryAgain(url, { ...init, signal: end }, options));
  };
}

/** A request; its signal ends it with all its repetitions. */
type Init = RequestInit & { readonly signal: AbortSignal };

async function tryAgain(url: URL, init: Init, options: TransportOptions): Promise<Response> {
  const { signal: end } = init;
  for (let attempt = 0; ; attempt++) {
    if (end.aborted) throw tooSlow(url.pathname);
    const tried = await tryOnce(url, init, options);
    if ('answer' in tried) return tried.answer;
    const { failure, waitMs: asked = 0 } = tried.passing;
    const waitMs = Math.max(asked, forgePauseMs * 2 ** attempt);
    if (attempt >= forgeRetries) throw failure;
    if (waitMs > maxForgePauseMs)
      throw new Failure(
        'forge-rate-limit',
        `GitHub answers no more questions for ${Math.ceil(waitMs / 1000)} seconds; the signer waits ${maxForgePauseMs / 1000} at most`,
        'run it again later; a GitHub App of its own has a limit of its own',
      );
    await options.clock.pause(waitMs, end).catch((error: unknown) => {
      throw end.aborted ? tooSlow(url.pathname) : error;
    });
  }
}

async function tryOnce(
  url: URL,
  init: Init,
  { authorization, clock, maxBytes = maxForgeAnswerBytes }: TransportOptions,
): Promise<Tried> {
  const headers = new Headers(init.headers);
  headers.set('authorization', await authorization());
  const where = url.pathname;
  const signal = AbortSignal.any([clock.deadline(forgeTimeoutMs), init.signal]);
  try {
    const response = await fetch(url, { ...init, headers, redirect: 'manual', signal });
    const body = response.body === null ? Buffer.alloc(0) : await readBody(response.body, maxBytes, url.href);
    if (response.ok) {
      if (body.byteLength > 0) parseJson(body);
      return { answer: new Response(body.byteLength === 0 ? null : Buffer.from(body), response) };
    }
    return fault(response, messageIn(body), where);
  } catch (error) {
    if (error instanceof Refusal || error instanceof Failure) throw error;
    return { passing: { failure: unreachable(where, signal.aborted ? 'no answer in time' : reasonOf(error)) } };
  }
}

/** Only what a person can use: the request, which such errors may quote, carries the token. */
function reasonOf(error: unknown): string {
  if (error instanceof JsonError) return 'its answer is damaged';
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return systemCode(cause) ?? (/^[\w ]{1,60}$/u.test(messageOf(cause)) ? messageOf(cause) : 'the connection failed');
}

const unreachable = (where: string, why: string): Failure =>
  new Failure(
    'network',
    `GitHub could not be asked for ${where}: ${why}`,
    'check the network and the address of the API, and run it again',
  );

const tooSlow = (where: string): Failure =>
  new Failure(
    'forge-deadline',
    `GitHub did not answer everything within ${forgeDeadlineMs / 1000} seconds; ${where} was asked last`,
    "see GitHub's status page, and run it again: what was read of the repository is kept for the next run",
  );

function fault({ status, headers }: Response, message: string, where: string): Tried {
  const asked = askedPause(headers);
  const isLimited = asked !== undefined || isUsedUp(headers) || /rate limit/iu.test(message);
  if (status === 429 || (status === 403 && isLimited))
    return {
      passing: {
        failure: new GitHubFailure(
          status,
          'forge-rate-limit',
          `GitHub answers no more questions (${status} for ${where})`,
          'run it again later; a GitHub App of its own has a limit of its own',
        ),
        waitMs: asked ?? forgeLimitPauseMs,
      },
    };
  if (status >= 500 || status === 408)
    return {
      passing: {
        failure: new GitHubFailure(
          status,
          'forge-down',
          `GitHub answered ${status} for ${where}`,
          "see GitHub's status page, and run it again",
        ),
      },
    };
  throw new GitHubFailure(status, ...meaning(status, where));
}

const isUsedUp = (headers: Headers): boolean => headers.get('x-ratelimit-remaining') === '0';

/** Why GitHub refused, in its own words; empty where it gives none. */
function messageIn(body: Uint8Array): string {
  try {
    const answer = parseJson(body);
    return isJsonObject(answer) && typeof answer['message'] === 'string' ? answer['message'] : '';
  } catch (error) {
    if (error instanceof JsonError) return '';
    throw error;
  }
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api, by GitHub's own clock. */
function askedPause(headers: Headers): number | undefined {
  const after = headers.get('retry-after');
  if (after !== null && /^\d{1,7}$/u.test(after)) return Number(after) * 1000;
  const reset = headers.get('x-ratelimit-reset');
  const here = Date.parse(headers.get('date') ?? '');
  if (!isUsedUp(headers) || reset === null || !/^\d{1,11}$/u.test(reset) || Number.isNaN(here)) return undefined;
  return Math.max(Number(reset) * 1000 - here, 0) + 1000;
}

function meaning(status: number, where: string): [code: string, message: string, remedy: string] {
  switch (status) {
    case 301:
    case 302:
    case 307:
    case 308:
      return [
        'forge-moved',
        `GitHub says that ${where} has moved`,
        "if the repository was renamed or moved, write its new name into the signer's configuration",
      ];
    case 401:
      return [
        'forge-credentials',
        "GitHub does not accept the signer's credential",
        'renew it where the configuration says',
      ];
    case 403:
      return [
        'forge-not-allowed',
        `the signer's credential may not read ${where}`,
        'let it read contents, pull requests, metadata, and the members of the organisation',
      ];
    case 404:
      return [
        'forge-not-found',
        `GitHub has no ${where}, or the signer's credential may not see it`,
        "check the names in the signer's configuration, and what the credential may read",
      ];
    default:
      return ['forge-answer', `GitHub answered ${status} for ${where}`, 'see what GitHub says about this request'];
  }
}
