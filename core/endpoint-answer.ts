/** What everybody who asks an MCP endpoint over HTTP reads in the head of its answers. */
import { addressOn, hostOf, withoutSecrets } from './address.ts';
import type { Response } from './download.ts';
import { Failure } from './failure.ts';
import { maxRedirects } from './limits.ts';

/**
 * Where to ask again, within the origin; undefined if the answer is no redirect. `hops` is how many were followed before.
 * @throws Failure `redirect-elsewhere` where it leads to another host, or would change the message
 */
export function redirectOf(
  address: string,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  hops: number,
): string | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const target = URL.parse(headers.get('location') ?? '', address)?.href;
  const next = addressOn(address, target);
  // Only these two keep the method and the message.
  if (next !== undefined && [307, 308].includes(status) && hops < maxRedirects) return next;
  throw new Failure(
    'redirect-elsewhere',
    `${withoutSecrets(address)} answered ${status}, a redirect to ${hostOf(target)}, and none to another host is followed`,
    'write the address under `remote` that it redirects to, if you trust that host',
  );
}

/** Without parameters, in lower case, cut to what a message may show. */
export const mediaTypeOf = (headers: Response['headers']): string =>
  (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase().slice(0, 60) ?? '';

/** Visible ASCII, as the protocol has it. */
export const isSessionId = (text: string): boolean => /^[\u0021-\u007e]{1,1024}$/u.test(text);
