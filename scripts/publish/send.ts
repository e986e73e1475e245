/** Sends files in the order in which they may be seen, and at last the timestamp, from which hosts find all others. */
import { mapConcurrently } from '../../core/concurrency.ts';
import { maxTimestampBytes } from '../../core/limits.ts';
import { isLast, stageOf, stages, timestampFile } from './delivery.ts';
import { anotherPublisher, checkStillClaimed, type Remembered } from './generations.ts';
import { keepReplaced } from './kept-files.ts';
import type { Files, LocalFiles } from './local-files.ts';
import type { Target } from './target.ts';
import type { There } from './there.ts';

/** Files that are sent at one time. */
const atOnce = 24;

export interface Sending {
  readonly target: Target;
  readonly local: LocalFiles;
  readonly changed: readonly string[];
  readonly claimed: Remembered;
  /** The files of the generation that is replaced, where it is known. */
  readonly before: Files | undefined;
}

/** All but roots and the timestamp: what is written over is kept. @throws Failure `another-publisher` */
export async function send(
  { target, local: { files, read }, changed, claimed, before }: Sending,
  { onSent }: { readonly onSent?: (done: number, of: number, bytes: number) => void },
): Promise<void> {
  const sent = changed.filter((path) => !isLast(path));
  let [done, sentBytes] = [0, 0];
  for (const stage of stages) {
    // What changes under its name must not be written over by a run that was slower than its successor.
    if (stage !== 'immutable') await checkStillClaimed(target, claimed);
    await mapConcurrently(
      sent.filter((path) => stageOf(path) === stage),
      atOnce,
      async (path) => {
        const bytes = await read(path);
        const file = files.get(path);
        if (before !== undefined && file !== undefined) await keepReplaced(target, path, file, before);
        await target.put(path, bytes);
        sentBytes += bytes.byteLength;
        onSent?.(++done, sent.length, sentBytes);
      },
    );
  }
}

/** @throws Failure `another-publisher` */
export async function movePointer(
  target: Target,
  { read }: LocalFiles,
  changed: readonly string[],
  { timestamp: before }: There,
): Promise<void> {
  const timestamp = await read(timestampFile);
  const there = await target.read(timestampFile, maxTimestampBytes);
  // Another one's root must not come before this one's timestamp, nor the other way round.
  if (there?.version !== before?.version) throw anotherPublisher('another run moved the timestamp meanwhile');
  // One after the other: hosts look for a later root only where they found the one before.
  for (const path of changed.filter((each) => stageOf(each) === 'root').sort(byVersion))
    await target.put(path, await read(path));
  if (before?.bytes.equals(timestamp) === true) return;
  if (!(await target.replace(timestampFile, timestamp, before?.version)))
    throw anotherPublisher('another run moved the timestamp meanwhile');
}

const byVersion = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
