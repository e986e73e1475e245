/**
 * Signs a commit of which a forge proves that people approved it, all of it in one process: what `registry sign --signer`
 * does in a clone. The clone is believed for nothing: its objects are proved by their ids, and the forge says what its main
 * branch holds.
 */
import { cloneSource } from '../catalog/clone-source.ts';
import { workspaceOf } from '../catalog/workspace.ts';
import type { Failure } from '../core/failure.ts';
import type { Problem } from '../core/problem.ts';
import type { Refusal } from '../core/refusal.ts';
import { concludeCommit, openCommit, type CommitContext } from './open-commit.ts';
import { signRegistry, type SigningResult, type SigningRun } from './sign-registry.ts';
import { openState } from './state/open-state.ts';

export interface CommitRun
  extends
    Omit<CommitContext, 'state' | 'content' | 'workspace' | 'writesIndex'>,
    Pick<SigningRun, 'version' | 'openSources' | 'onFetched'> {
  readonly commit: string;
}

export type CommitResult =
  | { readonly ok: false; readonly problems: readonly Problem[] }
  | {
      readonly ok: true;
      readonly result: SigningResult;
      /** Why nothing of the commit was used: what was signed before is kept going, and nothing new is approved. */
      readonly stopped?: Refusal | Failure;
    };

/** @throws as `openCommit` does; Failure where a key does not answer; `other-commit` */
export async function signCommit(root: string, run: CommitRun): Promise<CommitResult> {
  const { now, version, openSources, onFetched } = run;
  const state = await openState(run.config.state, now);
  const context = {
    ...run,
    state,
    content: await cloneSource(root),
    workspace: workspaceOf(root, 'production'),
    writesIndex: true,
  };
  const read = await openCommit(context);
  if (!read.ok) return read;
  const { prepared, evidence, stopped } = read.opened;
  const result = await signRegistry({
    ...prepared,
    ...{ now, version, openSources, onFetched },
    ...(evidence !== undefined && { evidence }),
  });
  await concludeCommit(context, read.opened);
  return { ok: true, result, ...(stopped !== undefined && { stopped }) };
}
