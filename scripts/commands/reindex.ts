import type { Command } from 'commander';
import { cloneSource } from '../../catalog/clone-source.ts';
import { commitNamed } from '../../catalog/git.ts';
import { ApprovalsStore } from '../../signer/approval/approvals-store.ts';
import { rememberPackages } from '../../signer/approval/approved-packages.ts';
import { readHead } from '../../signer/evidence/source.ts';
import { writeFileIndex } from '../../signer/file-index-store.ts';
import { prepare } from '../../signer/prepare.ts';
import { openState } from '../../signer/state/open-state.ts';
import type { State } from '../../signer/state/state.ts';
import { writeStates } from '../../signer/states-store.ts';
import { askSecret } from '../terminal.ts';
import { programDigest } from '../version.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';

interface IndexOptions extends CommonOptions {
  readonly state?: string;
}

/** `registry reindex`: what is known of files and approvals, found out again. */
export function reindex(program: Command): void {
  withJson(program.command('reindex'))
    .description('read every file and every approval again, and store what is known of them for the next signing')
    .option('--state <address>', 'the state of a signer: s3://<bucket>/<prefix>, or a folder')
    .action(async ({ json, state: address }: IndexOptions) => {
      const now = new Date();
      const preparation = await prepare(here(), {
        ...{ now, readSecret: askSecret, program: programDigest(), reread: true },
        ...(address !== undefined && { state: await openState(address, now) }),
      });
      if (!preparation.ok) return conclude(json, preparation.problems, {}, []);
      const { state, identity, files, problems, servers, program: reader } = preparation.prepared;
      const store = new ApprovalsStore(state, reader);
      const stored = await store.readAll(identity.keyring, { reread: true });
      await store.saveIndex(stored.index);
      await rememberPackages(state, store, stored.approvals);
      await writeFileIndex(state, files);
      if (identity.environment === 'production') await indexMainLine(state);
      const approvals = [...stored.approvals.values()].flat().length;
      conclude(json, [...problems, ...stored.problems], { servers: servers.length, approvals }, [
        `the index holds ${counted(servers.length, 'server')} and ${counted(approvals, 'approval')}`,
      ]);
    });
}

/** What the main line held, up to the commit that was signed last. */
async function indexMainLine(state: State): Promise<void> {
  const { commit } = await readHead(state, await commitNamed(here(), 'HEAD'));
  await writeStates(state, { states: await (await cloneSource(here())).statesUntil(commit), commit });
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
