import type { Command } from 'commander';
import { buildRegistry } from '../publish/build.ts';
import { prepare } from '../../signer/prepare.ts';
import { askSecret } from '../terminal.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';

/** `registry build`: writes dist/ from git and the approvals store. */
export function build(program: Command): void {
  withJson(program.command('build'))
    .description('write dist/ from what is approved; signs nothing')
    .action(async ({ json }: CommonOptions) => {
      const preparation = await prepare(here(), { now: new Date(), readSecret: askSecret });
      if (!preparation.ok) return conclude(json, preparation.problems, {}, []);
      const { problems, servers, files } = await buildRegistry(preparation.prepared);
      conclude(json, problems, { servers, files, dist: preparation.prepared.workspace.dist }, [
        `dist/ holds ${servers} servers in ${files} signed or signed-for files, and their pages`,
      ]);
    });
}
