/** Prepares the registry of a folder: in production from its commit, in development from its working tree. */
import { checkCheckout } from '../catalog/checkout.ts';
import { cloneSource } from '../catalog/clone-source.ts';
import type { CommitSource } from '../catalog/committed.ts';
import { currentInFolder } from '../catalog/current.ts';
import { commitNamed, isTracked } from '../catalog/git.ts';
import { readHistory } from '../catalog/history.ts';
import { checkOnMain } from '../catalog/main-branch.ts';
import { checkTogether } from '../catalog/rules.ts';
import { wantedServers } from '../catalog/wanted.ts';
import { workspaceOf } from '../catalog/workspace.ts';
import { UsageError } from '../core/failure.ts';
import { inOrder } from '../core/problem.ts';
import { openAdvisories } from '../review/checks/advisories/source.ts';
import { readTrustFolder, type TrustFolder } from './ceremony/trust-folder.ts';
import { readFileIndex } from './file-index-store.ts';
import { developmentIdentity } from './identity.ts';
import type { KeyContext } from './keys/open-key.ts';
import { prepareCommit, readCommittedTrust } from './prepare-commit.ts';
import { faultsOf, type Preparation } from './prepared.ts';
import { folderState } from './state/folder.ts';
import type { State } from './state/state.ts';

/** How a registry is prepared. */
export interface PrepareOptions {
  readonly now: Date;
  /** Asks for a passphrase or a PIN of a key. */
  readonly readSecret: KeyContext['readSecret'];
  /** Which program this is: what another one found out is found out again. */
  readonly program: string;
  /** Where what was signed is kept, if not in the workspace. */
  readonly state?: State;
  /** What is read instead of what is checked out: the commit that a signer with that state signed last. */
  readonly commit?: string;
  /** Reads every file again, whatever is known of it. */
  readonly reread?: true;
  /** Signs with keys of this machine, though a production root counts. */
  readonly development?: true;
}

/**
 * In production where trust/ holds a root or a proposal for one, in development otherwise. Production is read from the
 * commit that is checked out, development from the working tree. Not ready only where registry.yaml cannot be read.
 * @throws UsageError outside a registry; Failure `shallow-clone`, `not-main` and others
 */
export async function prepare(root: string, options: PrepareOptions): Promise<Preparation> {
  const commit = options.commit ?? ((await isTracked(root)) ? await commitNamed(root, 'HEAD') : undefined);
  if (options.development !== true) {
    const clone = commit === undefined ? undefined : await cloneSource(root);
    const committed = commit === undefined || clone === undefined ? undefined : await readCommittedTrust(clone, commit);
    if (commit !== undefined && clone !== undefined && committed !== undefined && isProduction(committed))
      return prepareProduction(root, clone, commit, options);
    const here = await readTrustFolder(root);
    if (isProduction(here)) throw notCommitted(here);
  }
  const workspace = workspaceOf(root, 'development');
  const state = options.state ?? folderState(workspace.folder);
  const files = await readFileIndex(state, options);
  const repository = await currentInFolder(root);
  const history = commit === undefined ? undefined : await readHistory(root, { index: files });
  const own = await checkCheckout(root);
  const { registry: config, policy } = repository;
  const problems = inOrder([...repository.problems, ...own, ...checkTogether(repository.servers)]);
  if (config === undefined) return { ok: false, problems };
  const servers = wantedServers(repository, history);
  return {
    ok: true,
    prepared: {
      ...{ program: options.program, config, workspace, state, servers, files, problems },
      ...(policy !== undefined && { policy }),
      identity: await developmentIdentity(config, workspace, state, options.now),
      ...faultsOf(problems, servers),
      openAdvisories: (asked) => openAdvisories(asked.advisories.source, { root }),
    },
  };
}

async function prepareProduction(
  root: string,
  clone: CommitSource,
  commit: string,
  options: PrepareOptions,
): Promise<Preparation> {
  const workspace = workspaceOf(root, 'production');
  const state = options.state ?? folderState(workspace.folder);
  // What git writes otherwise on checkout is not read here.
  const own = (await checkCheckout(root)).filter(({ code }) => code !== 'rewritten-on-checkout');
  const preparation = await prepareCommit(clone, commit, {
    ...options,
    ...{ root, workspace, state, own, states: await clone.statesUntil(commit) },
    files: await readFileIndex(state, options),
  });
  // What a signer signed, it found on the main branch.
  if (preparation.ok && options.commit === undefined)
    await checkOnMain(root, commit, preparation.prepared.config.value.main_branch);
  return preparation;
}

const isProduction = ({ ceremony: { root, proposedRoot } }: TrustFolder): boolean =>
  (root ?? proposedRoot) !== undefined;

function notCommitted({ ceremony: { root, targets } }: TrustFolder): UsageError {
  return root === undefined || targets === undefined
    ? new UsageError('the offline keys have not signed yet', '`registry root status` says who is missing')
    : new UsageError(
        'trust/ is not committed, and production signs what main holds',
        'commit and merge trust/, check out the main branch, and run the command again',
      );
}
