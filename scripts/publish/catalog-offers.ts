/** What the page of a server shows of its tools, prompts, resources and instructions. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { offersOf, otherKinds, type OfferList } from '../../core/offers.ts';
import type {
  CatalogOffer,
  CatalogServer,
  CatalogTool,
  Lock,
  LockedOffer,
  LockedTool,
  Manifest,
  ToolInput,
} from '../../schemas/types.ts';

/** What the server says to agents. Except for tools, what it does not have is left out. */
export function catalogOffers(
  lock: Lock,
  manifest: Pick<Manifest, 'tools'>,
): Pick<CatalogServer, 'instructions' | 'unpinned' | OfferList> {
  const labels = new Map(Object.entries(manifest.tools?.labels ?? {}));
  const { instructions, instructionTexts: texts = [], unpinned } = lock;
  const told = instructions.map((digest, index) => {
    const text = texts[index];
    return { sha256: digest, ...(text !== undefined && { text }) };
  });
  const lists = otherKinds
    .map((kind) => [kind.list, offersOf(lock, kind).map(catalogOffer)] as const)
    .filter(([, offers]) => offers.length > 0);
  return {
    tools: lock.tools.map((tool) => catalogTool(tool, labels)),
    ...(told.length > 0 && { instructions: told }),
    ...Object.fromEntries(lists),
    ...(unpinned !== undefined && { unpinned }),
  };
}

/** Where a tool has several definitions, its page shows the first; their digests are all there. */
function catalogTool({ name, definitions }: LockedTool, labels: ReadonlyMap<string, string[]>): CatalogTool {
  const { title, description, inputSchema } = (definitions[0]?.definition ?? {}) as {
    readonly title?: unknown;
    readonly description?: unknown;
    readonly inputSchema?: unknown;
  };
  return {
    name,
    ...(typeof title === 'string' && { title }),
    description: typeof description === 'string' ? description : '',
    digests: definitions.map(({ sha256 }) => sha256),
    labels: labels.get(name) ?? [],
    inputs: toolInputs(inputSchema),
  };
}

/** A resource may have a name for people beside its title. */
function catalogOffer({ name, definitions }: LockedOffer): CatalogOffer {
  const { title, name: called, description, mimeType, arguments: given } = definitions[0]?.definition ?? {};
  const shown = [title, called].find((each) => typeof each === 'string' && each !== '' && each !== name);
  return {
    name,
    ...(typeof shown === 'string' && { title: shown }),
    description: typeof description === 'string' ? description : '',
    ...(typeof mimeType === 'string' && { mimeType }),
    digests: definitions.map(({ sha256 }) => sha256),
    ...(Array.isArray(given) && { inputs: given.map(argumentOf) }),
  };
}

function argumentOf(given: unknown): ToolInput {
  const { name, required, description } = record(given);
  return {
    name: typeof name === 'string' ? name : '',
    // MCP 2025-11-25, prompts: the values of arguments are texts.
    type: 'string',
    required: required === true,
    ...(typeof description === 'string' && { description }),
  };
}

function toolInputs(schema: unknown): CatalogTool['inputs'] {
  const { properties, required } = record(schema);
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.entries(record(properties)).map(([name, property]) => {
    const { type, description } = record(property);
    return {
      name,
      type: typeof type === 'string' ? type : Array.isArray(type) ? type.join(' or ') : 'any',
      required: needed.has(name),
      ...(typeof description === 'string' && { description }),
    };
  });
}

const record = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
