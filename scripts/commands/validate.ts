import type { Command } from 'commander';
import { readBase } from '../catalog/base.ts';
import { surveyRepository } from '../catalog/survey.ts';
import { checkFiles, checkPolicies } from '../review/validate-files.ts';
import { baseCommit, conclude, here, withJson, type CommonOptions } from './common.ts';

interface ValidateOptions extends CommonOptions {
  readonly base?: string;
}

/** `registry validate`: everything wrong with the files of the registry. */
export function validate(program: Command): void {
  withJson(program.command('validate'))
    .description('check every manifest and lock, and what changed since the main branch')
    .option('--base <ref>', 'the commit to compare with (default: where this branch left main)')
    .action(async ({ base, json }: ValidateOptions) => {
      const repository = await surveyRepository(here());
      const commit = await baseCommit(here(), base, repository.registry?.value.main_branch ?? 'main');
      const change = await readBase(here(), repository, commit);
      const now = new Date();
      const problems = [
        ...(await checkFiles(here(), repository, change, now)),
        ...checkPolicies(repository, change, now),
      ];
      const { size } = repository.names;
      conclude(json, problems, { servers: size, base: commit ?? null }, [
        `${size} ${size === 1 ? 'server is' : 'servers are'} valid`,
      ]);
    });
}
