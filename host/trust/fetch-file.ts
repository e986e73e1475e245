/** One file of the registry over HTTP: bounded, by one deadline, without redirects, through npm's proxies and CAs. */
import { get, HttpFailure, type Bounds } from '../../core/download.ts';

/**
 * Any answer but the file is an HttpFailure, a redirect too; a NetworkFailure is silence, or a file that broke off.
 * @throws NetworkFailure, HttpFailure, Refusal E_TOO_LARGE
 */
export async function fetchFile(url: string, { maxBytes, signal }: Bounds): Promise<Buffer> {
  // Loaded on first use: a start from verified caches needs no network.
  const { npmOptions } = await import('../../core/npm-config.ts');
  const headers = { 'accept-encoding': 'identity' };
  const answer = await get(url, await npmOptions(), { maxBytes, signal, compress: false, headers });
  if (answer.kind === 'other') throw new HttpFailure(url, answer.status);
  return answer.bytes;
}
