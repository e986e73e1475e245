/** Removes what only generations need that were replaced long enough ago. */
import { mapConcurrently } from '../../core/concurrency.ts';
import { daysAfter } from '../../core/time.ts';
import type { Generation } from '../../schemas/types.ts';
import { isKeptPath, timestampFile } from './delivery.ts';
import { readInventory, removeInventory } from './generations.ts';
import { keptPathsOf } from './kept-files.ts';
import type { Files } from './local-files.ts';
import type { Target } from './target.ts';

/** Files that are removed at one time. */
const atOnce = 24;

export interface Grace {
  readonly now: Date;
  /** How long files stay that only older generations need. */
  readonly graceDays: number;
  /** Whether this run still has the target for itself: what another one sends must not be removed. */
  readonly isAlone: () => boolean;
}

/** A generation counts until the one after it has been there for long enough. */
const isOver = (next: Generation | undefined, { now, graceDays }: Pick<Grace, 'now' | 'graceDays'>): boolean =>
  next !== undefined && daysAfter(new Date(next.publishedAt), graceDays) <= now;

export const isRemovalDue = (generations: readonly Generation[], grace: Pick<Grace, 'now' | 'graceDays'>): boolean =>
  generations.some((_, index) => isOver(generations[index - 1], grace));

/** `generations` are the newest first, and `files` those of the newest. Gives the generations that are left. */
export async function removeOld(
  target: Target,
  generations: readonly Generation[],
  files: Files,
  grace: Grace,
): Promise<{ readonly kept: readonly Generation[]; readonly removed: number }> {
  const none = { kept: generations, removed: 0 };
  const over = generations.filter((_, index) => isOver(generations[index - 1], grace));
  if (over.length === 0) return none;
  const kept = generations.filter((generation) => !over.includes(generation));
  const needed = new Set(pathsOf(files)).add(timestampFile);
  for (const generation of kept.slice(1)) {
    const inventory = await readInventory(target, generation);
    // Where it is not known what a generation needs, nothing is removed.
    if (inventory === undefined) return none;
    for (const path of pathsOf(inventory)) needed.add(path);
  }
  const old = new Set<string>();
  for (const generation of over)
    for (const path of pathsOf(await readInventory(target, generation))) if (!needed.has(path)) old.add(path);
  let [done, removed] = [0, 0];
  await mapConcurrently([...old], atOnce, async (path) => {
    if (!grace.isAlone()) return;
    await target.remove(path);
    done++;
    // Whether it was kept is not looked up: removing what is not there costs the same as asking.
    if (!isKeptPath(path)) removed++;
  });
  // The rest is removed by the next run.
  if (done < old.size || !grace.isAlone()) return { kept: generations, removed };
  const inventories = new Set(kept.map(({ inventory }) => inventory));
  for (const generation of over) if (!inventories.has(generation.inventory)) await removeInventory(target, generation);
  return { kept, removed };
}

/** With where those that were replaced are kept. */
const pathsOf = (files: Files = new Map()): string[] => [...files.keys(), ...keptPathsOf(files)];
