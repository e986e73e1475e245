/** What the site and its search show, resolved from what is published. */
import { lifecycleOf } from '../../core/lifecycle.ts';
import { timestampLifeDays } from '../../core/limits.ts';
import { searchRow } from '../../schemas/search-row.ts';
import type {
  ApprovalKey,
  Catalog,
  CatalogKey,
  CatalogRoot,
  CatalogServer,
  Lock,
  RegistryConfig,
  RootRole,
  SearchRow,
  ServerRecord,
} from '../../schemas/types.ts';
import type { Identity } from '../../signer/identity.ts';
import { partsOf } from '../../artefacts/kinds.ts';
import { labelOf, type PartName } from '../../artefacts/part.ts';
import { loadedPackages, packageCount } from '../../artefacts/loaded.ts';
import type { OpenedApproval, Published } from '../../catalog/published.ts';
import { catalogOffers } from './catalog-offers.ts';
import { jsonText, withList } from './json-text.ts';

/** What the pages and the search show of a server. */
export interface Shown {
  readonly page: CatalogServer;
  readonly row: SearchRow;
}

/** What every page says of the registry. `audience` are the groups of a view. */
export const shownRegistry = (
  config: RegistryConfig,
  identity: Identity,
  audience?: readonly string[],
): Catalog['registry'] => ({
  id: identity.registry,
  name: config.name,
  namespace: config.namespace,
  environment: identity.environment,
  key: identity.keyringFile.keys.findLast(({ revoked }) => revoked === undefined)?.hint ?? '',
  keys: identity.keyringFile.keys.map(shownKey),
  root: shownRoot(identity.root.signed),
  timestampHours: timestampLifeDays * 24,
  ...(audience !== undefined && { audience: [...audience] }),
  ...(config.repository !== undefined && { repository: config.repository, branch: config.main_branch }),
});

const shownKey = ({ hint, validFrom, validUntil, revoked }: ApprovalKey): CatalogKey => ({
  hint,
  validFrom,
  ...(validUntil !== undefined && { validUntil }),
  ...(revoked !== undefined && {
    revoked: { since: revoked.since, reason: revoked.reason, stillCount: revoked.stillCount.length },
  }),
});

const shownRoot = ({ version, expires, roles }: RootRole): CatalogRoot => ({
  version,
  expires,
  roles: (['root', 'targets', 'snapshot', 'timestamp'] as const).map((name) => ({
    name,
    threshold: roles[name].threshold,
    keys: roles[name].keyids,
  })),
});

/** The catalog's file. What it says of the servers is JSON already; `only` names those whose pages are to be made. */
export const catalogBytes = (
  registry: Catalog['registry'],
  servers: readonly Uint8Array[],
  only: readonly string[],
): Uint8Array => withList({ only, registry, schemaVersion: 1 }, 'servers', servers);

/** CloudFront compresses no larger file, and most of this one is words that compress well. */
const maxCompressedBytes = 10_000_000;

/** The search's file, of rows that are JSON already. Of very many servers, it says no more of tools than their names. */
export function searchBytes(rows: readonly Uint8Array[]): Uint8Array {
  const whole = withList({ schemaVersion: 1 }, 'rows', rows);
  if (whole.length <= maxCompressedBytes) return whole;
  return withList({ schemaVersion: 1 }, 'rows', rows.map(withToolNames));
}

function withToolNames(bytes: Uint8Array): string {
  const row = JSON.parse(Buffer.from(bytes).toString()) as SearchRow;
  return jsonText({ ...row, tools: row.tools.map(({ name }) => ({ name })) });
}

/** `current`, `record` and `lock` are the current version's; `summarised` says whether its approval has a verification summary. */
export function shownServer(
  { lifecycle }: Published,
  current: OpenedApproval,
  record: ServerRecord,
  lock: Lock,
  summarised: boolean,
): Shown {
  const state = lifecycleOf(lifecycle, current.version)?.state ?? 'active';
  const page = catalogServer(current, state, record, lock, summarised);
  return { page, row: searchRow(page) };
}

function catalogServer(
  current: OpenedApproval,
  state: CatalogServer['state'],
  { versions }: ServerRecord,
  lock: Lock,
  summarised: boolean,
): CatalogServer {
  const { predicate } = current.statement;
  const { server: manifest, approvedAt, validUntil, offlineHours, sequence, assurance, source, reviewers } = predicate;
  const { checks, review, upstream } = predicate;
  const packages = partsOf(lock);
  const bundled = loadedPackages(lock).filter(({ bundledAt }) => bundledAt !== undefined);
  return {
    manifest,
    state,
    approval: {
      approvedAt,
      validUntil,
      offlineHours,
      sequence,
      key: current.keyHint,
      bundle: current.digest,
      ...(summarised && { summarised }),
      manifest: current.manifestDigest,
      lock: current.lockDigest,
      assurance,
      ...(source.commit !== undefined && { commit: source.commit }),
      ...(source.pullRequest !== undefined && { pullRequest: source.pullRequest }),
      checks,
      ...(review !== undefined && { review }),
      ...(upstream !== undefined && { upstream }),
      reviewers: reviewers.map(({ id, role }) => `${id} (${role})`),
    },
    closure: {
      packages: packageCount(lock),
      bundled: namesOf(bundled),
      installScripts: namesOf(packages.filter(({ hasInstallScript }) => hasInstallScript === true)),
      resolvedAsOf: lock.resolvedAsOf,
    },
    ...(lock.capture !== undefined && { capture: lock.capture }),
    ...catalogOffers(lock, manifest),
    versions,
  };
}

/** Each version once, sorted. */
const namesOf = (packages: readonly PartName[]): string[] => [...new Set(packages.map(labelOf))].sort();
