/** Values of a server.json in which `{name}` stands for one of their variables. */
import { isLoaderVariable, redirectedBy } from '../core/environment.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { VariableHint } from './hints.ts';
import { traits } from './server-json-input.ts';

/** What is collected while a package is read. */
export interface Reading {
  readonly variables: Map<string, VariableHint>;
  readonly notes: string[];
}

/** The names in a value that its `variables` declare. */
export function templateOf(
  value: string,
  input: JsonObject,
): { readonly names: readonly string[]; readonly variables: JsonObject } {
  const variables = isJsonObject(input.variables) ? input.variables : {};
  const names = [...value.matchAll(/\{([^{}]+)\}/gu)].map(([, name = '']) => name);
  return { names: [...new Set(names)].filter((name) => isJsonObject(variables[name])), variables };
}

/**
 * Makes each part of a template a variable of the server: a manifest has no other input that is not passed as a word.
 * Returns the value with the placeholders of a manifest.
 */
export function withVariables(value: string, input: JsonObject, { variables }: Reading): string {
  const template = templateOf(value, input);
  let filled = value;
  for (const part of template.names) {
    const name = variableName(part);
    const about = template.variables[part];
    if (!variables.has(name) && isJsonObject(about)) {
      const hint = traits(name, about);
      variables.set(name, { name, ...hint, required: hint.required || hint.default === undefined });
    }
    filled = filled.replaceAll(`{${part}}`, () => `\${${name}}`);
  }
  return filled;
}

/** `path` must not become PATH, nor anything else that other programs read. */
function variableName(part: string): string {
  const name = part
    .replaceAll(/[^A-Za-z0-9]+/gu, '_')
    .replace(/^(?=\d)/u, '_')
    .toUpperCase();
  return isLoaderVariable(name) || redirectedBy(name) !== undefined ? `VALUE_${name}` : name;
}

/** The only part of a value, where the value is nothing else. */
export function onlyPart(value: string, input: JsonObject): JsonObject | undefined {
  const { names, variables } = templateOf(value, input);
  const [name] = names;
  const about = name !== undefined && value === `{${name}}` ? variables[name] : undefined;
  return isJsonObject(about) ? { ...about, description: about.description ?? input.description } : undefined;
}
