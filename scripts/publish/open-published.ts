/** A published registry, to be read: over HTTP as hosts do, or where the publisher writes it. */
import { isAbsence } from '../../core/address.ts';
import { UsageError } from '../../core/failure.ts';
import { publicationFormat, viewFormat, type Format } from '../../core/formats.ts';
import { fileDeadlineMs } from '../../core/limits.ts';
import { openFormat } from '../../core/open-format.ts';
import { fetchFile } from '../../host/trust/fetch-file.ts';
import type { FetchFile } from '../../host/trust/metadata-client.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Publication } from '../../schemas/types.ts';
import { publicationPath, readPublication } from './generations.ts';
import { readView } from './published-view.ts';
import { openTarget } from './target.ts';
import { fetching, noAddress } from './verify-dist.ts';
import { viewPath } from './view.ts';

export interface OpenedAddress {
  readonly base: string;
  /** Nothing where it cannot be read. */
  readonly publication: Publication | undefined;
  /** The groups whose view it is; nothing for the whole registry. */
  readonly audience: readonly string[] | undefined;
  /** Over HTTP where it is left out. */
  readonly fetchFile?: FetchFile;
}

/** @throws UsageError for an address of no known form; Failure where it does not answer */
export async function openPublished(at: string, now: Date): Promise<OpenedAddress> {
  if (!/^https?:/u.test(at)) {
    const target = await openTarget(at, now);
    return {
      base: noAddress,
      publication: await unlessBroken(async () => (await readPublication(target)).publication),
      audience: await unlessBroken(() => readView(target)),
      fetchFile: fetching(async (path, maxBytes) => (await target.read(path, maxBytes))?.bytes),
    };
  }
  const url = URL.parse(at);
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  // It is shown, so it must hold no secret.
  if (url === null || `${url.username}${url.password}${url.search}` !== '' || (url.protocol !== 'https:' && !loopback))
    throw new UsageError(
      '--at is neither a plain https address nor one of this machine',
      'write it as https://<host>, without a user or a query',
    );
  const base = at.replace(/\/$/u, '');
  const signal = AbortSignal.timeout(fileDeadlineMs);
  const read = <T>(path: string, format: Format<T>): Promise<T | undefined> =>
    unlessBroken(async () => {
      const bytes = await fetchFile(`${base}/${path}`, { maxBytes: format.maxBytes, signal }).catch(unlessAbsent);
      return bytes && openFormat(format, bytes, path);
    });
  const publication = await read(publicationPath, publicationFormat);
  return { base, publication, audience: (await read(viewPath, viewFormat))?.audience };
}

function unlessAbsent(error: unknown): undefined {
  if (isAbsence(error)) return undefined;
  throw error;
}

/** No host reads what the publisher remembers: they accept the registry, whatever is wrong with it. */
async function unlessBroken<T>(open: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
