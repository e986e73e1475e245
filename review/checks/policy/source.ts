/** Decides whether anything of an artefact may be fetched: not before the policy allows its kind and its host. */
import type { SurveyedServer } from '../../../catalog/registry-files.ts';
import type { Fault, Problem } from '../../../core/problem.ts';
import type { Policy } from '../../../schemas/types.ts';
import { findingsUnder, isOpen, problemOf, type AppliedPolicies } from '../../verdict/verdict.ts';
import { checkArtefact, hostFault, hostIn, kindFault, remoteFault, type ArtefactPlace } from './artefact.ts';

/**
 * Why nothing may be fetched; undefined if every policy allows it, or accepts it by an exception. Where no policy can be read,
 * nothing is allowed.
 */
export function forbiddenSource(server: SurveyedServer, policies: AppliedPolicies): Problem | undefined {
  if (policies.policies.length === 0) return withoutPolicy;
  const found = findingsUnder(server, (policy) => checkArtefact(server.manifest.value, policy), policies).find(isOpen);
  if (found === undefined) return undefined;
  return unfetched(problemOf(found));
}

/** Before there is a manifest: why nothing of an artefact of this kind, at this host, may be fetched. */
export function forbiddenArtefact(place: ArtefactPlace, policy: Policy | undefined): Fault | undefined {
  if (policy === undefined) return withoutPolicy;
  const fault = kindFault(place.kind, policy.artefacts);
  if (fault !== undefined) return unfetched({ code: 'artefact-type', ...fault });
  const host = hostIn(place);
  const elsewhere = host === undefined ? undefined : hostFault(host, policy.artefacts);
  return elsewhere === undefined ? undefined : unfetched({ code: 'artefact-host', ...elsewhere });
}

/** Before there is a manifest: why no endpoint may be described. */
export function forbiddenRemote(policy: Policy | undefined): Fault | undefined {
  if (policy === undefined) return withoutPolicy;
  const fault = remoteFault(policy.artefacts);
  return fault === undefined ? undefined : { code: 'remote-endpoint', ...fault };
}

const unfetched = <F extends Fault>(fault: F): F => ({
  ...fault,
  message: `${fault.message}, so nothing was fetched`,
});

const withoutPolicy: Problem = {
  code: 'policy-unreadable',
  file: 'policy.yaml',
  message: 'policy.yaml cannot be read, so nothing says what may be fetched, and nothing was fetched',
  remedy: 'fix it, or take it from the main branch; `registry validate` says what is wrong with it',
};
