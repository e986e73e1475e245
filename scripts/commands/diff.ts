import { Option, type Command } from 'commander';
import { exitCodes } from '../../core/exit.ts';
import { inOrder } from '../../core/problem.ts';
import { print } from '../../host/output.ts';
import { baseCommit } from '../../catalog/base-commit.ts';
import { baseOf, changedServers } from '../../catalog/base.ts';
import { changesSince } from '../../catalog/changes.ts';
import { readOutline, readServer } from '../../catalog/registry-files.ts';
import { diffLines } from '../../review/diff/lines.ts';
import { diffMarkdown } from '../../review/diff/page.ts';
import { diffRepository } from '../../review/diff/server.ts';
import { here, sayProblems, sayUncompared, withJson, type CommonOptions } from './common.ts';

interface DiffOptions extends CommonOptions {
  readonly markdown?: true;
}

/** `registry diff`: what changes in each server, for its reviewers. Only files that cannot be read are problems. */
export function diff(program: Command): void {
  withJson(program.command('diff [base]'))
    .description('say what changes in each server since a commit (default: where this branch left main)')
    .addOption(new Option('--markdown', 'print it as Markdown').conflicts('json'))
    .action(async (ref: string | undefined, { json, markdown }: DiffOptions) => {
      const { locked, ...outline } = await readOutline(here());
      const commit = await baseCommit(here(), ref, outline.registry?.value.main_branch ?? 'main', { anywhere: true });
      sayUncompared(commit);
      const since = commit === undefined ? undefined : { commit, changes: await changesSince(here(), commit) };
      // What did not change is not even read.
      const changed = since === undefined ? outline.names : changedServers(since.changes);
      const read = [...outline.names.intersection(changed)].map((name) => readServer(here(), name, locked.has(name)));
      const repository = { ...outline, servers: read.flatMap(({ server }) => server ?? []) };
      const base = baseOf(repository, since);
      const servers = diffRepository(repository, base);
      const isPolicyChanged = base.changes.has('policy.yaml');
      const unread = new Set(servers.flatMap((server) => server.unread));
      const problems = inOrder(read.flatMap((each) => each.problems).filter(({ file }) => unread.has(file)));
      print(
        json,
        {
          schemaVersion: 1,
          ok: problems.length === 0,
          base: commit ?? null,
          policyChanged: isPolicyChanged,
          servers,
          problems,
        },
        paragraphs([
          ...(isPolicyChanged ? [['! policy.yaml changes: every server is reviewed by it']] : []),
          ...servers.map((server) => (markdown ? diffMarkdown(server).split('\n') : diffLines(server))),
          ...(isPolicyChanged || servers.length > 0 ? [] : [['nothing changes in servers/ and policy.yaml']]),
        ]),
      );
      if (problems.length === 0) return;
      if (!json) sayProblems(problems);
      process.exitCode = exitCodes.problems;
    });
}

/** An empty line between each two. */
const paragraphs = (parts: readonly (readonly string[])[]): string[] =>
  parts.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
