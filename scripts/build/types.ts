/**
 * Writes schemas/types.ts from the JSON Schemas, or with `--check` fails if it is not what they say.
 * Titles of objects become the names of interfaces; titles of plain values are for editors only.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { format, resolveConfig } from 'prettier';

const schemasDir = join(import.meta.dirname, '../../schemas');
const target = join(schemasDir, 'types.ts');

type Node = { [key: string]: unknown };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** The unions that become a type of their own. */
const unions: ReadonlySet<string> = new Set(['Argument', 'Closure']);

/**
 * An alias for every string would bury the interfaces: keep the titles of what becomes an interface or a union. Fields
 * that a format tolerates without knowing them are no part of its type.
 */
function withoutValueTitles(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutValueTitles);
  if (!isNode(node)) return node;
  const named = node.properties !== undefined || (node.oneOf !== undefined && unions.has(String(node.title)));
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !(key === 'title' && typeof value === 'string' && !named))
      .filter(([key, value]) => !(key === 'additionalProperties' && value === true && node.properties !== undefined))
      .map(([key, value]) => [key, withoutValueTitles(value)]),
  );
}

const keyOf = (file: string, pointer: string): string => (pointer === '' ? file : pointer.slice('#/$defs/'.length));

/** JSON Schema of 2020-12 wants `$ref` to other files; the generator wants one document. */
async function oneDocument(): Promise<JSONSchema> {
  const files = (await readdir(schemasDir)).filter((file) => file.endsWith('.schema.json')).sort();
  const schemas = new Map<string, Node>();
  for (const file of files) schemas.set(file, JSON.parse(await readFile(join(schemasDir, file), 'utf8')) as Node);

  const definitions: Node = {};
  const relink = (node: unknown, file: string): unknown => {
    if (Array.isArray(node)) return node.map((item) => relink(item, file));
    if (!isNode(node)) return node;
    if (typeof node.$ref === 'string') {
      const [other = '', pointer = ''] = node.$ref.split('#');
      return { $ref: `#/definitions/${keyOf(other || file, pointer && `#${pointer}`)}` };
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, relink(value, file)]));
  };
  for (const [file, { $defs, $schema: _dialect, ...schema }] of schemas) {
    if (schema.type !== undefined) definitions[file] = relink(schema, file);
    for (const [name, definition] of Object.entries(($defs ?? {}) as Node))
      definitions[keyOf(file, `#/$defs/${name}`)] = relink(definition, file);
  }
  return withoutValueTitles({
    title: 'Formats',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      [...schemas]
        .filter(([, schema]) => schema.type !== undefined)
        .map(([file]) => [file.replace('.schema.json', ''), { $ref: `#/definitions/${file}` }]),
    ),
    definitions,
  }) as JSONSchema;
}

const generated = await compile({ ...(await oneDocument()), title: 'Formats' }, 'Formats', {
  bannerComment: '// Generated from the JSON Schemas in this folder by `npm run types`. Do not edit.',
  additionalProperties: false,
  ignoreMinAndMaxItems: true,
  format: false,
});
const wanted = await format(generated, { ...(await resolveConfig(target)), parser: 'typescript' });

if (!process.argv.includes('--check')) await writeFile(target, wanted);
else if ((await readFile(target, 'utf8')) !== wanted) {
  console.error('schemas/types.ts is not what the schemas say: run `npm run types` and commit the result');
  process.exitCode = 1;
}
