/** Everything that signing and building start from, read and checked once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../core/failure.ts';
import { inOrder, type Problem } from '../core/problem.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import type { Policy, RegistryConfig, SignerKeys } from '../schemas/types.ts';
import type { KeyContext } from './keys/open-key.ts';
import { checkCheckout } from '../catalog/checkout.ts';
import { cloneSource } from '../catalog/committed.ts';
import { currentInCommit, currentInFolder, type CurrentServer } from '../catalog/current.ts';
import type { FileIndex } from '../catalog/file-index.ts';
import { readFileIndex } from './file-index-store.ts';
import { writeFilesAt } from '../catalog/files-at.ts';
import { commitNamed, isTracked } from '../catalog/git.ts';
import { readHistory } from '../catalog/history.ts';
import { checkOnMain } from '../catalog/main-branch.ts';
import type { ConfigFile, RegistryFiles } from '../catalog/registry-files.ts';
import { checkTogether } from '../catalog/rules.ts';
import { openAdvisories, type AdvisorySource } from '../review/checks/advisories/source.ts';
import { developmentIdentity, productionIdentity, type Identity } from './identity.ts';
import { folderState } from './state/folder.ts';
import type { State } from './state/state.ts';
import { readTrustFolder, type TrustFolder } from './ceremony/trust-folder.ts';
import { wantedServers, type WantedServer } from '../catalog/wanted.ts';
import { workspaceOf, type Workspace } from '../catalog/workspace.ts';

export interface Prepared {
  /** Which program this is. */
  readonly program: string;
  readonly config: ConfigFile<RegistryConfig>;
  /** Absent where it cannot be read: then nothing new is approved. */
  readonly policy?: ConfigFile<Policy>;
  readonly workspace: Workspace;
  /** Where what was signed is kept. */
  readonly state: State;
  readonly identity: Identity;
  readonly servers: readonly WantedServer[];
  /** What is known of the files of the servers. */
  readonly files: FileIndex;
  /** What is wrong with servers, and with the registry. What was approved before is published all the same. */
  readonly problems: readonly Problem[];
  /** Servers whose own files are at fault: nothing new of them is approved. */
  readonly held: ReadonlySet<string>;
  /** Whether something is at fault by which every server would be judged. */
  readonly heldAltogether: boolean;
  /** Opens the advisories that the policy names. @throws Failure `advisories-unavailable` */
  readonly openAdvisories: (policy: Policy) => Promise<AdvisorySource>;
}

export type Preparation =
  { readonly ok: true; readonly prepared: Prepared } | { readonly ok: false; readonly problems: readonly Problem[] };

/** How a registry is prepared. */
export interface PrepareOptions {
  readonly now: Date;
  /** Asks for a passphrase or a PIN of a key. */
  readonly readSecret: KeyContext['readSecret'];
  /** Which program this is: what another one found out is found out again. */
  readonly program: string;
  /** Where what was signed is kept, if not in the workspace. */
  readonly state?: State;
  /** The commit that is signed, of which a forge is asked whether main holds it; absent, the one that is checked out. */
  readonly commit?: string;
  /** The addresses of the online keys, if not those of registry.yaml. */
  readonly keys?: SignerKeys;
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
  const commit = (await isTracked(root)) ? await commitNamed(root, options.commit ?? 'HEAD') : undefined;
  if (options.commit !== undefined && commit !== options.commit)
    throw new UsageError(
      `this clone does not have the commit ${options.commit}`,
      'run `git fetch`, and name a commit by its whole id',
    );
  if (options.development !== true) {
    const committed = commit === undefined ? undefined : await committedTrust(root, commit);
    if (commit !== undefined && committed !== undefined && isProduction(committed))
      return prepareProduction(root, commit, committed, options);
    const here = await readTrustFolder(root);
    if (isProduction(here)) throw notCommitted(here);
  }
  const workspace = workspaceOf(root, 'development');
  const state = options.state ?? folderState(workspace.folder);
  const files = await readFileIndex(state, options);
  const repository = await currentInFolder(root);
  const history = commit === undefined ? undefined : await readHistory(root, { index: files });
  const problems = [...repository.problems, ...(await checkCheckout(root))];
  return preparation(repository, wantedServers(repository, history), problems, {
    ...{ program: options.program, workspace, state, files },
    identityOf: (config) => developmentIdentity(config, workspace, state, options.now),
    openAdvisories: (policy) => openAdvisories(policy.advisories.source, { root }),
  });
}

async function prepareProduction(
  root: string,
  commit: string,
  trust: TrustFolder,
  options: PrepareOptions,
): Promise<Preparation> {
  const workspace = workspaceOf(root, 'production');
  const state = options.state ?? folderState(workspace.folder);
  const files = await readFileIndex(state, options);
  const repository = await currentInCommit(await cloneSource(root), commit, files);
  const branch = repository.registry?.value.main_branch;
  if (branch !== undefined && options.commit === undefined) await checkOnMain(root, commit, branch);
  const history = await readHistory(root, { at: commit, index: files });
  // What git writes otherwise on checkout is not read here.
  const checkout = (await checkCheckout(root)).filter(({ code }) => code !== 'rewritten-on-checkout');
  const problems = [...repository.problems, ...checkout];
  return preparation(repository, wantedServers(repository, history), problems, {
    ...{ program: options.program, workspace, state, files },
    identityOf: (config) => productionIdentity(config, trust, state, options),
    openAdvisories: (policy) => committedAdvisories(root, commit, policy),
  });
}

interface Environment {
  readonly program: string;
  readonly workspace: Workspace;
  readonly state: State;
  readonly files: FileIndex;
  readonly identityOf: (config: ConfigFile<RegistryConfig>) => Promise<Identity>;
  readonly openAdvisories: Prepared['openAdvisories'];
}

async function preparation(
  repository: RegistryFiles<CurrentServer>,
  servers: readonly WantedServer[],
  own: readonly Problem[],
  { program, workspace, state, files, identityOf, openAdvisories: open }: Environment,
): Promise<Preparation> {
  const problems = inOrder([...own, ...checkTogether(repository.servers)]);
  const { registry: config, policy } = repository;
  if (config === undefined) return { ok: false, problems };
  const faulty = new Set(problems.filter(({ severity }) => severity !== 'warning').map(({ file }) => file));
  const held = new Set(
    servers.map(({ name }) => name).filter((name) => faulty.has(manifestPath(name)) || faulty.has(lockPath(name))),
  );
  return {
    ok: true,
    prepared: {
      program,
      config,
      ...(policy !== undefined && { policy }),
      workspace,
      state,
      identity: await identityOf(config),
      servers,
      files,
      problems,
      held,
      heldAltogether: [...faulty].some((file) => !file.startsWith('servers/')),
      openAdvisories: open,
    },
  };
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

/** trust/ as a commit has it. */
const committedTrust = (root: string, commit: string): Promise<TrustFolder> =>
  withFolderAt(root, commit, 'trust', readTrustFolder);

/** Advisories of a folder in the repository as a commit has it; those from elsewhere as they are. */
function committedAdvisories(
  root: string,
  commit: string,
  { advisories: { source } }: Policy,
): Promise<AdvisorySource> {
  const folder = /^folder:(?<path>[^/].*)$/u.exec(source)?.groups?.path;
  if (folder === undefined || folder.split('/').includes('..')) return openAdvisories(source, { root });
  // A folder is read whole when it is opened.
  return withFolderAt(root, commit, folder, (temporary) => openAdvisories(source, { root: temporary }));
}

async function withFolderAt<T>(
  root: string,
  commit: string,
  folder: string,
  use: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = await mkdtemp(join(tmpdir(), 'countersign-commit-'));
  try {
    await writeFilesAt(root, commit, folder, temporary);
    return await use(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
