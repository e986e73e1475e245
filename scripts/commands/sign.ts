import type { Command } from 'commander';
import { openNpmRegistry } from '../../core/npm-registry.ts';
import { progress } from '../../host/output.ts';
import { prepare } from '../publish/prepare.ts';
import { signRepository } from '../publish/sign.ts';
import { version } from '../version.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';

/** `registry sign`: approves what has no approval yet, with the development key. */
export function sign(program: Command): void {
  withJson(program.command('sign'))
    .description('fetch and hash what is new, and sign it with the development key')
    .action(async ({ json }: CommonOptions) => {
      const now = new Date();
      const preparation = await prepare(here(), now);
      if (!preparation.ok) return conclude(json, preparation.problems, {}, []);
      const { problems, approved, statusSigned } = await signRepository({
        ...preparation.prepared,
        now,
        version,
        openRegistry: () => openNpmRegistry(),
        onFetched: progress('fetching'),
      });
      conclude(json, problems, { approved, statusSigned }, [
        ...approved.map((server) => `approved ${server}`),
        approved.length === 0 && !statusSigned ? 'nothing is due' : `${approved.length} approvals signed`,
      ]);
    });
}
