/** Finds references of schemas to something outside the definition: it can change after the review. */
import { isJsonObject } from '../../../core/json.ts';
import { quoted } from './quoted.ts';
import type { Found } from './rules.ts';

/** Their keys are names, not keywords. */
const named = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
/** Their values are values, not schemas. */
const values = new Set(['default', 'examples', 'example', 'enum', 'const']);
const references = new Set(['$ref', '$dynamicRef', '$recursiveRef']);

/** Every reference to another document, with its place. */
export function remoteReferencesIn(
  definition: Readonly<Record<string, unknown>>,
): (Found & { readonly where: string })[] {
  const found: (Found & { readonly where: string })[] = [];
  const walk = (value: unknown, path: readonly string[], isSchema: boolean): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, [...path, String(index)], true);
    if (!isJsonObject(value)) return;
    for (const [key, item] of Object.entries(value)) {
      const where = [...path, key];
      if (isSchema && references.has(key) && typeof item === 'string' && !item.startsWith('#'))
        found.push({ ...remote(item), where: where.join('.') });
      else if (!isSchema || !values.has(key)) walk(item, where, !(isSchema && named.has(key)));
    }
  };
  for (const schema of ['inputSchema', 'outputSchema']) walk(definition[schema], [schema], true);
  return found;
}

const remote = (target: string): Found => ({
  rule: 'schema-remote-reference',
  level: /^(?:[a-z][a-z0-9+.-]{0,30}:|\/\/)/iu.test(target) ? 'block' : 'review',
  what: `refers to ${quoted(target)}, which is not in the definition`,
});
