/** One version of a server in the API of MCP registries: `server.json`, and what the registry says of it. */
import type { LifecycleState, RecordVersion } from '../../../schemas/types.ts';
import { verifyWords } from '../../../schemas/launcher.ts';
import { addressOf } from './address.ts';
import type { ExportedRegistry, ExportedServer, ExportedVersion } from './export.ts';
import { mayRun } from './runnable.ts';
import { launcherServerJson } from './server-json.ts';
import type { ServerJson } from './server-json-format.ts';
import { shortText } from './short-text.ts';

export interface RegistryEntry {
  readonly server: ServerJson;
  readonly _meta: Readonly<Record<string, unknown>>;
}

type ApiStatus = 'active' | 'deprecated' | 'deleted';

const statusOf: Readonly<Record<LifecycleState, ApiStatus>> = {
  active: 'active',
  deprecated: 'deprecated',
  revoked: 'deleted',
  withdrawn: 'deleted',
};

export const maxStatusMessageCharacters = 500;

export function registryEntry(
  { record, published }: ExportedServer,
  { approval }: ExportedVersion,
  registry: ExportedRegistry,
): RegistryEntry {
  const version = record.versions.find(({ bundle }) => bundle === approval.digest);
  if (version === undefined) throw new Error(`the record of ${record.name} does not name ${approval.digest}`);
  const { server: manifest, environment, assurance } = approval.statement.predicate;
  const { lifecycle, state, approvedAt, validUntil, bundle, lock } = version;
  const isLatest = approval.digest === published.current.digest;
  const spec = isLatest ? record.name : `${record.name}@${version.version}`;
  return {
    server: launcherServerJson(manifest, mayRun(state), registry),
    _meta: {
      'io.modelcontextprotocol.registry/official': {
        status: statusOf[state],
        ...(lifecycle !== undefined && { statusMessage: statusMessage(lifecycle) }),
        publishedAt: approvedAt,
        updatedAt: updatedAt(version),
        isLatest,
      },
      [ownKey(registry)]: {
        registry: registry.shown.id,
        environment,
        state,
        assurance,
        dataClassification: manifest.data_classification,
        validUntil,
        bundle,
        lock,
        record: addressOf(registry, `servers/${record.name}.json`),
        verify: verifyWords(spec, environment),
      },
    },
  };
}

/** What this registry says beside the official facts stands under its own namespace. */
export const ownKey = ({ shown }: ExportedRegistry): string => `${shown.namespace}/countersign`;

/** When its approval or its state changed last. */
export function updatedAt({ approvedAt, lifecycle }: Pick<RecordVersion, 'approvedAt' | 'lifecycle'>): string {
  const since = lifecycle === undefined ? approvedAt : `${lifecycle.since}T00:00:00Z`;
  return since > approvedAt ? since : approvedAt;
}

function statusMessage({
  reason,
  advisory,
  sunset,
  replacedBy,
  guide,
}: NonNullable<RecordVersion['lifecycle']>): string {
  const more = [
    ...(advisory === undefined ? [] : [`Advisory: ${advisory}.`]),
    ...(sunset === undefined ? [] : [`Refused from ${sunset}.`]),
    ...(replacedBy === undefined ? [] : [`Use ${replacedBy} instead.`]),
    ...(guide === undefined ? [] : [`Guide: ${guide}`]),
  ];
  const why = shortText(reason, maxStatusMessageCharacters);
  // An address is of no use when it is cut.
  return more.reduce((text, part) => {
    const longer = `${text}${/[.!?…]$/u.test(text) ? '' : '.'} ${part}`;
    return [...longer].length <= maxStatusMessageCharacters ? longer : text;
  }, why);
}
