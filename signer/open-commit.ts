/**
 * The commit that is signed: what a forge proves of it, and what it holds. It is proved before anything of it is used, as
 * is every commit of the main line since the last one that was signed.
 */
import type { CommitSource } from '../catalog/committed.ts';
import type { ServerStates } from '../catalog/server-states.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { Failure, messageOf, UsageError } from '../core/failure.ts';
import { asProblem, type Problem } from '../core/problem.ts';
import { Refusal } from '../core/refusal.ts';
import type { SignerConfig } from '../schemas/types.ts';
import type { Forge } from './evidence/forge.ts';
import { openEvidence, readHead, writeHead, type Evidences, type Head } from './evidence/source.ts';
import { readFileIndex, writeFileIndex } from './file-index-store.ts';
import type { KeyContext } from './keys/open-key.ts';
import { prepareCommit } from './prepare-commit.ts';
import type { Prepared } from './prepared.ts';
import type { State } from './state/state.ts';
import { readStates, writeStates } from './states-store.ts';

export interface CommitContext extends KeyContext {
  readonly config: SignerConfig;
  readonly state: State;
  readonly forge: Forge;
  readonly content: CommitSource;
  /** The one that is signed; absent, the one that was signed last. */
  readonly commit?: string;
  readonly workspace: Workspace;
  /** Which program this is. */
  readonly program: string;
  /** Whether its role may write what is known of files; the function that unpacks packages may not. */
  readonly writesIndex: boolean;
}

export interface OpenedCommit {
  /** Where nothing of the commit may be used, it is what was signed last, and nothing new is approved. */
  readonly prepared: Prepared;
  /** Who approved; absent where nothing of the commit may be used. */
  readonly evidence?: Evidences;
  /** Why nothing of the commit may be used. */
  readonly stopped?: Refusal | Failure;
  readonly head: Head;
  /** What was opened, and what the main line held up to it. */
  readonly commit: string;
  readonly states: ServerStates;
}

export type OpenCommit =
  | { readonly ok: true; readonly opened: OpenedCommit }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly stopped?: Refusal | Failure };

/**
 * Where a commit is not proved, or the forge does not answer, what was signed last is opened, so that it can be kept going.
 * @throws Failure where the state does not answer, or what was signed last cannot be read either; UsageError where the
 *   registry has no root yet
 */
export async function openCommit(context: CommitContext): Promise<OpenCommit> {
  const { config, state, forge, content } = context;
  const head = await readHead(state, config.forge.begin);
  const { commit = head.commit } = context;
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
  if (!(evidence instanceof Refusal || evidence instanceof Failure)) {
    const read = await readCommit(commit, context);
    return read.ok ? { ok: true, opened: { ...read, evidence, head, commit } } : read;
  }
  const read = await readCommit(head.commit, context).catch((cause: unknown) => {
    throw notRenewed(evidence, cause);
  });
  if (!read.ok)
    return { ok: false, problems: [asProblem(evidence, 'refused', ''), ...read.problems], stopped: evidence };
  const prepared = { ...read.prepared, heldAltogether: true };
  return { ok: true, opened: { ...read, prepared, stopped: evidence, head, commit: head.commit } };
}

type ReadCommit =
  | { readonly ok: true; readonly prepared: Prepared; readonly states: ServerStates }
  | { readonly ok: false; readonly problems: readonly Problem[] };

async function readCommit(commit: string, context: CommitContext): Promise<ReadCommit> {
  const { config, state, content, workspace, program, now, readSecret, writesIndex } = context;
  const files = await readFileIndex(state, { program });
  try {
    const states = await readStates(state, content, commit);
    const preparation = await prepareCommit(content, commit, {
      ...{ program, workspace, state, files, states, now, readSecret },
      ...{ keys: config.keys, root: workspace.folder },
    });
    return preparation.ok ? { ...preparation, states } : preparation;
  } catch (error) {
    // What was read is known the next time: a forge that allows few questions is asked in several runs.
    if (writesIndex) await writeFileIndex(state, files).catch(() => undefined);
    throw error;
  }
}

/**
 * Says that the commit was signed. Last of all: after an interruption the same commits are proved and signed again, which
 * changes nothing that was signed.
 * @throws Failure `other-commit`
 */
export async function concludeCommit({ state }: Pick<CommitContext, 'state'>, opened: OpenedCommit): Promise<void> {
  const { head, commit } = opened;
  if (
    commit !== head.commit &&
    !(await writeHead(state, head, commit)) &&
    (await readHead(state, undefined)).commit !== commit
  )
    throw new Failure(
      'other-commit',
      'another process signed another commit at the same time, and the status may be that of the older one',
      'run the command again with the newest commit',
    );
  await writeStates(state, opened);
}

/** What stopped the signer comes first: it is why what was signed last was read. */
export function notRenewed(first: unknown, cause: unknown): Failure {
  const message = `${messageOf(first)}; and what was signed before cannot be renewed: ${messageOf(cause)}`;
  return first instanceof Refusal || first instanceof Failure
    ? new Failure(first.code, message, first.remedy, { cause })
    : new Failure('fault', message, 'see the cause', { cause: first });
}
