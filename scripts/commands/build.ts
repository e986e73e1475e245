import type { Command } from 'commander';
import { buildRegistry } from '../publish/build.ts';
import { prepare } from '../../signer/prepare.ts';
import { readTrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { offlineEndsSoon } from '../../signer/ends-soon.ts';
import { askSecret } from '../terminal.ts';
import { programDigest } from '../version.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';

/** `registry build`: writes dist/ from git and the approvals store. */
export function build(program: Command): void {
  withJson(program.command('build'))
    .description('write dist/ from what is approved, and check it as a host does; signs nothing')
    .action(async ({ json }: CommonOptions) => {
      const now = new Date();
      const preparation = await prepare(here(), { now, readSecret: askSecret, program: programDigest() });
      if (!preparation.ok) return conclude(json, preparation.problems, {}, []);
      const { problems, servers, files } = await buildRegistry(preparation.prepared, now);
      const offline = offlineEndsSoon((await readTrustFolder(here())).ceremony, now);
      conclude(json, [...problems, ...offline], { servers, files, dist: preparation.prepared.workspace.dist }, [
        `dist/ holds ${servers} servers in ${files} files and their pages; a host accepts them`,
      ]);
    });
}
