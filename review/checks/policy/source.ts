/** Decides whether anything of an artefact may be fetched: not before the policy allows its kind and its host. */
import type { SurveyedServer } from '../../../catalog/registry-files.ts';
import { findingsUnder, isOpen, type AppliedPolicies } from '../../verdict/verdict.ts';
import { checkArtefact } from './artefact.ts';

/** Why nothing may be fetched; undefined if every policy allows it, or accepts it by an exception. */
export const forbiddenSource = (server: SurveyedServer, policies: AppliedPolicies): string | undefined =>
  findingsUnder(server, (policy) => checkArtefact(server.manifest.value, policy), policies).find(isOpen)?.message;
