/** A small registry as it is published, with pages, in memory; later editions of it follow earlier ones. */
import { expect } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { maxIndexBytes } from '../../core/limits.ts';
import { compareText } from '../../core/order.ts';
import { describe, openLocalFiles, readExpected, type LocalFiles } from '../../scripts/publish/local-files.ts';
import { publish as publishTo, type Publishing, type PublishOptions } from '../../scripts/publish/publish.ts';
import type { Target } from '../../scripts/publish/target.ts';
import { serversToVerify } from '../../scripts/publish/to-verify.ts';
import { verifyPublished } from '../../scripts/publish/verify-dist.ts';
import { aRootFile } from './metadata.ts';
import { now, publish, type Change } from './published.ts';
import { aKeyring } from './statements.ts';

/** Each edition has a timestamp, a snapshot and a page of its own. */
export async function publishable(
  edition: number,
  more: Readonly<Record<string, string>> = {},
  without: readonly string[] = [],
  status: NonNullable<Change['status']> = (same) => same,
): Promise<LocalFiles> {
  const { files: made, name } = publish({ status, metadata: { versions: { snapshot: edition, timestamp: edition } } });
  const files = new Map<string, Uint8Array>([
    ...made,
    ['metadata/1.root.json', canonicalJson(aRootFile())],
    ['trust/keyring.json', canonicalJson(aKeyring())],
  ]);
  for (const [path, bytes] of made) {
    if (path.startsWith('targets/servers/')) files.set(`servers/${name}.json`, bytes);
    if (path.endsWith('.status.json')) files.set('trust/status.json', bytes);
  }
  files.set('index.html', Buffer.from(`<p>edition ${edition}</p>`));
  files.set(`_astro/${edition}.css`, Buffer.from('p {}'));
  for (const [path, text] of Object.entries(more)) files.set(path, Buffer.from(text));
  for (const path of without) files.delete(path);
  const read = (path: string): Promise<Buffer> => {
    const bytes = files.get(path);
    return bytes === undefined ? Promise.reject(new Error(`there is no ${path}`)) : Promise.resolve(Buffer.from(bytes));
  };
  const paths = [...files].sort(([a], [b]) => compareText(a, b));
  return openLocalFiles(new Map(paths.map(([path, bytes]) => [path, describe(bytes)])), read, 'the test');
}

export const minutesLater = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);

let runs = 0;

export const run = (target: Target, local: LocalFiles, options: Partial<PublishOptions> = {}): Promise<Publishing> =>
  publishTo(target, local, { now, id: `run ${++runs}`, graceDays: 7, isAlone: () => true, ...options });

/** Which edition a host sees that has seen nothing yet; nothing where there is none. A host that refuses is an error. */
export async function seen(target: Target, local: LocalFiles): Promise<number | undefined> {
  const timestamp = await target.read('metadata/timestamp.json', maxIndexBytes);
  if (timestamp === undefined) return undefined;
  const read = async (path: string, maxBytes: number) => (await target.read(path, maxBytes))?.bytes;
  const expected = await readExpected(local, serversToVerify(local.files, undefined));
  expect(await verifyPublished(read, local.keyring, expected, now)).toEqual([]);
  return (JSON.parse(timestamp.bytes.toString()) as { signed: { version: number } }).signed.version;
}

export const textOf = async (target: Target, path: string): Promise<string | undefined> =>
  (await target.read(path, maxIndexBytes))?.bytes.toString();
