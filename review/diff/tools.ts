/** Compares the tools in two locks of a server. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import type { Lock, LockedTool } from '../../schemas/types.ts';
import type { FieldChange, Instruction, Known, ToolChange, ToolsDiff } from './types.ts';
import { valueChanges } from './values.ts';
import { wordComparison, type CompareWords } from './words.ts';

/** The maximum number of changed places that are kept for one tool. */
const maxChanges = 200;

/** The changes of tools, by name. Tools with equal definitions are equal; the digests in the locks are not used. */
export function toolsDiff(was: Lock | undefined, now: Lock | undefined, known: Known = {}): ToolsDiff {
  const [before, after] = [byName(was), byName(now)];
  const compare = wordComparison();
  const changes = [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .flatMap((name) => toolChange(name, before.get(name), after.get(name), compare));
  const count = (change: ToolChange['change']): number => changes.filter((each) => each.change === change).length;
  const changed = new Set(changes.map(({ name }) => name));
  const instruction = (digest: string): Instruction => {
    const text = known.instruction?.(digest);
    return { sha256: digest, ...(text !== undefined && { text }) };
  };
  const [told, tells] = [new Set(was?.instructions), new Set(now?.instructions)];
  return {
    ...(now?.capture !== undefined && { capture: now.capture }),
    total: { was: before.size, now: after.size },
    counts: { added: count('added'), changed: count('changed'), removed: count('removed') },
    changes: [...changes.filter(isLoud), ...changes.filter((change) => !isLoud(change))],
    same: [...after.keys()].filter((name) => !changed.has(name)).sort(),
    instructions: {
      added: [...tells.difference(told)].sort().map(instruction),
      removed: [...told.difference(tells)].sort().map(instruction),
    },
  };
}

const byName = (lock: Lock | undefined): ReadonlyMap<string, LockedTool> =>
  new Map(lock?.tools.map((tool) => [tool.name, tool]));

const isLoud = ({ changes }: ToolChange): boolean => changes.some(({ loud }) => loud);

type Definition = LockedTool['definitions'][number];

function toolChange(
  name: string,
  was: LockedTool | undefined,
  now: LockedTool | undefined,
  compare: CompareWords,
): ToolChange[] {
  if (now === undefined) return [{ name, change: 'removed', count: 0, changes: [] }];
  const [before, after] = [
    without(was?.definitions ?? [], now.definitions),
    without(now.definitions, was?.definitions),
  ];
  if (was !== undefined && before.length + after.length === 0) return [];
  const changes: FieldChange[] = [];
  let count = 0;
  // One definition is compared with one other. A definition of a new tool, or an additional one, is compared with nothing.
  for (let index = 0; index < Math.max(before.length, after.length); index++)
    for (const change of definitionChanges(before[index], after[index], compare))
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
function without(these: readonly Definition[], those: readonly Definition[] = []): Definition[] {
  const digestOf = ({ definition }: Definition): string => sha256(canonicalJson(definition));
  const known = new Set(those.map(digestOf));
  return these.filter((one) => !known.has(digestOf(one)));
}

/** The fields that people and agents read first come first. */
const first = ['title', 'description', 'annotations', 'inputSchema', 'outputSchema'];

function* definitionChanges(
  was: Definition | undefined,
  now: Definition | undefined,
  compare: CompareWords,
): Generator<FieldChange> {
  const [before, after] = [was?.definition ?? {}, now?.definition ?? {}];
  const part = (definition: object, key: string): object =>
    Object.fromEntries(Object.entries(definition).filter(([name]) => name === key));
  const keys = [...Object.keys(before), ...Object.keys(after)].filter((key) => key !== 'name').sort();
  for (const key of new Set([...first, ...keys]))
    for (const change of valueChanges(part(before, key), part(after, key), compare))
      yield isAlarming(change, was !== undefined) ? { ...change, loud: true } : change;
}

/** The default of each hint (MCP 2025-11-25, ToolAnnotations) whose other value promises more. */
const hints = new Map([
  ['/annotations/readOnlyHint', 'true'],
  ['/annotations/destructiveHint', 'false'],
  ['/annotations/idempotentHint', 'true'],
  ['/annotations/openWorldHint', 'false'],
]);

/** Whether a tool no longer promises what it promised before. */
const isAlarming = ({ field, was }: FieldChange, isKnown: boolean): boolean =>
  isKnown && hints.get(field) !== undefined && was === hints.get(field);
