/** Lists every text of a server that an agent or its user reads, with its place. */
import { credentialTarget } from '../../../core/credential-rules.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { Argument, Manifest } from '../../../schemas/types.ts';

/** A text, and its place within its subject. */
export interface Text {
  /** As `inputSchema.properties.path.description`. */
  readonly where: string;
  readonly text: string;
  /** A `key` is a name in a schema; a `parameter` is the name of a text that the agent gives. */
  readonly kind: 'value' | 'key' | 'parameter';
}

/** The subject of a finding, with all its texts. */
export interface Subject {
  /** `tool:<name>`, `prompt:<name>`, `manifest:<field>` or `instructions`, in printable ASCII. */
  readonly subject: string;
  /** The field of the manifest that has the texts; absent for tools and instructions. */
  readonly field?: keyof Manifest;
  readonly texts: readonly Text[];
}

/** Keys and strings of a definition, such as a tool's, each once. A list of strings is one text: a sentence may be spread over it. */
export function textsOfDefinition(definition: Readonly<Record<string, unknown>>): Text[] {
  const texts = new Map<string, Text>();
  const add = (path: readonly string[], text: string, kind: Text['kind']): void => {
    const key = `${kind} ${text}`;
    if (!texts.has(key)) texts.set(key, { where: path.join('.'), text, kind });
  };
  const walk = (value: unknown, path: readonly string[]): void => {
    if (typeof value === 'string') {
      add(path, value, 'value');
      if (isNameOfArgument(path)) add(path, value, 'parameter');
    } else if (Array.isArray(value)) {
      const strings = value.filter((item) => typeof item === 'string');
      if (strings.length > 0) add(path, strings.join('\n'), 'value');
      for (const [index, item] of value.entries()) if (typeof item !== 'string') walk(item, [...path, String(index)]);
    } else if (isJsonObject(value)) {
      const areParameters = path[0] === 'inputSchema' && path.at(-1) === 'properties';
      for (const [key, item] of Object.entries(value)) {
        add([...path, key], key, areParameters && carriesText(item) ? 'parameter' : 'key');
        walk(item, [...path, key]);
      }
      if (path[0] === 'inputSchema')
        for (const name of undeclared(value)) add([...path, 'required'], name, 'parameter');
    }
  };
  walk(definition, []);
  return [...texts.values()];
}

/** A prompt lists what it takes in another way than a tool. */
const isNameOfArgument = ([list, , field, ...deeper]: readonly string[]): boolean =>
  list === 'arguments' && field === 'name' && deeper.length === 0;

/** Whether a value of this schema can carry words. A number and a yes or no cannot. */
const carriesText = (schema: unknown): boolean =>
  !isJsonObject(schema) || !['boolean', 'integer', 'number'].includes(String(schema.type));

/** Parameters that a schema requires without describing them. */
function undeclared({ required, properties }: JsonObject): string[] {
  const declared = isJsonObject(properties) ? properties : {};
  return Array.isArray(required)
    ? required.filter((name) => typeof name === 'string').filter((name) => !Object.hasOwn(declared, name))
    : [];
}

/** The prose of a manifest, by field. The names have no positions in lists, because these change when an entry is added. */
export function subjectsOfManifest(manifest: Manifest): Subject[] {
  const { title, description, justification, backends = [], launch, remote } = manifest;
  const { credentials = [], lifecycle = [] } = manifest;
  const prose: Prose[] = [
    { field: 'title', text: title },
    { field: 'description', text: description },
    { field: 'justification', text: justification },
    ...backends.map((text): Prose => ({ field: 'backends', text })),
    ...(launch?.arguments ?? []).map(describedArgument),
    ...(launch?.environment ?? []).map(({ name, description: text }): Prose => ({
      field: 'launch',
      below: `environment.${name}.description`,
      text,
    })),
    ...[...(remote?.headers ?? []), ...(remote?.variables ?? [])].map(({ name, description: text }): Prose => ({
      field: 'remote',
      below: `${name}.description`,
      text,
    })),
    ...credentials.flatMap((credential): Prose[] => [
      { field: 'credentials', below: `${credentialTarget(credential)}.source`, text: credential.source },
      { field: 'credentials', below: `${credentialTarget(credential)}.scope`, text: credential.scope },
    ]),
    ...lifecycle.map(({ reason }): Prose => ({ field: 'lifecycle', below: 'reason', text: reason })),
  ];
  const placeOf = ({ field, below }: Prose): string => (below === undefined ? field : `${field}.${below}`);
  return [...Map.groupBy(prose, placeOf)].map(([where, entries]) => ({
    subject: `manifest:${where}`,
    ...(entries[0] !== undefined && { field: entries[0].field }),
    texts: entries.flatMap(({ text }) => (text === undefined ? [] : [{ where, text, kind: 'value' as const }])),
  }));
}

/** A text of a manifest; `below` is its place within the field. */
interface Prose {
  readonly field: keyof Manifest;
  readonly below?: string;
  readonly text: string | undefined;
}

const describedArgument = (argument: Argument): Prose =>
  argument.type === 'fixed'
    ? { field: 'launch', below: 'arguments', text: undefined }
    : { field: 'launch', below: `arguments.${argument.name}.description`, text: argument.description };
