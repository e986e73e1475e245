/** Sends what was not sent yet, in batches, and remembers how far it came. */
import { lstatSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { HttpFailure } from '../../core/address.ts';
import { systemCode } from '../../core/failure.ts';
import { auditLockMs, maxAuditBatchBytes, maxAuditBatchEvents } from '../../core/limits.ts';
import { readCursor, writeCursor, type Cursor } from './cursor.ts';
import type { Audited } from './event.ts';
import { fullFiles, openFolder, type TrailPlace } from './files.ts';
import { checkHeldBack, CollectorBusy, holdBack } from './held-back.ts';
import { takeLock } from '../process-lock.ts';
import type { SentEvent } from './otlp.ts';
import { growingFile, linesOf, trailFiles, type TrailFile } from './reader.ts';
import type { Send } from './send.ts';

export interface ForwardTask {
  readonly place: TrailPlace;
  /** The most that may wait. What is older is given up. */
  readonly spoolBytes: number;
  readonly send: Send;
  /** Writes down that events were given up. */
  readonly append: (event: Pick<Audited, 'event' | 'outcome' | 'dropped' | 'message'>) => void;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** How many events were sent, and how many given up; nothing where another process forwards just now. */
export type Forwarded = { readonly sent: number; readonly dropped: number } | undefined;

/**
 * Each event is sent at least once: a process that is killed between sending and remembering sends a batch again, and
 * the collector knows it by chain and number.
 * @throws what `send` throws, Failure `audit-held-back`; what was sent before that is remembered
 */
export async function forward(task: ForwardTask): Promise<Forwarded> {
  const { place, now } = task;
  openFolder(place);
  const lock = takeLock(join(place.folder, 'forwarding'), now(), auditLockMs);
  if (lock === undefined) return undefined;
  const heldBack = join(place.folder, 'held-back');
  try {
    const { cursor, given } = withinSpool(task, readCursor(place));
    if (given !== undefined) {
      giveUp(task, given);
      // Otherwise the next try would give up the same ones again, and say so again.
      await writeCursor(place, cursor ?? oldest(place));
    }
    checkHeldBack(heldBack, now());
    let sent = 0;
    let refused = 0;
    for (const batch of batches(place, cursor)) {
      lock.renew(now());
      await onDisk(batch.path);
      const dropped = await deliver(task, batch.events);
      refused += dropped;
      sent += batch.events.length - dropped;
      await writeCursor(place, batch.upTo);
    }
    if (refused > 0) giveUp(task, { dropped: refused, message: 'the collector refused them for good' });
    return { sent, dropped: refused + (given?.dropped ?? 0) };
  } catch (error) {
    if (error instanceof CollectorBusy) holdBack(heldBack, error, now());
    throw error;
  } finally {
    lock.release();
  }
}

/** The beginning of what is kept. */
function oldest(place: TrailPlace): Cursor {
  const [first] = trailFiles(place);
  return { file: first === undefined ? '' : idOf(first), offset: 0 };
}

/**
 * No event is on the disk at once when it was written. What was sent must be: after a loss of power, other events would stand where
 * the cursor says that all was sent.
 */
async function onDisk(path: string): Promise<void> {
  try {
    await using file = await open(path, 'r+');
    await file.datasync();
  } catch (error) {
    // Another process moved it away just now.
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

type Given = Pick<Audited, 'dropped' | 'message'>;

const giveUp = ({ append }: ForwardTask, given: Given): void => append({ event: 'drop', outcome: 'failed', ...given });

/** Where to begin, so that no more waits than may; and what is given up for that. */
function withinSpool(
  { place, spoolBytes }: ForwardTask,
  cursor: Cursor | undefined,
): { cursor?: Cursor; given?: Given } {
  const start = cursor !== undefined && isIn(place, cursor) ? cursor : undefined;
  const given: { given?: Given } =
    cursor === undefined || start !== undefined
      ? {}
      : { given: { message: 'what was sent last is no longer kept: what came after it may be lost' } };
  const waiting = [...fullFiles(place).map(({ path }) => path), place.file];
  const all = waiting.reduce((sum, path) => sum + (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  // Most often all files together are within it.
  if (all <= spoolBytes) return { ...(start !== undefined && { cursor: start }), ...given };
  let left = 0;
  for (const { bytes, offset } of unsent(place, start)) left += bytes.byteLength - offset;
  let dropped = 0;
  let at = start;
  for (const { file, id, offset } of unsent(place, start))
    for (const { event, end, start: begin } of linesOf(file, offset)) {
      if (left <= spoolBytes) return spooled(at, dropped, given);
      // The collector gets no event that says so of those before, if that is given up too.
      if (typeof event === 'object') dropped += event.event === 'drop' ? (event.dropped ?? 0) : 1;
      left -= end - begin;
      at = { file: id, offset: end };
    }
  return spooled(at, dropped, given);
}

const spooled = (
  at: Cursor | undefined,
  dropped: number,
  lost: { given?: Given },
): { cursor?: Cursor; given?: Given } => ({
  ...(at !== undefined && { cursor: at }),
  ...(dropped === 0 ? lost : { given: { dropped, message: 'more waited to be sent than may wait' } }),
});

const idOf = (file: TrailFile): string => linesOf(file).next().value?.digest ?? '';

/** Whether the file of the cursor is still kept. */
function isIn(place: TrailPlace, { file }: Cursor): boolean {
  const growing = growingFile(place);
  if (growing !== undefined && idOf(growing) === file) return true;
  for (const each of trailFiles(place)) if (idOf(each) === file) return true;
  return false;
}

interface Unsent {
  readonly file: TrailFile;
  readonly bytes: Buffer;
  readonly id: string;
  readonly offset: number;
}

/** The files with something to send, from the cursor on; from the oldest on where there is none. */
function* unsent(place: TrailPlace, cursor: Cursor | undefined): Generator<Unsent> {
  const growing = growingFile(place);
  // Most often only the file that grows has anything.
  const files = growing !== undefined && idOf(growing) === cursor?.file ? [growing] : trailFiles(place);
  let begun = cursor === undefined;
  for (const file of files) {
    const id = idOf(file);
    const isStart = id === cursor?.file;
    begun ||= isStart;
    if (begun && id !== '') yield { file, bytes: file.bytes, id, offset: isStart ? cursor.offset : 0 };
  }
}

interface Batch {
  readonly path: string;
  readonly events: readonly SentEvent[];
  readonly upTo: Cursor;
}

function* batches(place: TrailPlace, cursor: Cursor | undefined): Generator<Batch> {
  for (const { file, id, offset } of unsent(place, cursor)) {
    let events: SentEvent[] = [];
    let upTo = offset;
    let size = 0;
    for (const { event, text, digest, end } of linesOf(file, offset)) {
      // A last line without an end may just be written.
      if (file.number === undefined && file.bytes[end - 1] !== newline) break;
      upTo = end;
      if (typeof event !== 'object') continue;
      events.push({ event, text, digest });
      size += text.length;
      if (events.length < maxAuditBatchEvents && size < maxAuditBatchBytes) continue;
      yield { path: file.path, events, upTo: { file: id, offset: upTo } };
      events = [];
      size = 0;
    }
    if (events.length > 0) yield { path: file.path, events, upTo: { file: id, offset: upTo } };
  }
}

const newline = 0x0a;

/** Statuses of an answer that says: not these events, whenever they come. */
const never: ReadonlySet<number> = new Set([400, 413, 422]);

/** Sends a batch, in halves where it is refused as it is, so that no event keeps all others waiting. Returns how many were given up. */
async function deliver(
  { send, signal }: Pick<ForwardTask, 'send' | 'signal'>,
  events: readonly SentEvent[],
): Promise<number> {
  try {
    return await send(events, signal);
  } catch (error) {
    if (!(error instanceof HttpFailure && never.has(error.status))) throw error;
    // To write down that this was given up would go on for ever.
    if (events.length === 1) return events[0]?.event.event === 'drop' ? 0 : 1;
    const middle = Math.ceil(events.length / 2);
    const first = await deliver({ send, signal }, events.slice(0, middle));
    return first + (await deliver({ send, signal }, events.slice(middle)));
  }
}
