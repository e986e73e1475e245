/** Compares what a server tells every agent in two locks, in full. */
import { sha256 } from '../../core/digest.ts';
import type { Lock } from '../../schemas/types.ts';
import type { Instruction, Known, ToolsDiff } from './types.ts';
import type { CompareWords } from './words.ts';

/** The text of an older lock is known only where `known` has it. */
export function instructionsDiff(
  was: Lock | undefined,
  now: Lock | undefined,
  known: Known,
  compare: CompareWords,
): ToolsDiff['instructions'] {
  const [before, after] = [textsOf(was, known), textsOf(now, known)];
  const removed = [...before.keys()].filter((digest) => !after.has(digest)).sort();
  const added = [...after.keys()].filter((digest) => !before.has(digest)).sort();
  const compared = added.map((digest): Instruction => {
    const text = after.get(digest);
    const [other, words] = text === undefined ? [] : comparison(text, removed, before, compare);
    if (other !== undefined) removed.splice(removed.indexOf(other), 1);
    return { ...instruction(digest, text), ...(words !== undefined && { words }) };
  });
  return { added: compared, removed: removed.map((digest) => instruction(digest, before.get(digest))) };
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

/** The removed text with the longest common beginning, and how the new one differs from it. */
function comparison(
  text: string,
  removed: readonly string[],
  before: ReadonlyMap<string, string | undefined>,
  compare: CompareWords,
): [string, ReturnType<CompareWords>] | [] {
  const candidates = removed.flatMap((digest) => {
    const other = before.get(digest);
    return other === undefined ? [] : [{ digest, other, common: commonLength(text, other) }];
  });
  const [closest] = candidates.toSorted((a, b) => b.common - a.common);
  const words = closest === undefined ? undefined : compare(closest.other, text);
  return closest === undefined || words === undefined ? [] : [closest.digest, words];
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
