/** What happened to a server, for people who follow the registry: its approvals, and the changes of its versions' states. */
import { compareText } from '../../../../core/order.ts';
import type { LifecycleState, RecordVersion } from '../../../../schemas/types.ts';
import type { ExportedServer } from '../export.ts';

/** Of a server and of a feed: the newest. */
export const maxEntries = 100;

export interface News {
  /** Never changes, and no other entry has it. */
  readonly id: string;
  /** RFC 3339. */
  readonly updated: string;
  readonly title: string;
  readonly summary: string;
  readonly server: string;
  /** Whether a version can no longer be relied on. */
  readonly security: boolean;
}

const words: Readonly<Record<Exclude<LifecycleState, 'active'>, string>> = {
  deprecated: 'is deprecated',
  revoked: 'is revoked',
  withdrawn: 'is withdrawn',
};

/** The newest first. */
export const newsOf = ({ record, versions }: ExportedServer): News[] =>
  record.versions
    .flatMap((version) => {
      const manifest = versions.find(({ approval }) => approval.digest === version.bundle)?.approval.statement.predicate
        .server;
      return [
        approved(record.name, version, manifest?.description ?? ''),
        ...changed(record.registry, record.name, version),
      ];
    })
    .sort(newestFirst)
    .slice(0, maxEntries);

/** The later first. What happened at the same moment is in the order of ids, so that it stays where it is. */
export const newestFirst = (a: News, b: News): number => compareText(b.updated, a.updated) || compareText(a.id, b.id);

/** The approval's digest names it: another approval of the same version is another entry. */
const approved = (server: string, { version, bundle, approvedAt }: RecordVersion, summary: string): News => ({
  id: `urn:countersign:approval:${bundle}`,
  updated: approvedAt,
  title: `${server} ${version} is approved`,
  summary,
  server,
  security: false,
});

/** The lifecycle says from which day a state holds, and no hour. */
function changed(registry: string, server: string, { version, state, lifecycle }: RecordVersion): News[] {
  if (lifecycle === undefined || state === 'active') return [];
  const { since, reason, advisory, replacedBy, sunset } = lifecycle;
  const more = [
    ...(advisory === undefined ? [] : [`Advisory: ${advisory}`]),
    ...(sunset === undefined ? [] : [`Hosts refuse it from ${sunset}`]),
    ...(replacedBy === undefined ? [] : [`Use ${replacedBy} instead`]),
  ];
  return [
    {
      id: `urn:countersign:state:${registry}:${server}:${encodeURIComponent(version)}:${state}:${since}`,
      updated: `${since}T00:00:00Z`,
      title: `${server} ${version} ${words[state]}`,
      summary: [reason, ...more].join('. '),
      server,
      security: true,
    },
  ];
}
