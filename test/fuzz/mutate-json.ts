/** JSON with something else in one place, as somebody who knows the formats would write it. */
import { canonicalJson } from '../../core/canonical.ts';
import { oneOf, type Random } from './random.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The keys and indices that lead to a value. */
type Path = readonly (string | number)[];
type Edit = (value: Json, path: Path, random: Random) => Json | undefined;

/** Members of an object, items of an array. `Object.fromEntries` makes a key of `__proto__` like of any other. */
const entriesOf = (value: Json | undefined): [string, Json][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];
const fromEntries = (entries: readonly (readonly [string, Json])[], like: Json | undefined): Json =>
  Array.isArray(like) ? entries.map(([, item]) => item) : Object.fromEntries(entries);

const at = (value: Json, path: Path): Json | undefined =>
  path.reduce<Json | undefined>(
    (inner, key) => entriesOf(inner).find(([candidate]) => candidate === String(key))?.[1],
    value,
  );

function withAt(value: Json, [key, ...rest]: Path, edit: (inner: Json) => Json): Json {
  if (key === undefined) return edit(value);
  const entries = entriesOf(value).map(
    ([name, item]) => [name, name === String(key) ? withAt(item, rest, edit) : item] as const,
  );
  return fromEntries(entries, value);
}

/** The container changed in which the last step of a path is taken. */
const inParent = (
  value: Json,
  path: Path,
  edit: (entries: readonly [string, Json][], index: number) => (readonly [string, Json])[],
): Json =>
  withAt(value, path.slice(0, -1), (parent) => {
    const entries = entriesOf(parent);
    const index = entries.findIndex(([key]) => key === String(path.at(-1)));
    return fromEntries(edit(entries, index), parent);
  });

const known = new WeakMap<object, readonly Path[]>();

/** Every place in a document but its top. */
function placesIn(value: Json): readonly Path[] {
  const found = typeof value === 'object' && value !== null ? known.get(value) : [];
  if (found !== undefined) return found;
  const places: Path[] = entriesOf(value).flatMap(([key, item]): Path[] => [
    [key],
    ...placesIn(item).map((path) => [key, ...path]),
  ]);
  known.set(value as object, places);
  return places;
}

const otherNames = ['__proto__', 'constructor', 'toString', 'length', '', 'signed', 'version', 'name', '0'];
const otherValues: readonly Json[] = [
  ...[null, true, false, 0, 1, -1, 1.5, 2 ** 53, 1e300, '', '0', ' ', '*', '..', '\u0000', '\u{1f512}', 'ä'],
  ...['2026-06-01T00:00:00Z', '9999-12-31T23:59:59Z', '0'.repeat(64), 'toString', '__proto__'],
  ...[[], {}, [[]], [null], { toString: 1 }, JSON.parse('{"__proto__":{"version":9}}')],
];
/** Deeper than anything may nest. */
const deep = JSON.parse(`${'['.repeat(80)}${']'.repeat(80)}`) as Json;

function nudged(value: Json, random: Random): Json {
  if (typeof value === 'number') return value + oneOf(random, [-1, 1, 0.5, 1000]);
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string') return [value];
  const index = random(value.length + 1);
  const character = oneOf(random, [...'0123456789abcdefABCDEF-_:.,/+= zZ\n"\\', 'é', '\u202e']);
  return value.slice(0, index) + oneOf(random, ['', character]) + value.slice(index + random(2));
}

const edits: readonly Edit[] = [
  function deletes(value, path) {
    return inParent(value, path, (entries, index) => entries.filter((_, each) => each !== index));
  },
  function repeats(value, path, random) {
    return inParent(value, path, (entries, index) => {
      const [key, item] = entries[index] ?? ['', null];
      return entries.toSpliced(random(entries.length + 1), 0, [oneOf(random, [`${key}2`, ...otherNames]), item]);
    });
  },
  function renames(value, path, random) {
    return inParent(value, path, (entries, index) => {
      const names = [...otherNames, ...entries.map(([key]) => key), String(path.at(-1)).toUpperCase()];
      return entries.map(([key, item], each) => [each === index ? oneOf(random, names) : key, item]);
    });
  },
  function retypes(value, path, random) {
    return withAt(value, path, (inner) =>
      oneOf(random, [...otherValues, deep, JSON.stringify(inner), Number(inner) || 7, [inner], { inner }]),
    );
  },
  function nudges(value, path, random) {
    return withAt(value, path, (inner) => nudged(inner, random));
  },
  function swapsNeighbours(value, path, random) {
    return inParent(value, path, (entries, index) => {
      const other = random(entries.length);
      const items = entries.map(([, item]) => item);
      [items[index], items[other]] = [items[other] ?? null, items[index] ?? null];
      return entries.map(([key], each) => [key, items[each] ?? null]);
    });
  },
  function swapsFarAway(value, path, random) {
    const other = oneOf(random, placesIn(value));
    const [here, there] = [at(value, path), at(value, other)];
    if (here === undefined || there === undefined) return undefined;
    return withAt(
      withAt(value, path, () => there),
      other,
      () => here,
    );
  },
];

/** The document with something else in one place; rarely the same one. */
function mutateValue(value: Json, random: Random): Json {
  const places = placesIn(value);
  if (places.length === 0) return oneOf(random, otherValues);
  // Long lists have most of the places: half of the time one of the first levels is chosen.
  const shallow = places.filter(({ length }) => length <= 3);
  const path = oneOf(random, random(2) === 0 ? shallow : places);
  return oneOf(random, edits)(value, path, random) ?? null;
}

/** The same said twice: once as it was, once changed. Readers differ in which of the two they see. */
function withTwin(value: Json, random: Random): string {
  const text = textOf(value);
  const place = oneOf(random, placesIn(value));
  const key = place.at(-1);
  const item = at(value, place);
  if (item === undefined || Array.isArray(at(value, place.slice(0, -1)))) return text;
  const member = `${JSON.stringify(key)}:${textOf(item)}`;
  const twin = `${JSON.stringify(key)}:${textOf(random(2) === 0 ? item : nudged(item, random))}`;
  return text.replace(member, () => (random(2) === 0 ? `${member},${twin}` : `${twin},${member}`));
}

const textOf = (value: Json): string => Buffer.from(canonicalJson(value)).toString('utf8');

/** A document's bytes with something else in one place, most of them in canonical form. */
export function mutateJson(value: Json, random: Random): Buffer {
  switch (random(10)) {
    case 0:
      return Buffer.from(JSON.stringify(random(2) === 0 ? value : mutateValue(value, random), null, 2));
    case 1:
      return Buffer.from(placesIn(value).length === 0 ? '{}' : withTwin(value, random));
    default:
      return Buffer.from(canonicalJson(mutateValue(value, random)));
  }
}
