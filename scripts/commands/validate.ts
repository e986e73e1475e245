import type { Command } from 'commander';
import { readBase } from '../catalog/base.ts';
import { checkChanges } from '../catalog/change-rules.ts';
import { checkTogether } from '../catalog/rules.ts';
import { surveyRepository } from '../catalog/survey.ts';
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
      const changes = checkChanges(repository, await readBase(here(), repository, commit), new Date());
      const problems = [...repository.problems, ...checkTogether(repository.servers), ...changes];
      const { size } = repository.names;
      conclude(json, problems, { servers: size, base: commit ?? null }, [
        `${size} ${size === 1 ? 'server is' : 'servers are'} valid`,
      ]);
    });
}
