/** Everything about a lock that the schema cannot say. */
import type { Lock, LockedOffer } from '../schemas/types.ts';
import { canonicalJson, sameJson } from '../core/canonical.ts';
import { lockFault } from './lock-fault.ts';
import { checkGraph } from './graphs.ts';
import { sha256 as digestOf } from '../core/digest.ts';
import { offerKinds, offersOf, type OfferKind } from '../core/offers.ts';
import type { Fault } from '../core/problem.ts';

/** Everything in a lock that contradicts the rest of it. */
export const checkLock = (lock: Lock): Fault[] => [
  ...checkGraph(lock),
  ...offerKinds.flatMap((kind) => checkOffers(offersOf(lock, kind), kind)),
  ...checkUnpinned(lock),
  ...checkInstructions(lock),
  ...(lock.capture === 'none' && !isEmpty(lock)
    ? [lockFault('capture-none', 'it has tools or instructions, and says that none were captured')]
    : []),
];

function checkOffers(offers: readonly LockedOffer[], { list, one, key }: OfferKind): Fault[] {
  const faults: Fault[] = isSorted(offers.map(({ name }) => name)) ? [] : [unsorted(list)];
  for (const { name, definitions } of offers) {
    if (!isSorted(definitions.map((definition) => definition.sha256))) faults.push(unsorted(`definitions of ${name}`));
    for (const { sha256: stated, definition } of definitions) {
      if (definition[key] !== name)
        faults.push(
          lockFault(`${codeOf(one)}-name`, `a definition of ${name} is named ${JSON.stringify(definition[key])}`),
        );
      const actual = digestOf(canonicalJson(definition));
      if (actual !== stated)
        faults.push(
          lockFault(`${codeOf(one)}-digest`, `a definition of ${name} has the digest ${actual}, not ${stated}`),
        );
    }
  }
  return faults;
}

const codeOf = (one: string): string => one.replaceAll(' ', '-');

/** A list is in the lock or it is not pinned, but not both. */
function checkUnpinned(lock: Lock): Fault[] {
  const { unpinned = [] } = lock;
  return [
    ...(isSorted(unpinned) ? [] : [unsorted('lists in `unpinned`')]),
    ...unpinned
      .filter((list) => offersOf(lock, { list }).length > 0)
      .map((list) => lockFault('lock-unpinned', `it has ${list}, and says that they are not pinned`)),
  ];
}

/** The texts are what the digests are made from. */
function checkInstructions({ instructions, instructionTexts: texts }: Lock): Fault[] {
  const isOther = texts !== undefined && !sameJson(texts.map(digestOf), instructions);
  return [
    ...(isSorted(instructions) ? [] : [unsorted('instructions')]),
    ...(isOther ? [lockFault('instruction-digest', 'its texts of instructions have other digests than it says')] : []),
  ];
}

const isEmpty = (lock: Lock): boolean =>
  offerKinds.every((kind) => offersOf(lock, kind).length === 0) &&
  lock.instructions.length === 0 &&
  lock.unpinned === undefined;

/** Strictly ascending: sorted, and nothing twice. */
const isSorted = (values: readonly string[]): boolean =>
  values.every((value, index) => index === 0 || (values[index - 1] ?? '') < value);

const unsorted = (what: string): Fault =>
  lockFault('lock-order', `the ${what} are not sorted, or one stands there twice`);
