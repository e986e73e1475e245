/**
 * Signs a commit of which a forge proves that people approved it: what `registry sign --signer` does in a clone. The
 * clone is believed for nothing: its objects are proved by their ids, and the forge says what its main branch holds.
 */
import { cloneSource } from '../catalog/committed.ts';
import { Failure, messageOf, UsageError } from '../core/failure.ts';
import { asProblem, type Problem } from '../core/problem.ts';
import { Refusal } from '../core/refusal.ts';
import type { SignerConfig } from '../schemas/types.ts';
import type { Forge } from './evidence/forge.ts';
import { openEvidence, readHead, writeHead, type Evidences } from './evidence/source.ts';
import { prepare, type PrepareOptions } from './prepare.ts';
import { signRegistry, type SigningResult, type SigningRun } from './sign-registry.ts';
import { openState } from './state/open-state.ts';

export interface CommitRun
  extends
    Pick<SigningRun, 'now' | 'version' | 'openRegistry' | 'onFetched'>,
    Pick<PrepareOptions, 'readSecret' | 'program'> {
  readonly config: SignerConfig;
  readonly commit: string;
  readonly forge: Forge;
}

export type CommitResult =
  | { readonly ok: false; readonly problems: readonly Problem[] }
  | {
      readonly ok: true;
      readonly result: SigningResult;
      /** Why nothing of the commit was used: what was signed before is kept going, and nothing new is approved. */
      readonly stopped?: Refusal | Failure;
    };

/**
 * Proves the commit first, and every commit of the main line since the last one that was signed. Where one of them is
 * not proved, or the forge does not answer, status and metadata are renewed over what was signed last.
 * @throws Failure where the state or a key does not answer; `other-commit`
 */
export async function signCommit(root: string, run: CommitRun): Promise<CommitResult> {
  const { config, commit, forge, now, version, readSecret, program, openRegistry, onFetched } = run;
  const state = await openState(config.state, now);
  const head = await readHead(state, config.forge.begin);
  const content = await cloneSource(root);
  // The rules of evidence know what there is at the top of a repository: elsewhere, a policy would change with none.
  if (content.folder !== '')
    throw new UsageError(
      `the registry is the folder ${content.folder} of its repository`,
      'give it a repository of its own: with --signer it must be the top of one',
    );
  const evidence = await openEvidence({ forge, content, config: config.forge, commit, since: head.commit }).catch(
    (error: unknown) => {
      if (error instanceof Refusal || error instanceof Failure) return error;
      throw error;
    },
  );
  const stopped = evidence instanceof Refusal || evidence instanceof Failure ? evidence : undefined;
  const options = { now, readSecret, program, state, keys: config.keys };
  const preparation = await prepare(root, { ...options, commit: stopped === undefined ? commit : head.commit }).catch(
    (cause: unknown) => {
      throw stopped === undefined ? cause : notRenewed(stopped, cause);
    },
  );
  if (!preparation.ok)
    return stopped === undefined
      ? preparation
      : { ok: false, problems: [asProblem(stopped, 'refused', ''), ...preparation.problems] };
  const { prepared } = preparation;
  if (prepared.identity.environment !== 'production')
    throw new UsageError(
      'this registry has no root yet',
      'begin with `registry root init`, as the first ceremony says',
    );
  const result = await signRegistry({
    ...prepared,
    ...{ now, version, openRegistry, onFetched },
    ...(stopped === undefined ? { evidence: evidence as Evidences } : { heldAltogether: true }),
  });
  // Last: after an interruption the same commits are proved and signed again, which changes nothing that was signed.
  if (
    stopped === undefined &&
    commit !== head.commit &&
    !(await writeHead(state, head, commit)) &&
    (await readHead(state, undefined)).commit !== commit
  )
    throw new Failure(
      'other-commit',
      'another process signed another commit at the same time, and the status may be that of the older one',
      'run the command again with the newest commit',
    );
  return { ok: true, result, ...(stopped !== undefined && { stopped }) };
}

/** What stopped the signer comes first: it is why the commit that was signed last was looked for. */
const notRenewed = (stopped: Refusal | Failure, cause: unknown): Failure =>
  new Failure(
    stopped.code,
    `${stopped.message}; and what was signed before cannot be renewed: ${messageOf(cause)}`,
    stopped.remedy,
    { cause },
  );
