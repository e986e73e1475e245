/**
 * What the members of some groups may see of a registry. It is published as a copy of its own, with the same signed
 * metadata: hosts verify it as they verify the whole.
 */
import { meetsAudience } from '../../core/audience.ts';
import { canonicalJson, sameJson } from '../../core/canonical.ts';
import { didYouMean } from '../../core/did-you-mean.ts';
import { UsageError } from '../../core/failure.ts';
import type { Problem } from '../../core/problem.ts';
import { targetPath } from '../../core/metadata.ts';
import { manifestPath, recordPath } from '../../core/statement.ts';
import type { OpenedApproval, Published, StoredApproval } from '../../catalog/published.ts';
import type { RegistryConfig, ServerRecord, TargetFile } from '../../schemas/types.ts';

/** Which groups a copy is for. Without it in a copy, that is the whole registry. */
export const viewPath = 'view.json';

export interface View {
  /** Sorted, each once. */
  readonly groups: readonly string[];
  /** The servers that are in it. */
  readonly servers: readonly Published[];
  /** The names of all others that the metadata names. */
  readonly hidden: ReadonlySet<string>;
}

/**
 * A server is in the view if its current version is for one of the groups, or for everybody: its record, which hosts read
 * whole, says what that version is.
 * @throws UsageError for a group that no approved version names
 */
export function viewOf(published: readonly Published[], audience: readonly string[]): View {
  const groups = [...new Set(audience)].sort();
  const known = new Set(published.flatMap(({ versions }) => versions.flatMap((version) => version.audience ?? [])));
  for (const group of groups) if (!known.has(group)) throw unknownGroup(group, known);
  const servers = published.filter(({ current }) => isFor(groups, current));
  const shown = new Set(servers.map(({ name }) => name));
  return { groups, servers, hidden: new Set(published.flatMap(({ name }) => (shown.has(name) ? [] : [name]))) };
}

function unknownGroup(group: string, known: ReadonlySet<string>): UsageError {
  const there = [...known].sort();
  return new UsageError(
    `no approved server names the group ${JSON.stringify(group)} in its audience${didYouMean(group, there)}`,
    there.length === 0
      ? 'every server is for everybody: build without --audience'
      : `groups that servers name: ${there.slice(0, maxNamed).join(', ')}${there.length > maxNamed ? ', …' : ''}`,
  );
}

const maxNamed = 20;

const isFor = (groups: readonly string[], { audience }: Pick<StoredApproval, 'audience'>): boolean =>
  meetsAudience(audience, () => new Set(groups));

/** Where hosts ask for the view of these groups, or for the registry, as registry.yaml has it. */
export function viewAddress({ url, views = [] }: RegistryConfig, groups: readonly string[] | undefined): string {
  const view = groups && views.find(({ audience }) => sameJson([...new Set(audience)].sort(), groups));
  return view?.url ?? url;
}

export const viewBytes = ({ groups }: Pick<View, 'groups'>): Uint8Array =>
  canonicalJson({ schemaVersion: 1, audience: groups });

/** Without the versions that are for other groups. */
export const shownVersions = (server: Published, view: View | undefined): Published =>
  view === undefined ? server : { ...server, versions: server.versions.filter((each) => isFor(view.groups, each)) };

/**
 * What pages and other programs are shown of a record: neither the versions of other groups nor the name of another
 * server that is for them. Hosts get the record as it is, since the metadata names its bytes.
 */
export function shownRecord(record: ServerRecord, shown: Published, view: View | undefined): ServerRecord {
  if (view === undefined) return record;
  const bundles = new Set(shown.versions.map(({ digest }) => digest));
  const versions = record.versions.filter(({ bundle }) => bundles.has(bundle));
  return { ...record, versions: versions.map((version) => withoutHidden(version, view)) };
}

type RecordVersion = ServerRecord['versions'][number];

function withoutHidden(version: RecordVersion, { hidden }: View): RecordVersion {
  if (version.lifecycle?.replacedBy === undefined || !hidden.has(version.lifecycle.replacedBy)) return version;
  const { replacedBy: _, ...lifecycle } = version.lifecycle;
  return { ...version, lifecycle };
}

/** The lifecycle that a manifest had when it was approved counts for nothing, and may name any server. */
export function shownApproval(approval: OpenedApproval, view: View | undefined): OpenedApproval {
  const { statement } = approval;
  if (view === undefined || statement.predicate.server.lifecycle === undefined) return approval;
  const { lifecycle: _, ...server } = statement.predicate.server;
  return { ...approval, statement: { ...statement, predicate: { ...statement.predicate, server } } };
}

/** The others that servers of the view name, sorted. What is shown of a server changes where these do. */
export const namedHidden = (view: View): readonly string[] =>
  [...new Set(view.servers.flatMap((server) => hiddenIn(server, view)))].sort();

/** What the signed files of a view say of others cannot be left out. */
export const namesOthers = (view: View): readonly Problem[] =>
  view.servers.flatMap((server) =>
    hiddenIn(server, view).map((other) => ({
      code: 'view-names-other',
      file: manifestPath(server.name),
      message: `the record of ${server.name}, which is in the view, says that ${other} replaces it, which is not`,
      remedy: `take ${other} out of replaced_by, or give both servers the same audience`,
      severity: 'warning',
    })),
  );

const hiddenIn = ({ lifecycle }: Published, { hidden }: View): readonly string[] => [
  ...new Set(lifecycle.flatMap(({ replaced_by: other }) => (other !== undefined && hidden.has(other) ? [other] : []))),
];

/**
 * Files below `dist/` that only others of the registry have: none of them may be in the view. `named` is what the metadata
 * names, by path.
 */
export function pathsOfOthers(
  published: readonly Published[],
  view: View,
  named: ReadonlyMap<string, TargetFile>,
): readonly string[] {
  const filesOf = ({ digest, manifestDigest, lockDigest }: StoredApproval): string[] => [
    `approvals/${digest}.json`,
    `approvals/${digest}.vsa.json`,
    `manifests/${manifestDigest}.yaml`,
    `locks/${lockDigest}.json`,
  ];
  // Two versions may have the same manifest or lock.
  const carried = new Set(view.servers.flatMap((server) => shownVersions(server, view).versions.flatMap(filesOf)));
  return published.flatMap(({ name, versions }) => [
    ...(view.hidden.has(name)
      ? [
          ...[recordPath(name), `servers/${name}`],
          ...[named.get(recordPath(name))].flatMap((file) =>
            file === undefined ? [] : [targetPath(recordPath(name), file.hashes.sha256)],
          ),
        ]
      : []),
    ...versions.flatMap(filesOf).filter((path) => !carried.has(path)),
  ]);
}
