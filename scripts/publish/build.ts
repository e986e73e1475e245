/** From the approvals store and git to dist/: what `registry build` does, and the second half of `registry dev`. */
import type { Problem } from '../../core/problem.ts';
import { manifestPath } from '../../core/statement.ts';
import { ApprovalsStore } from '../../signer/approval/approvals-store.ts';
import { checkOffline } from '../../signer/identity.ts';
import { MetadataStore } from '../../signer/metadata/metadata-store.ts';
import { namesAll, publishedMetadata } from '../../signer/metadata/repository.ts';
import { isStatusCurrent, readStatus } from '../../signer/status.ts';
import { approvalsEndSoon } from '../../signer/ends-soon.ts';
import { buildDist } from './dist.ts';
import { beginSite, type SiteBuild } from './site.ts';
import { refusesAll, verifyDist } from './verify-dist.ts';
import type { Prepared } from '../../signer/prepared.ts';
import { namedFiles } from '../../signer/publication.ts';
import { RecordIndex } from '../../signer/record-index.ts';
import { selectPublished } from '../../catalog/select.ts';
import { workspaceOfView } from '../../catalog/workspace.ts';
import { viewAddress, namesOthers, pathsOfOthers, viewOf } from './view.ts';

export interface BuildResult {
  readonly problems: readonly Problem[];
  readonly servers: number;
  readonly files: number;
  /** Where it was built. */
  readonly dist: string;
  /** How many servers the registry has that are not in the view. */
  readonly hidden: number;
}

/** The part of a registry that some groups may see. */
export interface ViewOptions {
  /** The groups; of the whole registry, nothing. */
  readonly audience?: readonly string[];
  /** Where it is published; the address that registry.yaml has if it is left out. */
  readonly url?: string;
}

/** Signs nothing: what has no approval is a problem, as is a status that is not current, and what hosts would refuse. */
export async function buildRegistry(prepared: Prepared, now: Date, options: ViewOptions = {}): Promise<BuildResult> {
  const site = await beginSite();
  try {
    return await buildWith(site, prepared, now, options);
  } finally {
    await site.end();
  }
}

async function buildWith(
  site: SiteBuild,
  { config, identity, workspace: whole, state, servers, problems: own, program }: Prepared,
  now: Date,
  { audience, url }: ViewOptions,
): Promise<BuildResult> {
  await checkOffline(new MetadataStore(state), identity);
  const store = new ApprovalsStore(state, program);
  const stored = await store.readAll(identity.keyring);
  const { published, missing } = await selectPublished(servers, stored.approvals, stored.open);
  const view = audience === undefined ? undefined : viewOf(published, audience);
  const shown = view === undefined ? published : view.servers;
  const workspace = view === undefined ? whole : workspaceOfView(whole, view.groups);
  const place = { dist: workspace.dist, hidden: published.length - shown.length };
  const there = new Set(published.map(({ name }) => name));
  // What is wrong with one server is said, and holds up no other: neither a revocation nor a renewal waits for it.
  const problems: Problem[] = [
    ...own,
    ...stored.problems,
    ...missing.map(({ name, version }) => ({
      code: 'not-approved',
      file: manifestPath(name),
      message: `${name} ${version} has no approval`,
      remedy: 'run `registry sign`',
      ...(there.has(name) && { severity: 'warning' as const }),
    })),
  ];
  const stopping: Problem[] = [];
  for (const { versions } of published)
    for (const { name, version, outdated } of versions)
      if (outdated !== undefined)
        problems.push({
          code: 'outdated-manifest',
          file: manifestPath(name),
          message: `${name} ${version} stays published, though today's schema rejects its manifest: ${outdated}`,
          remedy: 'hosts refuse it; revoke or withdraw it when nobody needs it any more',
          severity: 'warning',
        });
  const status = await readStatus(state, identity.keyring);
  if (status === undefined || status.worthless || !isStatusCurrent(status.statement, published, identity.registryFile))
    stopping.push({
      code: 'status-outdated',
      file: '',
      message: status === undefined ? 'there is no signed status' : 'the signed status does not say what is so now',
      remedy: 'run `registry sign`',
    });
  if (shown.length === 0)
    stopping.push({
      code: 'nothing-to-publish',
      file: 'servers/',
      ...(view === undefined || published.length === 0
        ? { message: 'no server is approved', remedy: 'add one with `registry new`' }
        : { message: `no server is for ${view.groups.join(', ')}`, remedy: 'build for other groups' }),
    });
  if (status === undefined || stopping.length > 0)
    return { problems: [...problems, ...stopping], servers: 0, files: 0, ...place };
  const named = await namedFiles(published, status.bytes, stored.open, await RecordIndex.read(state, program));
  const metadata = await publishedMetadata(new MetadataStore(state));
  if (!namesAll(metadata, named))
    return {
      problems: [
        ...problems,
        {
          code: 'metadata-outdated',
          file: '',
          message: 'the repository metadata does not name what is to be published',
          remedy: 'run `registry sign`',
        },
      ],
      servers: 0,
      files: 0,
      ...place,
    };
  const ofView = view && { view: { groups: view.groups, others: pathsOfOthers(published, view, named) } };
  const built = await buildDist({
    config: { ...config.value, url: url ?? viewAddress(config.value, view?.groups) },
    identity,
    workspace,
    store,
    open: stored.open,
    program,
    published: shown,
    view,
    named,
    status: status.bytes,
    metadata,
    site,
    verify: (dist, known) => verifyDist(dist, identity, { published: shown, known, ...ofView }, now),
  });
  problems.push(...built.problems);
  // What hosts would refuse did not take the place of what is there.
  if (refusesAll(built.problems)) return { problems, servers: 0, files: 0, ...place };
  if (view !== undefined) problems.push(...namesOthers(view));
  problems.push(
    ...approvalsEndSoon(
      shown.map(({ current }) => current),
      now,
    ),
  );
  return { problems, servers: shown.length, files: built.files, ...place };
}
