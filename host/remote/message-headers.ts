/** What MCP repeats of a message in the headers of its request (MCP 2026-07-28, Streamable HTTP, Request Metadata). */
import { Failure } from '../../core/failure.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { maxMirroredArguments, maxMirroredNameLength, maxMirroredValueLength } from '../../core/limits.ts';
import { metaKeys } from '../proxy/capabilities.ts';

/** The field of `params` that `Mcp-Name` repeats. */
const named: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);

/**
 * `schemas` are those of the called tool's arguments that were approved: only they say which arguments are repeated.
 * @throws Failure `endpoint-request` where MCP does not allow what they say, or a value is too long
 */
export function messageHeaders(
  method: string,
  params: JsonObject,
  schemas: readonly JsonObject[],
): Record<string, string> {
  const meta = isJsonObject(params['_meta']) ? params['_meta'] : {};
  const name = params[named.get(method) ?? ''];
  return {
    'mcp-protocol-version': headerValue(String(meta[metaKeys.protocol])),
    'mcp-method': headerValue(method),
    ...(typeof name === 'string' && { 'mcp-name': headerValue(name) }),
    ...(method === 'tools/call' && mirrored(schemas, params['arguments'])),
  };
}

/** Value Encoding: what a header cannot carry as it is, or what looks encoded, is written as Base64. */
export function headerValue(text: string): string {
  const isPlain = /^(?:[!-~](?:[\t -~]*[!-~])?)?$/u.test(text) && !/^=\?base64\?.*\?=$/u.test(text);
  const value = isPlain ? text : `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`;
  if (value.length > maxMirroredValueLength)
    throw unsendable(`a name or an argument is longer than the ${maxMirroredValueLength} characters of a header`);
  return value;
}

/** An argument that is repeated in a header: what stands behind `Mcp-Param-`, and where the argument is. */
interface Mirrored {
  readonly name: string;
  readonly path: readonly string[];
}

function mirrored(schemas: readonly JsonObject[], args: unknown): Record<string, string> {
  const headers = new Map<string, string>();
  const paths = new Map<string, string>();
  for (const { name, path } of schemas.flatMap((schema) => mirroredIn(schema))) {
    const key = `mcp-param-${name.toLowerCase()}`;
    const where = JSON.stringify(path);
    if ((paths.get(key) ?? where) !== where) throw notAllowed(`two arguments have the header ${name}`);
    paths.set(key, where);
    const text = textOf(
      path.reduce<unknown>((value, part) => (isJsonObject(value) ? own(value, part) : undefined), args),
    );
    if (text !== undefined) headers.set(key, headerValue(text));
  }
  if (paths.size > maxMirroredArguments) throw notAllowed(`more than ${maxMirroredArguments} arguments have headers`);
  return Object.fromEntries(headers);
}

const own = (value: JsonObject, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined);

/** What is null or missing has no header. The arguments fit the schema, so nothing else than these types is at such a place. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : undefined;
}

/** Only what is reached by `properties` alone counts (Schema Extension). */
function mirroredIn({ properties }: JsonObject, above: readonly string[] = []): Mirrored[] {
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).flatMap(([key, schema]) => {
    if (!isJsonObject(schema)) return [];
    const path = [...above, key];
    const name = schema['x-mcp-header'];
    const inner = mirroredIn(schema, path);
    if (name === undefined) return inner;
    if (typeof name !== 'string' || name.length > maxMirroredNameLength || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u.test(name))
      throw notAllowed('the name of a header is none, or too long');
    if (!['string', 'integer', 'boolean'].includes(String(schema['type'])))
      throw notAllowed(`the header ${name} is for what is neither a string nor an integer nor a boolean`);
    return [{ name, path }, ...inner];
  });
}

const notAllowed = (why: string): Failure => unsendable(`its approved definition is not one that MCP allows: ${why}`);

const unsendable = (why: string): Failure =>
  new Failure('endpoint-request', why, 'tell the maintainer of the server, or call it with other arguments');
