/** What the site and its search show, resolved from what is published. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { lifecycleOf } from '../../core/lifecycle.ts';
import type {
  Catalog,
  CatalogServer,
  CatalogTool,
  Lock,
  LockedTool,
  Manifest,
  RegistryConfig,
  SearchIndex,
  ServerRecord,
} from '../../schemas/types.ts';
import type { Identity } from '../../signer/identity.ts';
import type { Published } from '../../catalog/published.ts';

/** A published server with the files that its page is made of. */
export interface Shown {
  readonly published: Published;
  readonly record: ServerRecord;
  /** The current version's. */
  readonly lock: Lock;
}

export const composeCatalog = (config: RegistryConfig, identity: Identity, shown: readonly Shown[]): Catalog => ({
  schemaVersion: 1,
  registry: {
    id: identity.registry,
    name: config.name,
    namespace: config.namespace,
    environment: identity.environment,
    key: identity.keyringFile.keys.findLast(({ revoked }) => revoked === undefined)?.hint ?? '',
  },
  servers: shown.map(catalogServer),
});

export const composeSearch = (shown: readonly Shown[]): SearchIndex => ({
  schemaVersion: 1,
  rows: shown.map((server) => {
    const { name, title = server.record.name, description, maintainer, dataClassification } = server.record;
    const { tags = [] } = manifestOf(server.published);
    const tools = server.lock.tools.map((tool) => tool.name);
    return { name, title, description, maintainer, tags, tools, dataClassification, state: stateOf(server.published) };
  }),
});

const manifestOf = ({ current }: Published): Manifest => current.statement.predicate.server;

const stateOf = ({ current, lifecycle }: Published): CatalogServer['state'] =>
  lifecycleOf(lifecycle, current.version)?.state ?? 'active';

function catalogServer({ published, record, lock }: Shown): CatalogServer {
  const { current } = published;
  const manifest = manifestOf(published);
  const { approvedAt, validUntil, offlineHours, sequence, assurance, source, reviewers } = current.statement.predicate;
  const packages = Object.values(lock.closure.packages);
  return {
    manifest,
    state: stateOf(published),
    approval: {
      approvedAt,
      validUntil,
      offlineHours,
      sequence,
      bundle: current.digest,
      manifest: current.manifestDigest,
      lock: current.lockDigest,
      assurance,
      ...(source.commit !== undefined && { commit: source.commit }),
      reviewers: reviewers.map(({ id, role }) => `${id} (${role})`),
    },
    closure: {
      packages: packages.length,
      installScripts: packages
        .filter(({ hasInstallScript }) => hasInstallScript === true)
        .map(({ name, version }) => `${name}@${version}`)
        .sort(),
      resolvedAsOf: lock.resolvedAsOf,
    },
    tools: lock.tools.map((tool) => catalogTool(tool, new Map(Object.entries(manifest.tools?.labels ?? {})))),
    versions: record.versions,
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
