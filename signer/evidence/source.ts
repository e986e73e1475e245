/** Evidence for what is approved: where it came from and who approved it, as an approval says it. */
import type { Approval, SignerConfig } from '../../schemas/types.ts';
import type { CommitSource } from '../../catalog/committed.ts';
import { readCommitFiles } from '../../catalog/objects/commit-files.ts';
import { isObjectId } from '../../catalog/objects/object-id.ts';
import { sha256 } from '../../core/digest.ts';
import { maxHeadBytes } from '../../core/limits.ts';
import { Failure } from '../../core/failure.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { lockPath, manifestPath } from '../../core/statement.ts';
import type { State } from '../state/state.ts';
import { gatherEvidence, type Evidence } from './evidence.ts';
import type { Forge } from './forge.ts';

/** What an approval says of the commit that it is about. */
export type Provenance = Pick<Approval, 'source' | 'reviewers'>;

/** The files of a server, and the commit that is said to have brought them. */
export interface Brought {
  readonly name: string;
  /** SHA-256 of the exact bytes. */
  readonly manifestDigest: string;
  readonly lockDigest: string;
  readonly commit: string;
  readonly committedAt?: Date | undefined;
}

/** What is known of who approved. */
export interface Evidences {
  /**
   * @throws Refusal E_EVIDENCE_… where nobody with the right role approved the commit; Failure `no-evidence` where it did
   * not bring these files, and where the forge does not answer
   */
  readonly of: (brought: Brought) => Promise<Provenance>;
}

const headFile = 'head.json';

/** The commit that was signed last. */
export interface Head {
  readonly commit: string;
  /** What `State.replace` wants to know; absent where nothing was signed yet. */
  readonly version?: string;
}

/** `begin` is the commit that a new state begins with. @throws Failure `head` */
export async function readHead(state: State, begin: string | undefined): Promise<Head> {
  const stored = await signedHead(state);
  if (stored !== undefined) return stored;
  if (begin !== undefined) return { commit: begin };
  throw new Failure(
    'head',
    `${state.place(headFile)} is not there: nothing says after which commit signing begins`,
    "write the commit before the first that is to be signed into `forge.begin` of the signer's configuration",
  );
}

/** The commit that was signed last; undefined where nothing was signed yet. @throws Failure `head` */
export async function signedHead(state: State): Promise<Head | undefined> {
  const stored = await state.read(headFile, maxHeadBytes);
  if (stored === undefined) return undefined;
  const value = parseJson(stored.bytes);
  if (isJsonObject(value) && typeof value['commit'] === 'string' && isObjectId(value['commit']))
    return { commit: value['commit'], version: stored.version };
  throw new Failure('head', `${state.place(headFile)} names no commit`, 'restore it from a copy');
}

/** Gives whether it was written: not where another signer was quicker. */
export const writeHead = (state: State, { version }: Head, commit: string): Promise<boolean> =>
  state.replace(headFile, Buffer.from(`${JSON.stringify({ schemaVersion: 1, commit })}\n`), version);

export interface EvidenceRun {
  readonly forge: Forge;
  readonly content: CommitSource;
  readonly config: SignerConfig['forge'];
  /** The commit that is signed. */
  readonly commit: string;
  /** The one that was signed last. */
  readonly since: string;
}

/**
 * Proves every commit after the one that was signed last, before anything of them is used. Servers that could not be
 * approved then are older: the evidence for their commits is gathered when it is asked for.
 * @throws Refusal E_EVIDENCE_…, E_OBJECT, E_FORMAT, E_TOO_LARGE; Failure where the forge does not answer
 */
export async function openEvidence({ forge, content, config, commit, since }: EvidenceRun): Promise<Evidences> {
  const gather = (to: string, from: string): Promise<readonly Evidence[]> =>
    content.lend((objects) => gatherEvidence(to, { forge, objects, config, since: from }));
  const known = new Map((await gather(commit, since)).map((each) => [each.commit, each]));
  return {
    of: async (brought) => {
      const { commit: asked } = brought;
      const evidence = known.get(asked) ?? (await olderEvidence(asked));
      known.set(asked, evidence);
      await checkBrought(content, brought, evidence);
      const { repository, pullRequest, reviewers } = evidence;
      return { source: { repository, commit: asked, pullRequest }, reviewers };
    },
  };

  async function olderEvidence(asked: string): Promise<Evidence> {
    const [parent] = await content.lend(async (objects) => (await objects.commit(asked)).parents);
    const found = parent === undefined ? [] : await gather(asked, parent);
    const evidence = found.find((each) => each.commit === asked);
    if (evidence !== undefined) return evidence;
    throw new Failure(
      'no-evidence',
      `nobody approved the commit ${asked}: it began the repository`,
      'have the server reviewed again: merge a new reviewed_at in a pull request',
    );
  }
}

/**
 * Which commit brought a file is what the history of a clone says, and a clone is believed for nothing: without this, a
 * server that nobody approved would be signed with the evidence of a commit that has nothing to do with it.
 */
async function checkBrought({ lend, folder }: CommitSource, brought: Brought, { changed }: Evidence): Promise<void> {
  const { name, commit, committedAt, manifestDigest, lockDigest } = brought;
  const paths = [manifestPath(name), lockPath(name)];
  const files = await lend((objects) => readCommitFiles(objects, commit, { paths, folder }));
  const digests = paths
    .map((path) => files.read(path))
    .map((bytes) => (bytes instanceof Uint8Array ? sha256(bytes) : undefined));
  const isChanged = paths.some((path) => changed.includes(folder === '' ? path : `${folder}/${path}`));
  if (
    isChanged &&
    digests[0] === manifestDigest &&
    digests[1] === lockDigest &&
    committedAt?.getTime() === files.commit.committer.at.getTime()
  )
    return;
  throw new Failure(
    'no-evidence',
    `the commit ${commit} did not bring ${name} as it is, though the history of this clone says so`,
    'clone the repository again',
  );
}
