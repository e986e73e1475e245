/** Two texts, word by word. */
import { diffWordsWithSpace } from 'diff';
import type { WordRun } from './types.ts';

/** Of each text, in UTF-16 units. */
const maxText = 10_000;
/** Words that are added or removed between two texts. */
const maxEdits = 500;
/** Of all texts that one server may have compared. */
const maxTotal = 200_000;
/** At both ends of what did not change. */
const context = 60;

/** Gives the pieces of two texts, or nothing where they are too long or too different to compare. */
export type CompareWords = (was: string, now: string) => readonly WordRun[] | undefined;

/**
 * Compares texts of one server until so much was compared that a review would wait. The bounds count words, not time,
 * so that the same texts give the same result on every machine.
 */
export function wordComparison(): CompareWords {
  let left = maxTotal;
  return (was, now) => {
    if (Math.max(was.length, now.length) > maxText || was.length + now.length > left) return undefined;
    left -= was.length + now.length;
    return diffWordsWithSpace(was, now, { maxEditLength: maxEdits })?.map(({ added, removed, value }) =>
      added || removed ? { kind: added ? 'added' : 'removed', text: value } : { kind: 'same', text: elided(value) },
    );
  };
}

function elided(text: string): string {
  if (text.length <= 3 * context) return text;
  return `${text.slice(0, context)} … ${text.slice(-context)}`.toWellFormed();
}
