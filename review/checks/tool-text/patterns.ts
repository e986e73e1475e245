/** Checks the regular expressions of schemas. Clients and hosts run them on the arguments of an agent. */
import { isSafePattern } from 'redos-detector';
import { isJsonObject } from '../../../core/json.ts';
import {
  maxPatternDepth,
  maxPatternLength,
  maxPatternRepetitions,
  maxPatternSearches,
  maxPatternSteps,
} from '../../../core/limits.ts';
import type { Level } from '../../../schemas/types.ts';
import { countRepetitions, shapeOf } from './pattern-shape.ts';
import type { Found } from './rules.ts';
import { quoted } from './quoted.ts';

/** A regular expression and its place in a definition. */
export interface Pattern {
  readonly where: string;
  readonly source: string;
}

/** Every `pattern`, and every key of `patternProperties`, each expression once. */
export function patternsOf(definition: Readonly<Record<string, unknown>>): Pattern[] {
  const patterns = new Map<string, Pattern>();
  const add = (path: readonly string[], source: string): void => {
    if (!patterns.has(source)) patterns.set(source, { where: path.join('.'), source });
  };
  const walk = (value: unknown, path: readonly string[]): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, [...path, String(index)]);
    else if (isJsonObject(value))
      for (const [key, item] of Object.entries(value)) {
        if (key === 'pattern' && typeof item === 'string') add([...path, key], item);
        if (path.at(-1) === 'patternProperties') add([...path, key], key);
        walk(item, [...path, key]);
      }
  };
  for (const schema of ['inputSchema', 'outputSchema']) walk(definition[schema], [schema]);
  return [...patterns.values()];
}

type Result = ReturnType<typeof isSafePattern>;
type Search = (source: string) => Result | undefined;

/**
 * Checks expressions until a budget of searches is spent. There is one budget for each server, so that the number of
 * expressions does not decide how long it takes.
 */
export function patternChecker(): (source: string) => Found | undefined {
  const checked = new Map<string, Found | undefined>();
  let searches = maxPatternSearches;
  const searchOnce: Search = (source) => (searches-- > 0 ? search(source) : undefined);
  return (source) => {
    if (!checked.has(source)) checked.set(source, checkOne(source, searchOnce));
    return checked.get(source);
  };
}

function checkOne(source: string, searchOnce: Search): Found | undefined {
  if (source.length > maxPatternLength)
    return unchecked(
      `has a regular expression of ${source.length} characters; at most ${maxPatternLength} are checked`,
    );
  if (!compiles(source, 'u') && !compiles(source, ''))
    return {
      rule: 'schema-pattern-invalid',
      level: 'review',
      what: `has a regular expression that does not compile, ${quoted(source)}`,
    };
  const { parts, groups, repetitions, depth, refersBack } = shapeOf(source);
  if (depth > maxPatternDepth)
    return unchecked(`has a regular expression ${depth} groups deep; at most ${maxPatternDepth} are checked`);
  if (repetitions > maxPatternRepetitions)
    return unchecked(
      `has a regular expression with ${repetitions} repetitions; at most ${maxPatternRepetitions} are checked`,
    );
  if (refersBack) return unchecked(`has a regular expression that refers back, ${quoted(source)}`);
  if (repetitions === 0) return undefined;
  const ambiguous = (level: Level): Found => ({
    rule: 'schema-pattern-ambiguous',
    level,
    what: `has a regular expression that can match the same text in many ways, ${quoted(source)}`,
  });
  const turns = groups.map((group) => searchOnce(`^(?:${group})+$`));
  if (turns.some((turn) => turn?.safe === false && turn.trails.some(meets))) return ambiguous('block');
  const results = parts.map((part) => searchOnce(part));
  if ([...turns, ...results].includes(undefined))
    return unchecked(`has a regular expression that could not be checked, ${quoted(source)}`);
  const unsafe = parts.filter((_, index) => results[index]?.safe === false).map(countRepetitions);
  if (unsafe.some(({ endless, optional }) => endless >= manyRepetitions || optional >= manyRepetitions))
    return ambiguous('review');
  // One endless part matches each length in one way, so the time grows only in proportion to the text.
  return unsafe.some(({ endless }) => endless > 1) ? ambiguous('note') : undefined;
}

/** With so many repetitions, the time grows like a high power of the length, or doubles that many times. */
const manyRepetitions = 10;

/**
 * Whether two ways to match separate and meet again at the same place of the expression. Inside a repeated group this can
 * happen in each repetition: each one doubles the number of ways, and so the time.
 */
function meets({ trail }: Result['trails'][number]): boolean {
  let parted = false;
  for (const { a, b } of trail) {
    const together = a.node.start.offset === b.node.start.offset;
    const turn = b.quantifierIterations.map(({ iteration }) => iteration);
    if (together && (parted || a.quantifierIterations.some(({ iteration }, index) => iteration !== turn[index])))
      return true;
    parted ||= !together;
  }
  return false;
}

const unchecked = (what: string): Found => ({ rule: 'schema-pattern-unjudged', level: 'review', what });

function compiles(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp;
  } catch {
    return false;
  }
}

function search(source: string): Result | undefined {
  try {
    return isSafePattern(source, { maxSteps: maxPatternSteps, timeout: Infinity });
  } catch {
    // The expression needs a newer engine than the parser of this package knows.
    return undefined;
  }
}
