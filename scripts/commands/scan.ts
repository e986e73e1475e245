import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { didYouMean } from '../../core/did-you-mean.ts';
import { sha256 } from '../../core/digest.ts';
import { exitCodes } from '../../core/exit.ts';
import { UsageError } from '../../core/failure.ts';
import type { Problem } from '../../core/problem.ts';
import { manifestPath } from '../../core/statement.ts';
import { BlobStore } from '../../store/blob-store.ts';
import { columns, print, say } from '../../host/output.ts';
import type { Review } from '../../schemas/types.ts';
import { baseCommit } from '../../catalog/base-commit.ts';
import { baseOf, changedServers, type Base } from '../../catalog/base.ts';
import { changesSince } from '../../catalog/changes.ts';
import { commitOf } from '../../catalog/git.ts';
import {
  readOutline,
  type OutlinedServer,
  type RegistryFiles,
  type ServerFiles,
} from '../../catalog/registry-files.ts';
import type { KnownFiles } from '../../catalog/known-files.ts';
import { filesWithSecrets } from '../../catalog/secrets.ts';
import { readSurveyed, surveyServers } from '../../catalog/survey.ts';
import { workspaceOf } from '../../catalog/workspace.ts';
import { advisoriesAtBase } from '../../review/checks/advisories/at-base.ts';
import { readCapturedFile, type CapturedServers } from '../../review/checks/tools/captured-file.ts';
import { checks, type CheckName } from '../../review/checks/checks.ts';
import { newCode } from '../../review/diff/new-code.ts';
import { diffBody } from '../../review/diff/page.ts';
import { diffRepository } from '../../review/diff/server.ts';
import { isOpen, problemOf } from '../../review/verdict/verdict.ts';
import { momentOf, openReviewTools } from '../../review/open-tools.ts';
import { knownPackages } from '../../review/checks/packages/packages.ts';
import { namedServer } from '../../review/checks/tool-text/server-index.ts';
import { reviewPage, serverPage } from '../../review/show/page.ts';
import { allRules } from '../../review/checks/all-rules.ts';
import { sarifOf } from '../../review/show/sarif.ts';
import { compose, scan as review } from '../../review/scan.ts';
import { checkFiles } from '../../review/validate-files.ts';
import { version } from '../version.ts';
import { openCache, type RegistryCache } from './registry-cache.ts';
import {
  here,
  named,
  openResolver,
  sayProblems,
  sayUncompared,
  withJson,
  writeOutput,
  type CommonOptions,
} from './common.ts';

interface ScanOptions extends CommonOptions {
  readonly all?: true;
  readonly base?: string;
  readonly captured?: string;
  readonly capture: boolean;
  readonly only?: readonly CheckName[];
  readonly markdown?: string;
  readonly link?: string;
  readonly sarif?: string;
  readonly sbom?: string;
  readonly issues?: string;
}

/** The paths that are reviewed. Where one of them has uncommitted changes, the review is of no commit. */
const reviewed = ['servers', 'policy.yaml', 'registry.yaml', 'advisories'];

/** `registry scan`: the review of what changed, or of everything: what a pull request must pass. */
export function scan(program: Command): void {
  withJson(program.command('scan [names...]'))
    .description('review servers: policy, packages, advisories, code, tools; those that changed, unless named')
    .option('--all', 'every server, and every package as if it were new')
    .option('--base <ref>', 'the commit to compare with (default: where this branch left main)')
    .option('--only <check...>', `these checks alone: ${[...checks.keys()].join(', ')}`, checkName)
    .option('--captured <file>', 'compare with the tools that `registry capture` wrote down, and start nothing')
    .option('--no-capture', 'start no server to capture its tools')
    .option('--markdown <file>', "write the reviewer's page")
    .option('--link <address>', 'where the page finds the files of the commit, for its links', linkAddress)
    .option('--sarif <file>', 'write the findings as SARIF')
    .option('--sbom <folder>', 'write a CycloneDX bill of materials for each server')
    .option('--issues <folder>', 'write a page for each server with something to do')
    .action(async (names: string[], options: ScanOptions) => {
      if (options.all && names.length > 0)
        throw new UsageError('--all and names exclude each other', 'give one of them');
      const cache = await openCache(here());
      const scanned = await survey(cache.known, options);
      const problems = await checkFiles(here(), scanned.repository, scanned.base, new Date(), cache.known);
      await cache.save();
      const result = await reviewOf(scanned, problems, names, cache, options);
      await writeReports(result, scanned, options);
      conclude(result, options);
    });
}

function checkName(value: string, before: readonly CheckName[] = []): readonly CheckName[] {
  const name = [...checks.keys()].find((known) => known === value);
  if (name === undefined)
    throw new InvalidArgumentError(`there is no check ${value}${didYouMean(value, checks.keys())}.`);
  return [...before, name];
}

/** An https address without anything that Markdown would read. */
function linkAddress(value: string): string {
  if (!/^https:\/\/[\w.:/-]+$/u.test(value)) throw new InvalidArgumentError('it must be an https address.');
  return value.replace(/\/+$/u, '');
}

/** The registry, and what it is compared with. */
interface Scanned {
  readonly repository: RegistryFiles<OutlinedServer>;
  readonly base: Base;
  /** Servers in full. Each is read when its turn comes: all locks of a large registry need much memory. */
  readonly inFull: (servers: readonly OutlinedServer[]) => Iterable<ServerFiles>;
}

async function survey(known: KnownFiles, { base: ref, json }: ScanOptions): Promise<Scanned> {
  const outline = await readOutline(here());
  const commit = await baseCommit(here(), ref, outline.registry?.value.main_branch ?? 'main');
  if (!json) sayUncompared(commit);
  const since = commit === undefined ? undefined : { commit, changes: await changesSince(here(), commit) };
  const changed = since === undefined ? outline.names : changedServers(since.changes);
  const repository = await surveyServers(here(), outline, { known });
  const read = new Map(
    repository.servers
      .filter(({ name }) => since !== undefined && changed.has(name))
      .map((server) => [server.name, readSurveyed(here(), server)]),
  );
  return {
    repository,
    base: baseOf(since === undefined ? repository : { ...repository, servers: [...read.values()] }, since),
    inFull: (servers) => servers.values().map((server) => read.get(server.name) ?? readSurveyed(here(), server)),
  };
}

async function reviewOf(
  { repository, base, inFull }: Scanned,
  problems: readonly Problem[],
  names: readonly string[],
  cache: RegistryCache,
  { all, capture, captured, only, json }: ScanOptions,
): Promise<Review> {
  const commit = await commitOf(here(), reviewed);
  const now = new Date();
  const { policy } = repository;
  // Without a policy nothing can be reviewed. The problem of the file is reported with the others.
  if (policy === undefined)
    return compose({
      repository,
      base,
      problems,
      commit: commit?.id,
      reviews: [],
      moment: now,
      advisories: { source: 'none', asOf: null },
    });
  const advisories = await advisoriesAtBase(here(), policy.value, base);
  const servers =
    all || names.length > 0
      ? named(repository, names)
      : repository.servers.filter(({ name }) => base.changed.has(name));
  const tools = openReviewTools({
    moment: momentOf(commit?.at, advisories.describe().asOf, now),
    servers: repository.servers.map(({ manifest, lock }) => namedServer(manifest.value, lock?.outline.tools ?? [])),
    // Where every package counts as new, none is known. Those of the base were reviewed before.
    known: knownPackages(all || base.commit === undefined ? [] : await cache.packagesAt(base.commit)),
    resolver: await openResolver(here(), 'fetching packages'),
    advisories,
    workspace: workspaceOf(here(), 'development'),
    programs: process.env['PATH'] ?? '',
    ...(captured !== undefined && { captured: readCapturedFile(captured) }),
    ...(!capture && captured === undefined && { captured: new Map() }),
  });
  try {
    const scanned = {
      repository,
      base,
      problems,
      servers: inFull(servers),
      checks: new Set(only ?? checks.keys()),
      ...(commit !== undefined && { commit: commit.id }),
    };
    return await review(scanned, tools, ({ name, verdict }) => {
      if (!json) say(`${name}: ${verdict.replaceAll('-', ' ')}`);
    });
  } finally {
    await tools.code.close();
  }
}

async function writeReports(
  result: Review,
  scanned: Scanned,
  { issues, markdown, link, captured, sarif, sbom }: ScanOptions,
): Promise<void> {
  const secretive = filesWithSecrets(result.problems);
  const { repository, base, inFull } = scanned;
  const isShown = (name: string): boolean => !secretive.has(manifestPath(name));
  if (markdown !== undefined) {
    const servers = [...inFull(repository.servers.filter(({ name }) => base.changed.has(name)))];
    const linkTo = (file: string, line?: number): string | undefined =>
      link === undefined ? undefined : `${link}/${encodeURI(file)}${line === undefined ? '' : `#L${line}`}`;
    const known = { ...(captured !== undefined && { instruction: instructionsIn(readCapturedFile(captured)) }) };
    const blobs = new BlobStore(workspaceOf(here(), 'development').blobs);
    const byName = new Map(servers.map((server) => [server.name, server]));
    const changes = new Map<string, string>();
    for (const diff of diffRepository({ ...repository, servers }, base, known))
      changes.set(
        diff.name,
        isShown(diff.name)
          ? [diffBody(diff, linkTo), await newCode(byName.get(diff.name), base, blobs)]
              .filter((part) => part !== '')
              .join('\n\n')
          : 'What changes is not shown, because the manifest contains a credential.',
      );
    await writeOutput(markdown, reviewPage(result, { changes, linkTo }));
  }
  if (sarif !== undefined) await writeOutput(sarif, `${JSON.stringify(sarifOf(result, allRules, version), null, 2)}\n`);
  // It repeats what the manifest says.
  if (sbom !== undefined) await writeSboms(sbom, scanned, result.servers.map(({ name }) => name).filter(isShown));
  for (const server of issues === undefined ? [] : result.servers)
    if (server.findings.some((finding) => isOpen(finding) && finding.level !== 'note'))
      await writeOutput(join(issues ?? '', `${server.name}.md`), serverPage(server));
}

/** The texts by their SHA-256. */
function instructionsIn(captured: CapturedServers): (digest: string) => string | undefined {
  const texts = [...captured.values()].flatMap((server) => (server.kind === 'captured' ? server.instructions : []));
  const byDigest = new Map(texts.map(({ text }) => [sha256(text), text]));
  return (digest) => byDigest.get(digest);
}

async function writeSboms(folder: string, { repository, inFull }: Scanned, names: readonly string[]): Promise<void> {
  const { sbomOf } = await import('../../review/show/sbom.ts');
  const wanted = new Set(names);
  for (const { name, manifest, lock } of inFull(repository.servers.filter((server) => wanted.has(server.name))))
    if (lock !== undefined) await writeOutput(join(folder, `${name}.cdx.json`), sbomOf(manifest.value, lock.value));
}

/** Findings as problems, so that they read alike; then how many of each rule there are. */
function conclude(result: Review, { json }: ScanOptions): void {
  const findings = result.servers.flatMap((server) => server.findings);
  if (!json) {
    sayProblems([...result.problems, ...findings.filter(isOpen).map(problemOf)]);
    const counts = Map.groupBy(
      findings,
      ({ rule, level, accepted }) => `${rule} ${accepted === undefined ? level : 'accepted'}`,
    );
    const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, { length }]) => [what, String(length)]);
    if (rows.length > 0) say('', ...columns(rows));
  }
  print(json, result, [
    `${result.servers.length} ${result.servers.length === 1 ? 'server' : 'servers'}: ${result.verdict.replaceAll('-', ' ')}`,
  ]);
  if (['must-not-merge', 'due'].includes(result.verdict)) process.exitCode = exitCodes.problems;
}
