/** The requests of the library that speaks OAuth: over TLS that is checked, bounded, and to where they were sent. */
import { withoutSecrets } from '../../core/address.ts';
import { exchange, readBody } from '../../core/download.ts';
import { Failure } from '../../core/failure.ts';
import { maxSignInAnswerBytes, signInTimes } from '../../core/limits.ts';
import type { NpmOptions } from '../../core/npm-config.ts';

/** What the library gives to a `fetch` of ours. */
export interface SignInRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams | undefined;
}

export type Fetch = (url: string, request: SignInRequest) => Promise<Response>;

/**
 * Follows no redirect: a code, a token or a verifier is for one address alone. `options` are proxies and certificates, as npm is
 * configured with them.
 * @throws NetworkFailure; Refusal E_TOO_LARGE; Failure `sign-in` for an address without encryption
 */
export const boundedFetch =
  (options: NpmOptions, signal: AbortSignal): Fetch =>
  async (url, { method, headers, body }) => {
    if (!isSecure(url))
      throw new Failure(
        'sign-in',
        `${withoutSecrets(url)} is not asked: it is no plain https address`,
        'tell the operator of the authorization server',
      );
    const request = {
      ...{ method, headers, compress: false },
      ...(body !== undefined && { body: String(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(signInTimes.answerMs)]),
    };
    return exchange(url, { ...options, strictSSL: true }, request, async ({ status, headers: said, body: text }) => {
      if (status < 200 || status > 599)
        throw new Failure('sign-in', `${withoutSecrets(url)} answered ${status}`, 'try again');
      const bytes = await readBody(text, maxSignInAnswerBytes, url);
      const type = said.get('content-type');
      return new Response(withoutBody.has(status) ? null : new Uint8Array(bytes), {
        status,
        headers: type === null ? {} : { 'content-type': type },
      });
    });
  };

const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

/** Whether requests may go there: https, and no user in the address. */
export function isSecure(address: unknown): address is string {
  const url = typeof address === 'string' ? URL.parse(address) : null;
  return url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '';
}
