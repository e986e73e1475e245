import type { Command } from 'commander';
import { buildRegistry } from '../publish/build.ts';
import { prepare } from '../../signer/prepare.ts';
import { readTrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { offlineEndsSoon } from '../../signer/ends-soon.ts';
import { UsageError } from '../../core/failure.ts';
import { signedHead } from '../../signer/evidence/source.ts';
import { openState } from '../../signer/state/open-state.ts';
import type { State } from '../../signer/state/state.ts';
import { askSecret } from '../terminal.ts';
import { programDigest } from '../version.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';

interface BuildOptions extends CommonOptions {
  readonly state?: string;
}

/** `registry build`: writes dist/ from git and the approvals store. */
export function build(program: Command): void {
  withJson(program.command('build'))
    .description('write dist/ from what is approved, and check it as a host does; signs nothing')
    .option('--state <address>', 'the state of a signer: what it signed last is built, whatever is checked out')
    .action(async ({ json, state: address }: BuildOptions) => {
      const now = new Date();
      const preparation = await prepare(here(), {
        ...{ now, readSecret: askSecret, program: programDigest() },
        ...(address !== undefined && (await signedLast(address, now))),
      });
      if (!preparation.ok) return conclude(json, preparation.problems, {}, []);
      const { problems, servers, files } = await buildRegistry(preparation.prepared, now);
      const offline = offlineEndsSoon((await readTrustFolder(here())).ceremony, now);
      conclude(json, [...problems, ...offline], { servers, files, dist: preparation.prepared.workspace.dist }, [
        `dist/ holds ${servers} servers in ${files} files and their pages; a host accepts them`,
      ]);
    });
}

/** @throws UsageError where nothing was signed there yet; Failure `head` */
async function signedLast(address: string, now: Date): Promise<{ readonly state: State; readonly commit: string }> {
  const state = await openState(address, now);
  const head = await signedHead(state);
  if (head !== undefined) return { state, commit: head.commit };
  throw new UsageError(
    `nothing was signed in ${state.place('head.json')} yet`,
    "give the state that the signer's configuration names, or have a commit signed first",
  );
}
