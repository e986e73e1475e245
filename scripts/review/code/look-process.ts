/** What runs in the process that looks at code: it takes one tarball after the other and answers for each. */
import { Refusal } from '../../../core/refusal.ts';
import { readTarball } from '../../../core/tarball.ts';
import { openLooker, type FileBounds } from './look.ts';
import type { Look } from './report.ts';

/** What it is asked. */
export interface LookRequest {
  readonly tarball: Uint8Array;
  readonly what: string;
  readonly bounds: FileBounds;
}

/** What it says: that it has started, and then what it saw. */
export type LookAnswer =
  | { readonly kind: 'started' }
  /** `bytes` of memory that the process holds now. */
  | { readonly kind: 'seen'; readonly look: Look; readonly bytes: number };

const say = (answer: LookAnswer): void => {
  process.send?.(answer);
};

const look = openLooker();

function seen({ tarball, what, bounds }: LookRequest): Look {
  try {
    return look(readTarball(tarball, what), bounds);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'not-looked', why: 'archive' };
    throw error;
  }
}

process.on('message', (request: LookRequest) =>
  say({ kind: 'seen', look: seen(request), bytes: process.memoryUsage.rss() }),
);
// Nobody is left to answer to.
process.on('disconnect', () => process.exit());
say({ kind: 'started' });
