/** An endpoint of a server.json, as `remote` of a manifest. */
import { headerSetBy } from '../core/header-names.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { HeaderInput, Remote, RemoteVariable } from '../schemas/types.ts';
import { isExample } from './hint-names.ts';
import type { DescribedRemote } from './described-server.ts';
import { objects, text, traits } from './server-json-input.ts';

/** Nothing where it is no endpoint with an address and a transport. */
export function readRemote(each: JsonObject): DescribedRemote | undefined {
  const transport = text(each.type) ?? text(each.transport_type);
  const address = text(each.url);
  if (address === undefined || (transport !== 'streamable-http' && transport !== 'sse')) return undefined;
  const variables = new Map<string, RemoteVariable>();
  const notes: string[] = [];
  const declared = isJsonObject(each.variables) ? each.variables : {};
  const url = withVariables(address, (name) => aboutIn(declared, name), variables);
  const headers = objects(each.headers).flatMap((header) => readHeader(header, variables, notes) ?? []);
  return {
    remote: {
      ...{ url, transport },
      ...(headers.length > 0 && { headers }),
      ...(variables.size > 0 && { variables: [...variables.values()] }),
    } satisfies Remote,
    notes,
  };
}

const aboutIn = (variables: JsonObject, name: string): JsonObject | undefined => {
  const about = variables[name];
  return isJsonObject(about) ? about : undefined;
};

/**
 * Many entries write `Bearer {token}` and say nothing about the token: it is then as secret as the header. A value that
 * is no template of a secret header is an example of it, and is not taken.
 */
function readHeader(
  header: JsonObject,
  variables: Map<string, RemoteVariable>,
  notes: string[],
): HeaderInput | undefined {
  const name = text(header.name);
  if (name === undefined) return undefined;
  const setBy = headerSetBy(name);
  if (setBy !== undefined) {
    notes.push(`left out: the header ${name}, which is set by ${setBy}`);
    return undefined;
  }
  const own = inputOf(name, header);
  const value = text(header.value);
  if (value === undefined || !isHeaderValue(value)) return own;
  const parts = isJsonObject(header.variables) ? header.variables : {};
  const names = namesIn(value);
  const [only] = names;
  if (only !== undefined && value === `{${only}}`) return inputOf(name, { ...header, ...aboutIn(parts, only) });
  if (names.length === 0 && (own.secret === true || isExample(value))) return own;
  return {
    ...{ name, description: own.description },
    ...(own.required === true && { required: true }),
    // The secret is a variable's, not the header's.
    value: withVariables(
      value,
      (each) => ({ ...header, isSecret: own.secret, default: undefined, ...aboutIn(parts, each) }),
      variables,
    ),
  };
}

const isHeaderValue = (value: string): boolean => /^[!-~](?:[ -~]*[!-~])?$/u.test(value);

const namesIn = (value: string): string[] => [
  ...new Set([...value.matchAll(/(?<!\$)\{([^{}]+)\}/gu)].map(([, name = '']) => name)),
];

/** The value with the placeholders of a manifest, whose variables are declared. */
function withVariables(
  value: string,
  about: (name: string) => JsonObject | undefined,
  variables: Map<string, RemoteVariable>,
): string {
  let filled = value;
  for (const part of namesIn(value)) {
    const name = part
      .replaceAll(/[^A-Za-z0-9_-]+/gu, '_')
      .replace(/^(?![A-Za-z_])/u, '_')
      .slice(0, 64);
    if (!variables.has(name)) {
      const said = inputOf(name, about(part) ?? {});
      variables.set(name, said.default === undefined ? { ...said, required: true } : said);
    }
    filled = filled.replaceAll(`{${part}}`, () => `\${${name}}`);
  }
  return filled;
}

/** A header and a variable have the same fields, but for a header's value. */
function inputOf(name: string, about: JsonObject): RemoteVariable {
  const { secret, required, format, choices, ...rest } = traits(name, about);
  return {
    ...{ name, description: `What the endpoint takes as ${name}.`, ...rest },
    ...(required && { required }),
    ...(secret && { secret }),
    ...(format !== undefined && format !== 'filepath' && { format }),
    ...(choices !== undefined && { choices: [...choices] }),
  };
}
