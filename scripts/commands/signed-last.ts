/** `--state`, of the commands that read what a signer signed last, whatever is checked out. */
import { UsageError } from '../../core/failure.ts';
import { signedHead } from '../../signer/evidence/source.ts';
import { openState } from '../../signer/state/open-state.ts';
import type { State } from '../../signer/state/state.ts';

/** @throws UsageError where nothing was signed there yet; Failure `head` */
export async function signedLast(
  address: string,
  now: Date,
): Promise<{ readonly state: State; readonly commit: string }> {
  const state = await openState(address, now);
  const head = await signedHead(state);
  if (head !== undefined) return { state, commit: head.commit };
  throw new UsageError(
    `nothing was signed in ${state.place('head.json')} yet`,
    "give the state that the signer's configuration names, or have a commit signed first",
  );
}
