/** Compares what a server tells every agent in two locks, in full. */
import { sha256 } from '../../core/digest.ts';
import type { Lock } from '../../schemas/types.ts';
import type { Instruction, InstructionsDiff, Known } from './types.ts';
import { textChange } from './values.ts';
import type { CompareWords } from './words.ts';

/** The text of an older lock is known only where `known` has it. */
export function instructionsDiff(
  was: Lock | undefined,
  now: Lock | undefined,
  known: Known,
  compare: CompareWords,
): InstructionsDiff {
  const [before, after] = [textsOf(was, known), textsOf(now, known)];
  const removed = [...before.keys()].filter((digest) => !after.has(digest)).sort();
  const added = [...after.keys()].filter((digest) => !before.has(digest)).sort();
  const compared = added.map((digest): Instruction => {
    const text = after.get(digest);
    const closest = text === undefined ? undefined : closestOf(text, removed, before);
    if (closest === undefined) return instruction(digest, text);
    removed.splice(removed.indexOf(closest.digest), 1);
    return { ...instruction(digest, text), change: textChange('/instructions', closest.text, text, compare) };
  });
  const isNew = was?.instructionTexts === undefined && now?.instructionTexts !== undefined;
  const recorded = isNew ? [...after.keys()].filter((digest) => before.has(digest)) : [];
  return {
    added: compared,
    removed: removed.map((digest) => instruction(digest, before.get(digest))),
    recorded: recorded.map((digest) => instruction(digest, after.get(digest))),
  };
}

const instruction = (digest: string, text: string | undefined): Instruction => ({
  sha256: digest,
  ...(text !== undefined && { text }),
});

/** By digest. Only `validate` checks the digests in a lock. */
function textsOf(lock: Lock | undefined, { instruction: textOf }: Known): ReadonlyMap<string, string | undefined> {
  const texts = lock?.instructionTexts;
  if (texts !== undefined) return new Map(texts.map((text) => [sha256(text), text]));
  return new Map(lock?.instructions.map((digest) => [digest, textOf?.(digest)]));
}

/** The removed text with the longest common beginning. */
function closestOf(
  text: string,
  removed: readonly string[],
  before: ReadonlyMap<string, string | undefined>,
): { readonly digest: string; readonly text: string } | undefined {
  const candidates = removed.flatMap((digest) => {
    const other = before.get(digest);
    return other === undefined ? [] : [{ digest, text: other, common: commonLength(text, other) }];
  });
  return candidates.toSorted((a, b) => b.common - a.common)[0];
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
