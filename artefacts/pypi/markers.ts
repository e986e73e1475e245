/**
 * Environment markers: the conditions under which a Python package is needed. Parsed and evaluated as
 * https://packaging.python.org/en/latest/specifications/dependency-specifiers/ says.
 */
import { valid } from '@renovatebot/pep440';
import { maxMarkerDepth, maxMarkerLength } from '../../core/limits.ts';
import { compareText } from '../../core/order.ts';
import { normalPypiName } from '../../core/pypi-name.ts';
import { Refusal } from '../../core/refusal.ts';
import { markerVariables, type MarkerEnvironment, type MarkerVariable } from './python.ts';
import { isRange, versionFits } from './version-range.ts';

export type Marker =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Marker[] }
  | {
      readonly kind: 'comparison';
      readonly variable: MarkerVariable;
      readonly operator: Operator;
      readonly text: string;
      /** Whether the text stands before the operator. */
      readonly reversed: boolean;
    };

type Operator = (typeof operators)[number];
const operators = ['===', '==', '!=', '~=', '<=', '>=', '<', '>', 'in', 'not in'] as const;

const token =
  /\s*(?:(?<sign>[()]|[=!<>~]+)|(?<word>not\s+in\b|[A-Za-z_][\w.]*)|'(?<single>[^']*)'|"(?<double>[^"]*)")/uy;

interface Token {
  /** A sign, a keyword or a variable. Undefined for a text. */
  readonly word?: string;
  readonly text?: string;
}

/** @throws Refusal E_FORMAT for what is no marker, E_TOO_LARGE */
export function parseMarker(marker: string): Marker {
  const wrong = (what: string): Refusal =>
    new Refusal('E_FORMAT', `the marker ${shown(marker)} ${what}`, 'see PEP 508 for what a marker may say');
  if (marker.length > maxMarkerLength) throw tooLarge(`longer than ${maxMarkerLength} characters`);
  const tokens = tokensOf(marker, wrong);
  let next = 0;

  const any = (depth: number): Marker => joined('or', depth, all);
  const all = (depth: number): Marker => joined('and', depth, one);
  const joined = (kind: 'and' | 'or', depth: number, part: (depth: number) => Marker): Marker => {
    const first = part(depth);
    const parts = [first];
    for (; tokens[next]?.word === kind; parts.push(part(depth))) next++;
    return parts.length === 1 ? first : { kind, parts };
  };
  const one = (depth: number): Marker => {
    if (tokens[next]?.word !== '(') return comparison();
    if (depth === maxMarkerDepth) throw tooLarge(`nested more than ${maxMarkerDepth} deep`);
    next++;
    const inner = any(depth + 1);
    if (tokens[next++]?.word !== ')') throw wrong('has a bracket that is not closed');
    return inner;
  };
  const comparison = (): Marker => {
    const [left, middle, right] = [tokens[next++], tokens[next++], tokens[next++]];
    if (left === undefined || middle === undefined || right === undefined) throw wrong('ends too early');
    const operator = operators.find((each) => each === middle.word);
    if (operator === undefined) throw wrong(`has ${nameOf(middle)} where a comparison must be`);
    const reversed = left.text !== undefined;
    const [named, { text }] = reversed ? [right, left] : [left, right];
    const variable = markerVariables.find((each) => each === named.word);
    if (variable === undefined) throw wrong(`compares ${nameOf(named)}, which is no known variable`);
    if (text === undefined) throw wrong(`compares ${variable} with ${nameOf(right)}, which is no text`);
    if (!isComparable(variable, operator, text, reversed))
      throw wrong(`compares ${variable} with ${shown(text)}, which ${operator} cannot do`);
    // PEP 685: extras are compared in their normal form, however they are spelled.
    const compared = variable === 'extra' ? normalPypiName(text) : text;
    return { kind: 'comparison', variable, operator, text: compared, reversed };
  };

  const result = any(0);
  const rest = tokens[next];
  if (rest !== undefined) throw wrong(`has ${nameOf(rest)} after its end`);
  return result;
}

function tokensOf(marker: string, wrong: (what: string) => Refusal): readonly Token[] {
  const tokens: Token[] = [];
  const end = marker.trimEnd().length;
  token.lastIndex = 0;
  for (let at = 0; at < end; at = token.lastIndex) {
    token.lastIndex = at;
    const groups = token.exec(marker)?.groups;
    if (groups === undefined) throw wrong(`cannot be read from character ${at + 1} on`);
    const word = groups.sign ?? groups.word?.replace(/\s+/u, ' ');
    const text = groups.single ?? groups.double;
    tokens.push(word === undefined ? { text: text ?? '' } : { word });
  }
  return tokens;
}

const shown = (text: string): string => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
const nameOf = ({ word, text = '' }: Token): string => word ?? shown(text);
const tooLarge = (how: string): Refusal =>
  new Refusal('E_TOO_LARGE', `a marker is ${how}`, 'tell the maintainer of the package: no real marker is');

/** Variables that are always versions. */
const versions: ReadonlySet<MarkerVariable> = new Set([
  'python_version',
  'python_full_version',
  'implementation_version',
]);
/** Variables that are versions on some systems, and other text on others. */
const perhapsVersions: ReadonlySet<MarkerVariable> = new Set(['platform_release', 'platform_version']);

function isComparable(variable: MarkerVariable, operator: Operator, text: string, reversed: boolean): boolean {
  if (operator === 'in' || operator === 'not in') return true;
  if (!versions.has(variable)) return operator !== '~=' || perhapsVersions.has(variable);
  return reversed ? valid(text) !== null : isComparison(operator + text);
}

/** One comparison, not a list. */
const isComparison = (range: string): boolean => !range.includes(',') && isRange(range);

/**
 * Whether a marker holds in an environment. Undefined where that depends on a variable that is not known there.
 * @throws Refusal E_FORMAT where what is known cannot be compared
 */
export function markerHolds(marker: Marker, environment: MarkerEnvironment): boolean | undefined {
  switch (marker.kind) {
    case 'and':
    case 'or': {
      const decisive = marker.kind === 'or';
      const parts = new Set(marker.parts.map((part) => markerHolds(part, environment)));
      if (parts.has(decisive)) return decisive;
      return parts.has(undefined) ? undefined : !decisive;
    }
    case 'comparison': {
      const { variable, operator, text, reversed } = marker;
      const value = environment[variable];
      if (value === undefined) return undefined;
      return reversed ? compares(variable, text, operator, value) : compares(variable, value, operator, text);
    }
    default:
      return marker satisfies never;
  }
}

function compares(variable: MarkerVariable, left: string, operator: Operator, right: string): boolean {
  if (operator === 'in') return right.includes(left);
  if (operator === 'not in') return !right.includes(left);
  const asVersions = versions.has(variable) || perhapsVersions.has(variable);
  if (asVersions && valid(left) !== null && isComparison(operator + right)) return versionFits(left, operator + right);
  switch (operator) {
    case '===':
      return left.toLowerCase() === right.toLowerCase();
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return compareText(left, right) < 0;
    case '<=':
      return compareText(left, right) <= 0;
    case '>':
      return compareText(left, right) > 0;
    case '>=':
      return compareText(left, right) >= 0;
    case '~=':
      throw new Refusal(
        'E_FORMAT',
        `a marker asks whether ${variable} is ${operator}${right}, and it is ${left}, which is no version`,
        'use a machine where it is one, or ask the maintainer of the package',
      );
    default:
      return operator satisfies never;
  }
}
