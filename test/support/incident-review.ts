/** Reviews a change of an incident with the code that `registry scan` runs: every check, the verdict and the page. */
import { baseOf, changedServers } from '../../catalog/base.ts';
import { changesSince } from '../../catalog/changes.ts';
import { commitOf } from '../../catalog/git.ts';
import { CountedPackages } from '../../catalog/packages-at.ts';
import { readOutline } from '../../catalog/registry-files.ts';
import { readSurveyed, surveyServers } from '../../catalog/survey.ts';
import { workspaceOf } from '../../catalog/workspace.ts';
import { sha256 } from '../../core/digest.ts';
import { artefactIn } from '../../artefacts/loaded.ts';
import { openSources } from '../../artefacts/open-sources.ts';
import type { Resolver } from '../../resolve/lock.ts';
import { advisoriesAtBase } from '../../review/checks/advisories/at-base.ts';
import { checks } from '../../review/checks/checks.ts';
import type { CodeScanner } from '../../review/checks/code/scanner.ts';
import { knownPackages } from '../../review/checks/packages/packages.ts';
import type { ProvenanceSources } from '../../review/checks/provenance/sources.ts';
import { openTrust } from '../../review/checks/provenance/trust.ts';
import { namedServer } from '../../review/checks/tool-text/server-index.ts';
import { newCode } from '../../review/diff/new-code.ts';
import { diffBody } from '../../review/diff/page.ts';
import { diffRepository } from '../../review/diff/server.ts';
import { momentOf, openReviewTools } from '../../review/open-tools.ts';
import { scan } from '../../review/scan.ts';
import { reviewPage } from '../../review/show/page.ts';
import { checkFiles } from '../../review/validate-files.ts';
import type { CapturedServer, Lock, Review } from '../../schemas/types.ts';
import { BlobStore } from '../../store/blob-store.ts';
import { lockedTools, packagesOf, withoutBundled, writeServer, type Standing } from './incident-server.ts';
import type { Change, Incident } from './incident.ts';
import { proposeChange } from './proposed-change.ts';
import { fakeSigstore, githubExtensions } from './sigstore.ts';
import { emptyRegistry, type TinyRegistry } from './tiny-registry.ts';

/** When the change is committed: a day after its lock was made. */
const committedAt = '2026-11-20T12:00:00Z';

export interface IncidentReview {
  readonly review: Review;
  readonly page: string;
  /** The folder of the registry, with the change merged. */
  readonly tiny: TinyRegistry;
  /** What the servers show when they are started, for `--captured`. */
  readonly captured: readonly CapturedServer[];
}

/** The caller closes the scanner. `whileServed` is called while the packages can still be fetched. */
export async function reviewIncident(
  incident: Incident,
  change: Change,
  code: CodeScanner,
  whileServed: (reviewed: IncidentReview) => Promise<void> = () => Promise.resolve(),
): Promise<IncidentReview> {
  const { approved, others = {}, advisories = [] } = incident;
  const main: Standing[] = [
    { name: incident.server, version: '1.0.0', is: approved },
    ...Object.entries(others).map(([name, is]) => ({ name, version: '1.0.0', is })),
  ];
  const { builtFrom, ...updated } = { ...approved, ...change, files: { ...approved.files, ...change.files } };
  const proposed: Standing = {
    name: change.newServer ?? incident.server,
    version: change.newServer === undefined ? '1.0.1' : '1.0.0',
    is: { ...updated, ...(builtFrom !== undefined && change.isUnattested !== true && { builtFrom }) },
  };
  const tiny = await emptyRegistry(packagesOf([...main, proposed]));
  try {
    await tiny.write('.gitignore', '.npm/\n.registry/\n');
    for (const [index, advisory] of advisories.entries())
      await tiny.write(`advisories/${index}.json`, JSON.stringify(advisory));
    const resolver = {
      ...(await openSources({ npmRegistry: tiny.npm.url })),
      blobs: new BlobStore(workspaceOf(tiny.folder, 'development').blobs),
    };
    for (const server of main) await writeServer(tiny, server, resolver);
    const { base } = await proposeChange(
      tiny.folder,
      () => writeServer(tiny, proposed, resolver, change.hidesBundled === true ? withoutBundled : undefined),
      committedAt,
    );
    const made = await reviewed(tiny, base, { ...change, ...proposed.is }, { resolver, code });
    await whileServed(made);
    return made;
  } finally {
    await tiny.npm.close();
  }
}

async function reviewed(
  tiny: TinyRegistry,
  commit: string,
  change: Change,
  { resolver, code }: { readonly resolver: Resolver; readonly code: CodeScanner },
): Promise<IncidentReview> {
  const { folder } = tiny;
  const now = new Date(committedAt);
  const since = { commit, changes: await changesSince(folder, commit) };
  const repository = await surveyServers(folder, await readOutline(folder));
  const servers = repository.servers
    .filter(({ name }) => changedServers(since.changes).has(name))
    .map((server) => readSurveyed(folder, server));
  const base = baseOf({ ...repository, servers }, since);
  const problems = await checkFiles(folder, repository, base, now);
  const head = await commitOf(folder, ['servers', 'policy.yaml', 'advisories']);
  const { policy } = repository;
  if (policy === undefined || head === undefined) throw new Error('the registry of the test is not committed');
  const counted = CountedPackages.from(undefined);
  await counted.moveTo(folder, commit);
  const advisories = await advisoriesAtBase(folder, policy.value, base);
  const captured = servers.flatMap(({ name, lock }): CapturedServer[] =>
    lock === undefined ? [] : [shownBy(name, lock, change)],
  );
  const tools = openReviewTools({
    moment: momentOf(head.at, advisories.describe().asOf, now),
    servers: repository.servers.map(({ manifest, lock }) => namedServer(manifest.value, lock?.outline.tools ?? [])),
    known: knownPackages(counted.all),
    resolver,
    advisories,
    workspace: workspaceOf(folder, 'development'),
    captured: new Map(captured.map((each) => [each.name, each])),
  });
  const review = await scan(
    { repository, base, problems, servers, checks: new Set(checks.keys()), commit: head.id },
    { ...tools, code, provenance: { ...tools.provenance, ...provenanceOf(change, servers[0]?.lock?.value) } },
  );
  const changes = new Map<string, string>();
  for (const diff of diffRepository({ ...repository, servers }, base)) {
    const server = servers.find(({ name }) => name === diff.name);
    changes.set(diff.name, `${diffBody(diff)}\n\n${await newCode(server, base, resolver.blobs)}`);
  }
  return { review, page: reviewPage(review, { changes }), tiny, captured };
}

function shownBy(
  name: string,
  lock: { readonly value: Lock; readonly bytes: Uint8Array },
  { shows, instructions }: Change,
): CapturedServer {
  return {
    kind: 'captured',
    name,
    lock: sha256(lock.bytes),
    tools: shows === undefined ? lock.value.tools : lockedTools(shows),
    instructions: instructions === undefined ? [] : [{ sha256: sha256(instructions), text: instructions }],
  };
}

const sigstore = fakeSigstore();

/** What the registry answers about the build of the version, signed by a Sigstore of the tests or by a stranger. */
function provenanceOf({ builtFrom, isForged }: Change, lock: Lock | undefined): Partial<ProvenanceSources> {
  if (builtFrom === undefined || lock === undefined) return {};
  const { name, version } = artefactIn(lock) ?? { name: '', version: '' };
  const extensions = githubExtensions(builtFrom);
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `pkg:npm/${name}@${version}`, digest: { sha512: lock.artefact?.sha512 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        externalParameters: {
          workflow: { repository: builtFrom, path: '.github/workflows/release.yml', ref: 'refs/tags/v1.2.0' },
        },
        resolvedDependencies: [{ uri: `git+${builtFrom}@refs/tags/v1.2.0`, digest: { gitCommit: extensions[13] } }],
      },
      runDetails: {},
    },
  };
  const bundle = sigstore.attest(statement, { extensions, ...(isForged === true && { stranger: 'authority' }) });
  const answer = { attestations: [{ predicateType: statement.predicateType, bundle }] };
  return {
    npm: { attestations: () => Promise.resolve(Buffer.from(JSON.stringify(answer))) },
    trust: openTrust(sigstore.trustedRoot, sigstore.npmKeys, 'https://npm.example'),
  };
}
