/** One file of the registry over HTTP: bounded, by one deadline, without redirects, through npm's proxies and CAs. */
import type { FetchOptions } from 'make-fetch-happen';
import { HttpFailure, NetworkFailure, readBody, type Bounds } from '../../core/download.ts';
import { Refusal } from '../../core/refusal.ts';

/** @throws NetworkFailure, HttpFailure, Refusal E_TOO_LARGE */
export async function fetchFile(url: string, { maxBytes, signal }: Bounds): Promise<Buffer> {
  // Loaded on first use: a start from verified caches needs no network.
  const [{ default: fetch }, { npmOptions }] = await Promise.all([
    import('make-fetch-happen'),
    import('../../core/npm-config.ts'),
  ]);
  const { ca, cert, key, strictSSL, proxy, httpsProxy, noProxy } = await npmOptions();
  const { hostname } = new URL(url);
  const proxied = !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  try {
    const response = await fetch(url, {
      redirect: 'error',
      compress: false,
      retry: false,
      headers: { 'accept-encoding': 'identity' },
      signal,
      ...{ ca, cert, key, strictSSL, noProxy },
      proxy: proxied ? (httpsProxy ?? proxy) : undefined,
    } as unknown as FetchOptions);
    if (response.status !== 200) throw new HttpFailure(url, response.status);
    return await readBody(response.body as AsyncIterable<Uint8Array>, maxBytes, url);
  } catch (error) {
    if (error instanceof HttpFailure || error instanceof Refusal) throw error;
    throw new NetworkFailure(url, signal.aborted ? signal.reason : error);
  }
}
