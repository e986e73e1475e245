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

export interface BuildResult {
  readonly problems: readonly Problem[];
  readonly servers: number;
  readonly files: number;
}

/** Signs nothing: what has no approval is a problem, as is a status that is not current, and what hosts would refuse. */
export async function buildRegistry(prepared: Prepared, now: Date): Promise<BuildResult> {
  const site = await beginSite();
  try {
    return await buildWith(site, prepared, now);
  } finally {
    await site.end();
  }
}

async function buildWith(
  site: SiteBuild,
  { config, identity, workspace, state, servers, problems: own, program }: Prepared,
  now: Date,
): Promise<BuildResult> {
  await checkOffline(new MetadataStore(state), identity);
  const store = new ApprovalsStore(state, program);
  const stored = await store.readAll(identity.keyring);
  const { published, missing } = await selectPublished(servers, stored.approvals, stored.open);
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
  if (published.length === 0)
    stopping.push({
      code: 'nothing-to-publish',
      file: 'servers/',
      message: 'no server is approved',
      remedy: 'add one with `registry new`',
    });
  if (status === undefined || stopping.length > 0)
    return { problems: [...problems, ...stopping], servers: 0, files: 0 };
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
    };
  const built = await buildDist({
    config: config.value,
    identity,
    workspace,
    store,
    open: stored.open,
    program,
    published,
    named,
    status: status.bytes,
    metadata,
    site,
    verify: (dist, known) => verifyDist(dist, identity, { published, known }, now),
  });
  problems.push(...built.problems);
  // What hosts would refuse did not take the place of what is there.
  if (refusesAll(built.problems)) return { problems, servers: 0, files: 0 };
  problems.push(
    ...approvalsEndSoon(
      published.map(({ current }) => current),
      now,
    ),
  );
  return { problems, servers: published.length, files: built.files };
}
