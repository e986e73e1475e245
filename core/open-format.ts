import type { Format } from './formats.ts';
import { JsonError, parseJson } from './json.ts';
import { Refusal } from './refusal.ts';
import { checkFormat, show } from './schema.ts';

/** The version of every format that this program reads and writes. */
const knownSchemaVersion = 1;

/**
 * Reads JSON that a registry, a lock or a state folder holds. `what` is what messages call these bytes.
 * @throws Refusal E_TOO_LARGE, E_FORMAT, E_SCHEMA_VERSION
 */
export const openFormat = <T>(format: Format<T>, bytes: Uint8Array, what: string): T =>
  ofFormat(format, openJson(format, bytes, what), what);

/**
 * The first half: bounded, strict JSON of a known schema version.
 * @throws Refusal E_TOO_LARGE, E_FORMAT, E_SCHEMA_VERSION
 */
export function openJson(format: Format<unknown>, bytes: Uint8Array, what: string): unknown {
  if (bytes.byteLength > format.maxBytes)
    throw new Refusal(
      'E_TOO_LARGE',
      `${what} has ${bytes.byteLength} bytes; a ${format.name} has at most ${format.maxBytes}`,
      'tell the operator of the registry',
    );
  let value: unknown;
  try {
    value = parseJson(bytes);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new Refusal('E_FORMAT', `${what} is ${cause.message}`, damaged, { cause });
  }
  const schemaVersion = schemaVersionOf(value);
  if (schemaVersion !== undefined && schemaVersion !== knownSchemaVersion)
    throw new Refusal(
      'E_SCHEMA_VERSION',
      `${what} is of schema version ${show(schemaVersion)}; this program knows ${knownSchemaVersion}`,
      'update countersign',
    );
  return value;
}

/** The second half: what the schema says. @throws Refusal E_FORMAT */
export function ofFormat<T>(format: Format<T>, value: unknown, what: string): T {
  const checked = checkFormat(format, value);
  if (checked.ok) return checked.value;
  const [first] = checked.violations;
  throw new Refusal('E_FORMAT', `${what} is no ${format.name}: ${first?.message ?? 'it breaks the schema'}`, damaged);
}

const damaged = 'fetch or make it again; if that does not help, tell the operator of the registry';

/** A file says its version at the top, a statement in its predicate. */
function schemaVersionOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('schemaVersion' in value) return value.schemaVersion;
  if ('predicate' in value) return schemaVersionOf(value.predicate);
  return undefined;
}
