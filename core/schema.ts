import type { FieldTree, SchemaError } from '../schemas/compiled.js';
import { nearest } from './did-you-mean.ts';
import type { Format } from './formats.ts';

/** One rule of a schema that a value breaks, in our words. */
export interface Violation {
  /** In kebab case. */
  readonly code: string;
  /** Keys and indices from the document's root to the offending value. */
  readonly path: readonly (string | number)[];
  /** Whether a key, not its value, is what is wrong. */
  readonly atKey?: true;
  readonly message: string;
  readonly remedy: string;
}

export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly violations: readonly Violation[] };

/** At most this many errors are shown. A document with more is not fixed one error at a time. */
const maxErrors = 200;

/** Whether a value is of a format, or else every rule that it breaks. */
export function checkFormat<T>(format: Format<T>, value: unknown): Checked<T> {
  if (format.validate(value)) return { ok: true, value: value as T };
  // The cost of telling branches apart grows with the square of what is wrong.
  const errors = firstOf(format.validate.errors ?? []);
  const violations = withoutOtherBranches(errors).map((error) => violation(error, value, format));
  return { ok: false, violations };
}

/**
 * The first of them. Errors of alternatives are all there or all left out: with half of them, the wrong one would seem
 * meant.
 */
function firstOf(errors: readonly SchemaError[]): readonly SchemaError[] {
  if (errors.length <= maxErrors) return errors;
  const first = errors.slice(0, maxErrors);
  const last = first.findLastIndex(({ schemaPath }) => !schemaPath.includes('/oneOf/'));
  return last < 0 ? first : first.slice(0, last + 1);
}

/**
 * If a schema has alternatives, keeps only the errors of the one that was meant: the one whose tag or type fits. If
 * none fits, keeps only the error that says so.
 */
function withoutOtherBranches(errors: readonly SchemaError[]): SchemaError[] {
  const choices = errors.filter((error) => error.keyword === 'oneOf');
  let kept = [...errors];
  for (const choice of choices) {
    const inside = kept.filter((error) => error.schemaPath.startsWith(`${choice.schemaPath}/`) && under(error, choice));
    const branches = Map.groupBy(inside, (error) => error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0]);
    const meant = [...branches.values()].filter(
      (branch) =>
        !branch.some(
          (error) =>
            (error.keyword === 'const' && error.instancePath === `${choice.instancePath}/type`) ||
            (error.keyword === 'type' && error.instancePath === choice.instancePath),
        ),
    );
    const [only] = meant;
    // The errors of an alternative that is described elsewhere have that place's path.
    const elsewhere = kept.some((error) => error !== choice && !inside.includes(error) && under(error, choice));
    const drop = new Set(inside);
    if (meant.length === 1 && only !== undefined) {
      for (const error of only) drop.delete(error);
      drop.add(choice);
    } else if (elsewhere) drop.add(choice);
    kept = kept.filter((error) => !drop.has(error));
  }
  return kept;
}

const under = (error: SchemaError, choice: SchemaError): boolean =>
  error.instancePath === choice.instancePath || error.instancePath.startsWith(`${choice.instancePath}/`);

function violation(error: SchemaError, document: unknown, { name, fields }: Format<unknown>): Violation {
  const path = pathOf(error.instancePath, document);
  const field = path.length === 0 ? 'the document' : fieldName(path);
  const found = show(valueAt(document, path));
  const params = error.params;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      if (path.length === 0 && key === 'signature' && name === 'manifest')
        return {
          code: 'unknown-field',
          path: [key],
          atKey: true,
          message: 'a manifest carries no signature',
          remedy: 'remove it: the signer makes it once the pull request is merged',
        };
      const guess = nearest(key, fieldsAt(fields, path));
      return {
        code: 'unknown-field',
        path: [...path, key],
        atKey: true,
        message: `${show(key)} is not a field of ${field}`,
        remedy:
          guess === undefined ? 'remove it, or see the schema for the fields there are' : `did you mean ${guess}?`,
      };
    }
    case 'required':
      return {
        code: 'missing-field',
        path,
        message: `${field} has no ${show(params.missingProperty)}`,
        remedy: `add ${String(params.missingProperty)}`,
      };
    case 'type':
      return {
        code: 'wrong-type',
        path,
        message: `${field} is ${kindOf(valueAt(document, path))} (${found}), not ${withArticle(params.type)}`,
        remedy:
          params.type === 'string' && ['number', 'boolean'].includes(typeof valueAt(document, path))
            ? 'put it between quotes'
            : `give ${withArticle(params.type)}`,
      };
    case 'enum': {
      const allowed = (params.allowedValues as readonly unknown[]).map(String);
      const guess = nearest(found.replaceAll('"', ''), allowed);
      return {
        code: 'not-allowed',
        path,
        message: `${field} is ${found}, which is not one of ${allowed.join(', ')}`,
        remedy: guess === undefined ? `choose one of them` : `did you mean ${guess}?`,
      };
    }
    case 'const':
      return {
        code: 'not-allowed',
        path,
        message: `${field} is ${found}, not ${show(params.allowedValue)}`,
        remedy: `write ${show(params.allowedValue)}`,
      };
    case 'pattern':
      return {
        code: 'wrong-form',
        path,
        message: `${field} is ${found}, which is not of the form ${String(params.pattern)}`,
        remedy: 'see its description in the schema',
      };
    case 'format':
      return {
        code: 'wrong-form',
        path,
        message: `${field} is ${found}, which is not a real ${formatNames.get(String(params.format)) ?? 'value'}`,
        remedy: params.format === 'date' ? 'write it as 2026-04-15' : 'see its description in the schema',
      };
    case 'oneOf':
    case 'discriminator':
      return {
        code: 'no-alternative',
        path,
        message: `${field} is ${found}, which fits none of the forms it may have`,
        remedy: 'see its description in the schema',
      };
    default:
      return {
        code: 'out-of-bounds',
        path,
        message: `${field} ${error.message ?? 'is not allowed'}`,
        remedy: 'see its description in the schema',
      };
  }
}

const formatNames = new Map([
  ['date', 'day of the calendar'],
  ['date-time', 'moment'],
  ['email', 'email address'],
]);

/** `launch.arguments[2].name` */
const fieldName = (path: readonly (string | number)[]): string =>
  path.reduce<string>(
    (name, key) => (typeof key === 'number' ? `${name}[${key}]` : name === '' ? key : `${name}.${key}`),
    '',
  );

const withArticle = (type: unknown): string =>
  /^[aio]/u.test(String(type)) ? `an ${String(type)}` : `a ${String(type)}`;

const kindOf = (value: unknown): string =>
  value === null ? 'empty' : Array.isArray(value) ? 'a list' : withArticle(typeof value);

/** A value in a message: short, and never a whole document. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The fields that an object at this place may have. */
function fieldsAt(fields: FieldTree | undefined, path: readonly (string | number)[]): readonly string[] {
  let tree = fields;
  for (const key of path) tree = tree?.[key] ?? tree?.['*'];
  return Object.keys(tree ?? {});
}

function valueAt(document: unknown, path: readonly (string | number)[]): unknown {
  let value = document;
  for (const key of path) value = (value as Record<string | number, unknown> | null | undefined)?.[key];
  return value;
}

/** RFC 6901. A segment is an index where it stands in a list. */
function pathOf(pointer: string, document: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  let value = document;
  for (const segment of pointer.split('/').slice(1)) {
    const unescaped = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    const key = Array.isArray(value) ? Number(unescaped) : unescaped;
    path.push(key);
    value = (value as Record<string | number, unknown>)[key];
  }
  return path;
}
