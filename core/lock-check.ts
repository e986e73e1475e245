/** Everything about a lock that the schema cannot say. */
import type { Lock, LockedTool } from '../schemas/types.ts';
import { canonicalJson } from './canonical.ts';
import { lockFault } from './closure-layout.ts';
import { checkClosure } from './closure.ts';
import { sha256 as digestOf } from './digest.ts';
import type { Fault } from './problem.ts';

/** Everything in a lock that contradicts the rest of it. */
export const checkLock = (lock: Lock): Fault[] => [
  ...checkClosure(lock),
  ...checkTools(lock.tools),
  ...(isSorted(lock.instructions) ? [] : [unsorted('instructions')]),
  ...(lock.capture === 'none' && lock.tools.length + lock.instructions.length > 0
    ? [lockFault('capture-none', 'it has tools or instructions, and says that none were captured')]
    : []),
];

function checkTools(tools: readonly LockedTool[]): Fault[] {
  const faults: Fault[] = isSorted(tools.map(({ name }) => name)) ? [] : [unsorted('tools')];
  for (const { name, definitions } of tools) {
    if (!isSorted(definitions.map((definition) => definition.sha256))) faults.push(unsorted(`definitions of ${name}`));
    for (const { sha256: stated, definition } of definitions) {
      if (definition.name !== name)
        faults.push(lockFault('tool-name', `a definition of ${name} is named ${JSON.stringify(definition.name)}`));
      const actual = digestOf(canonicalJson(definition));
      if (actual !== stated)
        faults.push(lockFault('tool-digest', `a definition of ${name} has the digest ${actual}, not ${stated}`));
    }
  }
  return faults;
}

/** Strictly ascending: sorted, and nothing twice. */
const isSorted = (values: readonly string[]): boolean =>
  values.every((value, index) => index === 0 || (values[index - 1] ?? '') < value);

const unsorted = (what: string): Fault =>
  lockFault('lock-order', `the ${what} are not sorted, or one stands there twice`);
