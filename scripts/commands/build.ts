import { relative } from 'node:path';
import type { Command } from 'commander';
import { buildRegistry } from '../publish/build.ts';
import { prepare } from '../../signer/prepare.ts';
import { readTrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { offlineEndsSoon } from '../../signer/ends-soon.ts';
import { UsageError } from '../../core/failure.ts';
import { askSecret } from '../terminal.ts';
import { programDigest } from '../version.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';
import { signedLast } from './signed-last.ts';
import { publishedAddress, withAudience, type AudienceOption } from './view-options.ts';

interface BuildOptions extends CommonOptions, AudienceOption {
  readonly state?: string;
  readonly url?: string;
}

/** `registry build`: writes dist/ from git and the approvals store, or the view of some groups. */
export function build(program: Command): void {
  withAudience(withJson(program.command('build')), 'build')
    .description('write dist/ from what is approved, and check it as a host does; signs nothing')
    .option('--state <address>', 'the state of a signer: what it signed last is built, whatever is checked out')
    .option(
      '--url <address>',
      'where the view is published; the address that registry.yaml has for it if left out',
      publishedAddress,
    )
    .action(async ({ json, state: address, audience, url }: BuildOptions) => {
      if (url !== undefined && audience === undefined)
        throw new UsageError(
          '--url is for a view',
          'give --audience too; registry.yaml has the address of the registry',
        );
      const now = new Date();
      const preparation = await prepare(here(), {
        ...{ now, readSecret: askSecret, program: programDigest() },
        ...(address !== undefined && (await signedLast(address, now))),
      });
      if (!preparation.ok) return conclude(json, preparation.problems, {}, []);
      const { problems, servers, files, dist, hidden } = await buildRegistry(preparation.prepared, now, {
        ...(audience !== undefined && { audience }),
        ...(url !== undefined && { url }),
      });
      const offline = offlineEndsSoon((await readTrustFolder(here())).ceremony, now);
      const facts = { servers, files, dist, ...(audience !== undefined && { audience, hidden }) };
      conclude(json, [...problems, ...offline], facts, [
        audience === undefined
          ? `dist/ holds ${servers} servers in ${files} files and their pages; a host accepts them`
          : `${relative(here(), dist)}/ holds ${servers} servers in ${files} files and their pages; ${hidden} more are for other groups; a host accepts them`,
      ]);
    });
}
