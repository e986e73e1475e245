import type { CatalogServer, Environment, LifecycleState, RecordVersion } from '../../../schemas/types.ts';

/** Whether hosts still start a version in this state. */
export function mayRun(state: LifecycleState): boolean {
  return state === 'active' || state === 'deprecated';
}

/** What a host does with a version in this state. */
export const consequence: Readonly<Record<LifecycleState, string>> = {
  active: 'Hosts run it.',
  deprecated: 'Hosts warn when they run it.',
  revoked: 'Hosts refuse to run it.',
  withdrawn: 'Hosts refuse to run it.',
};

/** The approval on this page, among all that are published. */
export function currentVersion({ approval, versions }: CatalogServer): RecordVersion | undefined {
  return versions.find((version) => version.bundle === approval.bundle);
}

/** Whether people approved it, by name, and nothing was said against it since. Only then does a page say so in green. */
export function isApproved(environment: Environment, { state, approval }: CatalogServer): boolean {
  return environment === 'production' && approval.reviewers.length > 0 && state === 'active';
}
