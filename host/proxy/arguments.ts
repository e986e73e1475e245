/** Checks the arguments of a call against the approved schema. Loaded with the first call only: a start does not wait for it. */
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { messageOf } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';

const options: Options = {
  // A schema of others may have words that this library does not know, and those mean nothing (JSON Schema, 6.5).
  strict: false,
  validateFormats: false,
  // Two tools may use the same `$id`.
  addUsedSchema: false,
  logger: false,
};

type Checked = (args: JsonObject) => string | undefined;

/** Compiles each schema when its tool is called first. */
export class ArgumentChecks {
  readonly #schemasOf: (tool: string) => readonly JsonObject[];
  readonly #checks = new Map<string, Checked>();

  constructor(schemasOf: (tool: string) => readonly JsonObject[]) {
    this.#schemasOf = schemasOf;
  }

  /** Why the arguments fit none of the approved definitions of a tool; undefined if they fit one, or if none is pinned. */
  fault(tool: string, args: JsonObject): string | undefined {
    let check = this.#checks.get(tool);
    if (check === undefined) this.#checks.set(tool, (check = compile(this.#schemasOf(tool))));
    return check(args);
  }
}

function compile(schemas: readonly JsonObject[]): Checked {
  const checks = schemas.map(checkOf);
  return (args) => {
    const faults = checks.map((check) => check(args));
    return faults.includes(undefined) ? undefined : faults[0];
  };
}

function checkOf(schema: JsonObject): Checked {
  let validate: ValidateFunction;
  try {
    validate = compilerFor(schema).compile(schema);
  } catch (error) {
    const why = `its approved schema cannot be used: ${messageOf(error).slice(0, 200)}`;
    return () => why;
  }
  // Its validator would answer with a promise, which is always true.
  if ('$async' in validate) return () => 'its approved schema is asynchronous, which MCP does not have';
  return (args) => (validate(args) ? undefined : describe(validate.errors?.[0]));
}

/** A schema that does not say what it is written in is JSON Schema 2020-12 (MCP 2025-11-25, Tools). */
function compilerFor({ $schema }: JsonObject): Ajv {
  const named = typeof $schema === 'string' ? $schema : '';
  if (/draft-0[467]/u.test(named)) return new Ajv(options);
  return /2019-09/u.test(named) ? new Ajv2019(options) : new Ajv2020(options);
}

/** Never the value, which may be a secret. */
function describe(error: ErrorObject | undefined): string {
  const { instancePath = '', message = 'they do not fit', params = {} } = error ?? {};
  const extra =
    typeof params['additionalProperty'] === 'string' ? ` (${params['additionalProperty'].slice(0, 80)})` : '';
  return `${instancePath === '' ? 'they' : instancePath.slice(0, 200)} ${message.slice(0, 200)}${extra}`;
}
