/** Everything that signing and building start from, read and checked once. */
import { inOrder, hasErrors, type Problem } from '../../core/problem.ts';
import type { Policy, RegistryConfig } from '../../schemas/types.ts';
import { isTracked } from '../catalog/git.ts';
import { readHistory } from '../catalog/history.ts';
import { readRepository, type ConfigFile } from '../catalog/repository.ts';
import { checkRepository } from '../catalog/rules.ts';
import { developmentIdentity, type Identity } from './identity.ts';
import { wantedServers, type WantedServer } from './wanted.ts';
import { workspaceOf, type Workspace } from './workspace.ts';

export interface Prepared {
  readonly config: ConfigFile<RegistryConfig>;
  readonly policy: ConfigFile<Policy>;
  readonly workspace: Workspace;
  readonly identity: Identity;
  readonly servers: readonly WantedServer[];
}

export type Preparation =
  { readonly ok: true; readonly prepared: Prepared } | { readonly ok: false; readonly problems: readonly Problem[] };

/** @throws UsageError outside a registry; Failure `shallow-clone` and others */
export async function prepare(root: string, now: Date): Promise<Preparation> {
  const repository = await readRepository(root);
  const history = (await isTracked(root)) ? await readHistory(root) : undefined;
  const wanted = wantedServers(repository, history);
  // A manifest without a lock is but a warning to `validate`; nothing can be signed or built from it.
  const problems = [
    ...repository.problems,
    ...checkRepository(repository).filter(({ code }) => code !== 'unlocked'),
    ...wanted.problems,
  ];
  const { registry: config, policy } = repository;
  if (hasErrors(problems) || config === undefined || policy === undefined)
    return { ok: false, problems: inOrder(problems) };
  const workspace = workspaceOf(root);
  const identity = await developmentIdentity(config, workspace, now);
  return { ok: true, prepared: { config, policy, workspace, identity, servers: wanted.servers } };
}
