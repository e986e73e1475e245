/**
 * Sends a built registry to a target, so that hosts see the whole old or the whole new one: files that nothing names
 * yet come first, and the timestamp, from which hosts find all others, comes last, by one conditional write.
 */
import type { Problem } from '../../core/problem.ts';
import { toSecond } from '../../core/time.ts';
import type { Generation } from '../../schemas/types.ts';
import { checkNotOlder, readThere } from './there.ts';
import { checkSameView } from './published-view.ts';
import { headersOf, isImmutable, isLast, timestampFile } from './delivery.ts';
import { isRemovalDue, removeOld, type Grace } from './remove-old.ts';
import {
  checkStillClaimed,
  claim,
  giveUp,
  readInventory,
  readPublication,
  release,
  writeInventory,
  type Remembered,
} from './generations.ts';
import { readExpected, type Files, type LocalFiles } from './local-files.ts';
import { movePointer, send } from './send.ts';
import type { Target } from './target.ts';
import { serversToVerify } from './to-verify.ts';
import { refusesAll, verifyPublished, type Expected, type ReadPublished } from './verify-dist.ts';

export interface PublishOptions extends Grace {
  /** Of this run, and of no other. */
  readonly id: string;
  /** Sends every file, whatever is said to be there. */
  readonly all?: true;
  readonly onSent?: (done: number, of: number, bytes: number) => void;
}

/** What a way back to an older generation knows already. */
export interface WayBack {
  readonly remembered?: Remembered;
  /** The generation whose pages are published again. */
  readonly pagesOf?: number;
}

export interface Publishing {
  /** The id of the registry. */
  readonly registry: string;
  readonly problems: readonly Problem[];
  /** Absent where nothing was published, because hosts would refuse it. */
  readonly generation?: number;
  /** Whether anything was sent. */
  readonly changed: boolean;
  /** Whether more was removed, or sent under a name that stays, than the timestamp. */
  readonly replaced: boolean;
  readonly sent: number;
  readonly sentBytes: number;
  readonly unchanged: number;
  readonly removed: number;
}

const none = { changed: false, replaced: false, sent: 0, sentBytes: 0, unchanged: 0, removed: 0 };

/** @throws Failure `another-publisher`, `older-registry`, `other-registry`, `other-view`, `unknown-type` */
export async function publish(
  target: Target,
  local: LocalFiles,
  options: PublishOptions,
  { remembered: given, pagesOf }: WayBack = {},
): Promise<Publishing> {
  const { now, id, all } = options;
  const nothing = { ...none, registry: local.keyring.registry };
  // What nobody said how to deliver is found before anything is sent.
  for (const path of local.files.keys()) headersOf(path);
  const there = await readThere(target);
  await checkNotOlder(there, local);
  const remembered = given ?? (await readPublication(target));
  const [current] = remembered.publication.generations;
  const inventoryThere = current === undefined ? undefined : await readInventory(target, current);
  await checkSameView(target, local, { there, inventory: inventoryThere, publication: remembered.publication });
  const known = all ? undefined : inventoryThere;
  const toVerify = await readExpected(local, serversToVerify(local.files, known));
  const problems = await verifyPublished(readLocal(local), local.keyring, toVerify, now);
  if (refusesAll(problems)) return { ...nothing, problems };
  const changed = changedFiles(local.files, known, remembered);
  const timestamp = await local.read(timestampFile);
  const moves = there.timestamp?.bytes.equals(timestamp) !== true;
  const isComplete = !all && inventoryThere?.size === local.files.size && remembered.publication.claim === undefined;
  const removes = isRemovalDue(remembered.publication.generations, options);
  if (isComplete && changed.length === 0 && !moves && !removes && current !== undefined)
    return { ...nothing, problems, generation: current.generation, unchanged: local.files.size };

  const claimed = await claim(target, remembered, id, now);
  let isOver = false;
  try {
    const inventory = await writeInventory(target, local.files);
    await send({ target, local, changed, claimed, before: inventoryThere }, options);
    const after = await verifySent(target, local, toVerify, now);
    const said = new Set(problems.map(({ file }) => file));
    const refused = after.filter(({ file }) => !said.has(file));
    if (refused.length > 0) return { ...nothing, problems: [...problems, ...refused], changed: true };
    await checkStillClaimed(target, claimed);
    await movePointer(target, local, changed, there);
    const generation = (current?.generation ?? 0) + 1;
    const next: Generation = {
      ...{ generation, publishedAt: toSecond(now), inventory },
      ...(pagesOf !== undefined && { pagesOf }),
    };
    const { kept, removed } = await removeOld(target, [next, ...claimed.publication.generations], local.files, options);
    await release(target, claimed, kept);
    isOver = true;
    const sent = moves ? [...changed, timestampFile] : changed;
    return {
      ...{
        problems,
        registry: local.keyring.registry,
        generation,
        changed: true,
        replaced: removed > 0 || changed.some((path) => !isImmutable(path)),
        removed,
      },
      sent: sent.length,
      sentBytes: sent.reduce((sum, path) => sum + (local.files.get(path)?.bytes ?? 0), 0),
      unchanged: local.files.size - sent.length,
    };
  } finally {
    if (!isOver) await giveUp(target, claimed);
  }
}

const readLocal =
  ({ files, read }: LocalFiles): ReadPublished =>
  async (path) =>
    files.has(path) ? read(path) : undefined;

/**
 * What has to be sent, but for the timestamp. Where a run did not end, files that change under their name may be of
 * either generation: all of those are sent.
 */
export function changedFiles(files: Files, known: Files | undefined, { publication }: Remembered): string[] {
  return [...files.entries()]
    .filter(([path, { sha256 }]) => {
      if (path === timestampFile) return false;
      if (publication.claim !== undefined && !isImmutable(path)) return true;
      return known?.get(path)?.sha256 !== sha256;
    })
    .map(([path]) => path);
}

/** Reads the new registry back from the target, as a host does that finds the new timestamp there. */
function verifySent(
  target: Target,
  local: LocalFiles,
  servers: readonly Expected[],
  now: Date,
): Promise<readonly Problem[]> {
  const read: ReadPublished = async (path, maxBytes) =>
    isLast(path) && local.files.has(path) ? local.read(path) : (await target.read(path, maxBytes))?.bytes;
  return verifyPublished(read, local.keyring, servers, now);
}
