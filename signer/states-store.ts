/**
 * What the main line held of each server, kept in the state: a run goes on from the last one, and asks for what is new. It is
 * made from git alone; where it is lost, or is of another line, it is found out from the beginning.
 */
import type { CommitSource } from '../catalog/committed.ts';
import { ServerStates } from '../catalog/server-states.ts';
import { maxIndexBytes } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import { followMainLine } from './evidence/follow-main-line.ts';
import type { State } from './state/state.ts';

const statesFile = 'index/states.jsonl';

/** The states, and the commit that they end with. */
export interface KnownStates {
  readonly states: ServerStates;
  readonly commit: string;
}

/** As they were stored last; nothing where they are lost. */
export async function storedStates(state: State): Promise<KnownStates | undefined> {
  const stored = await state.read(statesFile, maxIndexBytes);
  return stored === undefined ? undefined : ServerStates.from(stored.bytes);
}

/** The states up to a commit. @throws Refusal E_OBJECT, E_FORMAT, E_TOO_LARGE; Failure as the source does */
export async function readStates(state: State, content: CommitSource, commit: string): Promise<ServerStates> {
  const known = await storedStates(state);
  if (known === undefined) return content.statesUntil(commit);
  try {
    await content.lend((objects) => followMainLine(objects, known.states, known.commit, commit));
    return known.states;
  } catch (error) {
    // The main line of the commit does not hold what was stored: it is older.
    if (error instanceof Refusal && error.code === 'E_EVIDENCE_HISTORY') return content.statesUntil(commit);
    throw error;
  }
}

/** Stores them for the next run. Where another was quicker, what that one knows stays. */
export async function writeStates(state: State, { states, commit }: KnownStates): Promise<void> {
  const bytes = states.toBytes(commit);
  const stored = await state.read(statesFile, maxIndexBytes);
  if (stored?.bytes.equals(bytes) !== true) await state.replace(statesFile, bytes, stored?.version);
}
