/**
 * Fetches one file of the registry over HTTP: with a size limit and a deadline, no redirects, through npm's proxies and
 * CAs.
 */
import { HttpFailure } from '../../core/address.ts';
import { get, type Bounds } from '../../core/download.ts';
import { npmOptions } from '../../core/npm-config.ts';
import { setAuthorities } from '../certificates.ts';

/**
 * HttpFailure: any other answer than the file, redirects included. NetworkFailure: no answer, or an incomplete file.
 * @throws NetworkFailure, HttpFailure, Refusal E_TOO_LARGE
 */
export async function fetchFile(url: string, { maxBytes, signal }: Bounds): Promise<Buffer> {
  await setAuthorities();
  const headers = { 'accept-encoding': 'identity' };
  const answer = await get(url, await npmOptions(), { maxBytes, signal, compress: false, headers });
  if (answer.kind === 'other') throw new HttpFailure(url, answer.status);
  return answer.bytes;
}
