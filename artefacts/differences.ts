/** Compares what a lock says about a part with what its bytes say. */
import { sameJson } from '../core/canonical.ts';
import type { Fault } from '../core/problem.ts';

/** Fields that a lock and the bytes give differently. `source` begins the sentence about each. */
export function fieldDifferences(source: string, said: object, found: object): Fault[] {
  const stated = new Map<string, unknown>(Object.entries(said));
  const actual = new Map<string, unknown>(Object.entries(found));
  return [...new Set([...stated.keys(), ...actual.keys()])]
    .sort()
    .filter((field) => !sameJson(stated.get(field) ?? null, actual.get(field) ?? null))
    .map((field) => ({
      code: 'lock-entry',
      message: `${source} gives the ${field} ${inWords(actual.get(field))}, but the lock says ${inWords(stated.get(field))}`,
      remedy: lockAgain,
    }));
}

export const lockAgain = 'run `registry lock` again; if this stays, ask who changed the lock';

/** The maximum length of a value in a message. */
const maxShown = 100;

function inWords(value: unknown): string {
  const text = value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= maxShown ? text : `${text.slice(0, maxShown - 1).toWellFormed()}…`;
}
