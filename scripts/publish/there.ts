/** What hosts find at a target now, and whether a built registry may follow it. */
import { sha256 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { timestampFormat } from '../../core/formats.ts';
import { maxRootBytes, maxTimestampBytes } from '../../core/limits.ts';
import { openFormat } from '../../core/open-format.ts';
import type { Stored } from '../../signer/state/state.ts';
import { timestampFile } from './delivery.ts';
import type { LocalFiles } from './local-files.ts';
import type { Target } from './target.ts';

const firstRoot = 'metadata/1.root.json';

export interface There {
  readonly timestamp: Stored | undefined;
  readonly root: Stored | undefined;
}

export async function readThere(target: Target): Promise<There> {
  const [timestamp, root] = await Promise.all([
    target.read(timestampFile, maxTimestampBytes),
    target.read(firstRoot, maxRootBytes),
  ]);
  return { timestamp, root };
}

/** Hosts that saw what is there would refuse what is older, and what begins with another root. @throws Failure */
export async function checkNotOlder({ timestamp, root }: There, { files, read }: LocalFiles): Promise<void> {
  if (root !== undefined && sha256(root.bytes) !== files.get(firstRoot)?.sha256)
    throw new Failure(
      'other-registry',
      'a registry with another root is published there',
      'publish to the address of this registry, or to an empty one',
    );
  if (timestamp === undefined) return;
  const bytes = await read(timestampFile);
  if (timestamp.bytes.equals(bytes)) return;
  const [there, here] = [versionsOf(timestamp.bytes, 'published'), versionsOf(bytes, 'built')];
  if (here.timestamp > there.timestamp && here.snapshot >= there.snapshot) return;
  throw new Failure(
    'older-registry',
    `timestamp ${here.timestamp} with snapshot ${here.snapshot} cannot follow timestamp ${there.timestamp} with snapshot ${there.snapshot}, which are published`,
    'get what was signed last, run `registry sign` and `registry build`, and publish that',
  );
}

function versionsOf(bytes: Uint8Array, which: string): { readonly timestamp: number; readonly snapshot: number } {
  const { signed } = openFormat(timestampFormat, bytes, `the ${which} timestamp`);
  return { timestamp: signed.version, snapshot: signed.meta['snapshot.json'].version };
}
