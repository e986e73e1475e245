/** Compares two JSON values from outside, place by place. */
import { sameJson } from '../../core/canonical.ts';
import { maxJsonDepth } from '../../core/limits.ts';
import { contrast } from './contrast.ts';
import type { FieldChange } from './types.ts';
import type { CompareWords } from './words.ts';

/** The maximum length of one value, in UTF-16 units. */
const maxValue = 2_000;
/** The same for texts that agents read, which reviewers must see in full. */
const maxReadText = 20_000;
/** Where in a definition agents read texts, and what they are told in addition. */
const readTexts = /\/(?:description|title|instructions)$/u;
const maxPath = 300;
const maxKey = 100;
/** Texts of this length or more are compared word by word. */
const minWords = 40;
/** Down to this depth a missing object counts as empty, so that each property of a new schema gets a line. */
const openedDepth = 2;

/** Compares two texts under a name, word by word when that is clearer. */
export function textChange(
  field: string,
  was: string | undefined,
  now: string | undefined,
  compare?: CompareWords,
): FieldChange {
  const isLong = was !== undefined && now !== undefined && Math.max(was.length, now.length) >= minWords;
  const words = isLong ? compare?.(was, now) : undefined;
  const length = readTexts.test(field) ? maxReadText : maxValue;
  return { field, ...contrast(was, now, length), ...(words !== undefined && { words }) };
}

/** Every place where two values differ, as JSON pointers below `path`. A part that only one value has is listed once. */
export function* valueChanges(
  was: unknown,
  now: unknown,
  compare: CompareWords,
  path = '',
  depth = 0,
): Generator<FieldChange> {
  const [before, after] = [asObject(was, depth), asObject(now, depth)];
  if (before !== undefined && after !== undefined && before.size + after.size > 0) {
    for (const key of inOrder(new Set([...before.keys(), ...after.keys()])))
      yield* valueChanges(before.get(key), after.get(key), compare, below(path, key), depth + 1);
  } else if (Array.isArray(was) && Array.isArray(now) && depth < maxJsonDepth) {
    yield* listChanges(was, now, compare, path, depth);
  } else if (!sameJson(was, now)) {
    yield wholeChange(was, now, compare, path);
  }
}

/** The most informative keys of a schema come first. */
const first = new Set(['description', 'properties', 'required']);
const inOrder = (keys: ReadonlySet<string>): Iterable<string> =>
  new Set([...[...first].filter((key) => keys.has(key)), ...[...keys].sort()]);

function* listChanges(
  was: readonly unknown[],
  now: readonly unknown[],
  compare: CompareWords,
  path: string,
  depth: number,
): Generator<FieldChange> {
  if ([...was, ...now].some((item) => typeof item === 'object' && item !== null)) {
    for (let index = 0; index < Math.max(was.length, now.length); index++)
      yield* valueChanges(was[index], now[index], compare, below(path, String(index)), depth + 1);
    return;
  }
  // Lists of required or allowed words are compared without their order.
  const [before, after] = [new Set(was), new Set(now)];
  for (const item of before.difference(after)) yield wholeChange(item, undefined, compare, path);
  for (const item of after.difference(before)) yield wholeChange(undefined, item, compare, path);
  if (before.symmetricDifference(after).size === 0 && !sameJson(was, now)) yield wholeChange(was, now, compare, path);
}

function wholeChange(was: unknown, now: unknown, compare: CompareWords, path: string): FieldChange {
  const isText = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string';
  if (isText(was) && isText(now)) return textChange(path, was, now, compare);
  // As JSON when one of them is not text, so that "1" and 1 look different.
  const json = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));
  return textChange(path, json(was), json(now), compare);
}

function asObject(value: unknown, depth: number): ReadonlyMap<string, unknown> | undefined {
  if (value === undefined && depth <= openedDepth) return new Map();
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && depth < maxJsonDepth ? new Map(Object.entries(value)) : undefined;
}

const below = (path: string, key: string): string =>
  path.length > maxPath ? path : `${path}/${key.slice(0, maxKey).replaceAll('~', '~0').replaceAll('/', '~1')}`;
