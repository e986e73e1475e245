/**
 * Fetches a bundle or a tarball from the address that a manifest names: bounded, retried, checked by digest. With npm's proxies and
 * certificate authorities, so that these have to be configured only once. No credentials are sent.
 */
import { HttpFailure, withoutSecrets } from '../../core/address.ts';
import { sha256 } from '../../core/digest.ts';
import { downloadTimes, get, throughRedirects, withRetries, type Times } from '../../core/download.ts';
import { Failure } from '../../core/failure.ts';
import { maxTarballBytes } from '../../core/limits.ts';
import { npmOptions } from '../../core/npm-config.ts';
import { Refusal } from '../../core/refusal.ts';

export interface FetchOptions {
  /** What the bytes must have, as approved. Absent while nobody knows it yet. */
  readonly sha256?: string;
  /** Whether it must be on the public internet, and every redirect with it: for an address that nobody has approved. */
  readonly isPublic?: true;
  readonly times?: Times;
  /** For tests: also http, on this machine alone. */
  readonly isLoopback?: true;
}

/**
 * The bytes of an archive.
 * @throws Failure `archive-not-https`, `no-such-archive`, `http-status`, `network`, `redirect-elsewhere`, `private-address`;
 *   Refusal E_DIGEST, E_TOO_LARGE
 */
export async function fetchArchive(url: string, options: FetchOptions = {}): Promise<Buffer> {
  const { sha256: expected, isPublic, times = downloadTimes, isLoopback } = options;
  const target = URL.parse(url);
  const isLocal = isLoopback === true && target?.protocol === 'http:' && target.hostname === '127.0.0.1';
  if (target === null || target.username !== '' || target.password !== '' || (target.protocol !== 'https:' && !isLocal))
    throw new Failure('archive-not-https', `${withoutSecrets(url)} is no https address`, 'give an https address');
  const client = await npmOptions();
  const bytes = await withRetries(times, AbortSignal.timeout(times.deadlineMs), async (signal) => {
    const answer = await throughRedirects(url, (address) =>
      get(address, client, {
        headers: {},
        compress: false,
        maxBytes: maxTarballBytes,
        publicOnly: isPublic === true,
        signal,
      }),
    );
    if (answer.kind === 'other') throw notThere(answer.address, answer.status);
    return answer.bytes;
  });
  const found = sha256(bytes);
  if (expected !== undefined && found !== expected)
    throw new Refusal(
      'E_DIGEST',
      `${withoutSecrets(url)} has the sha256 ${found}, not ${expected}`,
      'do not use it: the server gives other bytes than were approved',
    );
  return bytes;
}

/** Many servers say that a file is not there to whoever may not read it. */
const notThere = (address: string, status: number): Failure =>
  [401, 403, 404, 410].includes(status)
    ? new Failure(
        'no-such-archive',
        `${withoutSecrets(address)} is not there, or not for everyone (${status})`,
        'check the address; no credentials are sent, so that everyone who installs it must be able to read it',
        { cause: new HttpFailure(address, status) },
      )
    : new HttpFailure(address, status);
