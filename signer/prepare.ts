/** Everything that signing and building start from, read and checked once. */
import { inOrder, hasErrors, type Problem } from '../core/problem.ts';
import type { Policy, RegistryConfig } from '../schemas/types.ts';
import type { KeyContext } from './keys/open-key.ts';
import { checkCheckout } from '../catalog/checkout.ts';
import { isTracked } from '../catalog/git.ts';
import { readHistory } from '../catalog/history.ts';
import { readRegistryFiles, type ConfigFile } from '../catalog/registry-files.ts';
import { checkRegistryFiles } from '../catalog/rules.ts';
import { developmentIdentity, productionIdentity, type Identity } from './identity.ts';
import { readTrustFolder } from './ceremony/trust-folder.ts';
import { wantedServers, type WantedServer } from '../catalog/wanted.ts';
import { workspaceOf, type Workspace } from '../catalog/workspace.ts';

export interface Prepared {
  readonly config: ConfigFile<RegistryConfig>;
  readonly policy: ConfigFile<Policy>;
  readonly workspace: Workspace;
  readonly identity: Identity;
  readonly servers: readonly WantedServer[];
}

export type Preparation =
  { readonly ok: true; readonly prepared: Prepared } | { readonly ok: false; readonly problems: readonly Problem[] };

/** How a registry is prepared. */
export interface PrepareOptions {
  readonly now: Date;
  /** Asks for a passphrase or a PIN of a key. */
  readonly readSecret: KeyContext['readSecret'];
  /** Signs with keys of this machine, though a production root counts. */
  readonly development?: true;
}

/**
 * In production where trust/ holds a root or a proposal for one, in development otherwise.
 * @throws UsageError outside a registry; Failure `shallow-clone` and others
 */
export async function prepare(root: string, options: PrepareOptions): Promise<Preparation> {
  const repository = await readRegistryFiles(root);
  const history = (await isTracked(root)) ? await readHistory(root) : undefined;
  const wanted = wantedServers(repository, history);
  // A manifest without a lock is but a warning to `validate`; nothing can be signed or built from it.
  const problems = [
    ...repository.problems,
    ...(await checkCheckout(root)),
    ...checkRegistryFiles(repository).filter(({ code }) => code !== 'unlocked'),
    ...wanted.problems,
  ];
  const { registry: config, policy } = repository;
  if (hasErrors(problems) || config === undefined || policy === undefined)
    return { ok: false, problems: inOrder(problems) };
  const folder = await readTrustFolder(root);
  const { root: counted, proposedRoot } = folder.ceremony;
  const production = options.development !== true && (counted ?? proposedRoot) !== undefined;
  const workspace = workspaceOf(root, production ? 'production' : 'development');
  const identity = production
    ? await productionIdentity(config, folder, workspace, options)
    : await developmentIdentity(config, workspace, options.now);
  return { ok: true, prepared: { config, policy, workspace, identity, servers: wanted.servers } };
}
