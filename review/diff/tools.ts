/** Compares what a server offers in two locks: tools, prompts, resources and resource templates. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { offersOf, otherKinds, toolKind, type OfferKind } from '../../core/offers.ts';
import type { Lock, LockedDefinition, LockedOffer } from '../../schemas/types.ts';
import { instructionsDiff } from './instructions.ts';
import type { FieldChange, Known, ListDiff, OfferChange, OffersDiff, ToolsDiff } from './types.ts';
import { valueChanges } from './values.ts';
import { wordComparison, type CompareWords } from './words.ts';

/** The maximum number of changed places that are kept for one of them. */
const maxChanges = 200;

/** What changes in the tools, and in what the server tells every agent. */
export function toolsDiff(was: Lock | undefined, now: Lock | undefined, known: Known = {}): ToolsDiff {
  const compare = wordComparison();
  return {
    ...(now?.capture !== undefined && { capture: now.capture }),
    ...listDiff(toolKind, was, now, compare),
    instructions: instructionsDiff(was, now, known, compare),
  };
}

/** What changes in prompts, resources and resource templates. */
export function othersDiff(was: Lock | undefined, now: Lock | undefined): OffersDiff[] {
  const compare = wordComparison();
  return otherKinds
    .map((kind) => ({
      list: kind.list,
      ...(now?.unpinned?.some((list) => list === kind.list) && { unpinned: true as const }),
      ...listDiff(kind, was, now, compare),
    }))
    .filter(({ changes, unpinned }) => changes.length > 0 || unpinned);
}

/** The changes of one list, by name. Entries with equal definitions are equal; the digests in the locks are not used. */
function listDiff(kind: OfferKind, was: Lock | undefined, now: Lock | undefined, compare: CompareWords): ListDiff {
  const [before, after] = [byName(was, kind), byName(now, kind)];
  const changes = [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .flatMap((name) => offerChange(kind, name, before.get(name), after.get(name), compare));
  const count = (change: OfferChange['change']): number => changes.filter((each) => each.change === change).length;
  const changed = new Set(changes.map(({ name }) => name));
  return {
    total: { was: before.size, now: after.size },
    counts: { added: count('added'), changed: count('changed'), removed: count('removed') },
    changes: [...changes.filter(isLoud), ...changes.filter((change) => !isLoud(change))],
    same: [...after.keys()].filter((name) => !changed.has(name)).sort(),
  };
}

const byName = (lock: Lock | undefined, kind: OfferKind): ReadonlyMap<string, LockedOffer> =>
  new Map(offersOf(lock, kind).map((offer) => [offer.name, offer]));

const isLoud = ({ changes }: OfferChange): boolean => changes.some(({ loud }) => loud);

function offerChange(
  kind: OfferKind,
  name: string,
  was: LockedOffer | undefined,
  now: LockedOffer | undefined,
  compare: CompareWords,
): OfferChange[] {
  if (now === undefined) return [{ name, change: 'removed', count: 0, changes: [] }];
  const [before, after] = [
    without(was?.definitions ?? [], now.definitions),
    without(now.definitions, was?.definitions),
  ];
  if (was !== undefined && before.length + after.length === 0) return [];
  const changes: FieldChange[] = [];
  let count = 0;
  // One definition is compared with one other. A definition of something new, or an additional one, is compared with nothing.
  for (let index = 0; index < Math.max(before.length, after.length); index++)
    for (const change of definitionChanges(kind, before[index], after[index], compare))
      if (count++ < maxChanges || change.loud) changes.push(change);
  const numbers = { was: was?.definitions.length ?? 0, now: now.definitions.length };
  return [
    {
      name,
      change: was === undefined ? 'added' : 'changed',
      count,
      changes: [...changes.filter(({ loud }) => loud), ...changes.filter(({ loud }) => !loud)],
      ...(Math.max(numbers.was, numbers.now) > 1 && { definitions: numbers }),
    },
  ];
}

/** The definitions that the other side does not have. Only `validate` checks the digests in a lock. */
function without(these: readonly LockedDefinition[], those: readonly LockedDefinition[] = []): LockedDefinition[] {
  const digestOf = ({ definition }: LockedDefinition): string => sha256(canonicalJson(definition));
  const known = new Set(those.map(digestOf));
  return these.filter((one) => !known.has(digestOf(one)));
}

/** The fields that people and agents read first come first. */
const first = ['name', 'title', 'description', 'annotations', 'inputSchema', 'outputSchema'];

function* definitionChanges(
  kind: OfferKind,
  was: LockedDefinition | undefined,
  now: LockedDefinition | undefined,
  compare: CompareWords,
): Generator<FieldChange> {
  const [before, after] = [comparable(kind, was), comparable(kind, now)];
  const part = (definition: object, key: string): object =>
    Object.fromEntries(Object.entries(definition).filter(([name]) => name === key));
  const keys = new Set([...first, ...[...Object.keys(before), ...Object.keys(after)].sort()]);
  keys.delete(kind.key);
  for (const key of keys)
    for (const change of valueChanges(part(before, key), part(after, key), compare))
      yield was === undefined ? change : { ...change, ...brokenPromise(change) };
}

/** A definition, in which the arguments of a prompt are by their name, so that each text of them is a place of its own. */
function comparable({ list }: OfferKind, locked: LockedDefinition | undefined): JsonObject {
  const definition: JsonObject = locked?.definition ?? {};
  const { arguments: given } = definition;
  if (list !== 'prompts' || !Array.isArray(given)) return definition;
  const named = new Map(
    given.flatMap((argument: unknown) => {
      if (!isJsonObject(argument) || typeof argument.name !== 'string') return [];
      const { name, ...rest } = argument;
      return [[name, rest] as const];
    }),
  );
  return named.size === given.length ? { ...definition, arguments: Object.fromEntries(named) } : definition;
}

/** Each hint, and its value that promises more (MCP 2025-11-25, ToolAnnotations). */
const hints = [
  ['readOnlyHint', 'true'],
  ['destructiveHint', 'false'],
  ['idempotentHint', 'true'],
  ['openWorldHint', 'false'],
] as const;

export const isHint = (field: string): boolean => hints.some(([name]) => field === `/annotations/${name}`);

/** The promise that a tool made before and does not make any more. */
function brokenPromise({ field, was }: FieldChange): Pick<FieldChange, 'brokenPromise' | 'loud'> {
  const [hint] = hints.find(([name, promising]) => field === `/annotations/${name}` && was === promising) ?? [];
  return hint === undefined ? {} : { brokenPromise: hint, loud: true };
}
