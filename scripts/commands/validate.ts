import type { Command } from 'commander';
import { UsageError } from '../../core/failure.ts';
import { inOrder } from '../../core/problem.ts';
import { say, writeAll } from '../../host/output.ts';
import { baseCommit } from '../../catalog/base-commit.ts';
import { readBase } from '../../catalog/base.ts';
import { fixFiles } from '../../catalog/fix-files.ts';
import { readRegistryFiles } from '../../catalog/registry-files.ts';
import { withoutSecrets } from '../../catalog/secrets.ts';
import { surveyRegistryFiles } from '../../catalog/survey.ts';
import { annotationLines } from '../report/annotations.ts';
import { checkFiles, checkPolicies } from '../../review/validate-files.ts';
import { warnCoAuthors } from '../../signer/evidence/warn-co-authors.ts';
import { openCache } from './registry-cache.ts';
import { conclude, here, sayUncompared, withJson, type CommonOptions } from './common.ts';

interface ValidateOptions extends CommonOptions {
  readonly base?: string;
  readonly annotations?: true;
  readonly fix?: true;
}

/** `registry validate`: everything wrong with the files of the registry. */
export function validate(program: Command): void {
  withJson(program.command('validate'))
    .description('check every manifest and lock, and what changed since the main branch')
    .option('--base <ref>', 'the commit to compare with (default: where this branch left main)')
    .option('--annotations', 'print the problems as GitHub shows them beside the lines of a pull request')
    .option('--fix', 'fix the order of fields, quotes and line ends first, and locks that were formatted')
    .action(async ({ base: ref, json, annotations, fix }: ValidateOptions) => {
      if (json && annotations) throw new UsageError('--json and --annotations print two things', 'give one of them');
      const fixed = fix ? await fixFiles(here(), await readRegistryFiles(here())) : [];
      if (fix && !json) sayFixed(fixed);
      const { known, save } = await openCache(here());
      const repository = await surveyRegistryFiles(here(), { known });
      const commit = await baseCommit(here(), ref, repository.registry?.value.main_branch ?? 'main');
      if (!json) sayUncompared(commit);
      const base = await readBase(here(), repository, commit);
      const now = new Date();
      const files = await checkFiles(here(), repository, base, now, known);
      await save();
      const writers = commit === undefined ? [] : await warnCoAuthors(here(), commit);
      const problems = withoutSecrets([...files, ...checkPolicies(repository, base, now), ...writers]);
      // Commands for GitHub's runner, which `print` would make harmless.
      if (annotations)
        writeAll(
          1,
          annotationLines(inOrder(problems))
            .map((line) => `${line}\n`)
            .join(''),
        );
      const { size } = repository.names;
      conclude(json, problems, { servers: size, base: commit ?? null, ...(fix && { fixed }) }, [
        `${size} ${size === 1 ? 'server is' : 'servers are'} valid`,
      ]);
    });
}

function sayFixed(fixed: Awaited<ReturnType<typeof fixFiles>>): void {
  for (const { file, changes } of fixed) say(`${file}: fixed: ${changes.join(', ')}`);
  if (fixed.length === 0) say('nothing to fix');
}
