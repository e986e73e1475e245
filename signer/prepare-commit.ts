/** Everything that signing starts from, as a commit has it. What lies in a working tree plays no part. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommitSource } from '../catalog/committed.ts';
import { currentInCommit } from '../catalog/current.ts';
import { writeFilesAt } from '../catalog/files-at.ts';
import { historyOf } from '../catalog/history.ts';
import { readCommitFiles } from '../catalog/objects/commit-files.ts';
import { checkTogether } from '../catalog/rules.ts';
import type { ServerStates } from '../catalog/server-states.ts';
import { wantedServers } from '../catalog/wanted.ts';
import { inOrder, type Problem } from '../core/problem.ts';
import { openAdvisories, type AdvisorySource } from '../review/checks/advisories/source.ts';
import type { Policy, SignerKeys } from '../schemas/types.ts';
import { readTrustFolder, type TrustFolder } from './ceremony/trust-folder.ts';
import { productionIdentity } from './identity.ts';
import type { KeyContext } from './keys/open-key.ts';
import { faultsOf, type Preparation, type Prepared } from './prepared.ts';

export interface CommitOptions extends KeyContext, Pick<Prepared, 'program' | 'workspace' | 'state' | 'files'> {
  /** What the main line held of each server, up to the commit. */
  readonly states: ServerStates;
  /** The addresses of the online keys, if not those of registry.yaml. */
  readonly keys?: SignerKeys;
  /** What was found beside the files. */
  readonly own?: readonly Problem[];
  /** From where a folder of advisories is found that lies outside of the repository. */
  readonly root: string;
}

/** Not ready only where registry.yaml cannot be read. @throws UsageError where the ceremony is not done; Refusal; Failure */
export async function prepareCommit(
  content: CommitSource,
  commit: string,
  { program, workspace, state, files, states, keys, own = [], root, ...context }: CommitOptions,
): Promise<Preparation> {
  const repository = await currentInCommit(content, commit, files);
  const history = await historyOf(states.all, content, files);
  const problems = inOrder([...own, ...repository.problems, ...checkTogether(repository.servers)]);
  const { registry: config, policy } = repository;
  if (config === undefined) return { ok: false, problems };
  const servers = wantedServers(repository, history);
  const trust = await readCommittedTrust(content, commit);
  return {
    ok: true,
    prepared: {
      ...{ program, config, workspace, state, servers, files, problems },
      ...(policy !== undefined && { policy }),
      identity: productionIdentity(config.sha256, trust, { ...context, keys: keys ?? config.value.keys }),
      ...faultsOf(problems, servers),
      openAdvisories: (asked) => committedAdvisories(content, commit, asked, root),
    },
  };
}

/** trust/ as a commit has it. @throws Failure `trust-folder`; Refusal; and what the source throws */
export const readCommittedTrust = ({ lend, folder }: CommitSource, commit: string): Promise<TrustFolder> =>
  lend(async (objects) => readTrustFolder(await readCommitFiles(objects, commit, { paths: ['trust'], folder })));

/** Advisories of a folder in the repository as a commit has it; those from elsewhere as they are. */
async function committedAdvisories(
  content: CommitSource,
  commit: string,
  { advisories: { source } }: Policy,
  root: string,
): Promise<AdvisorySource> {
  const folder = /^folder:(?<path>[^/].*)$/u.exec(source)?.groups?.path;
  if (folder === undefined || folder.split('/').includes('..')) return openAdvisories(source, { root });
  const temporary = await mkdtemp(join(tmpdir(), 'countersign-commit-'));
  try {
    await writeFilesAt(content, commit, folder, temporary);
    // A folder is read whole when it is opened.
    return await openAdvisories(source, { root: temporary });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
