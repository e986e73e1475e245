/** Checks the manifest and the lock of a server against policy.yaml. */
import type { Manifest, Policy } from '../../../schemas/types.ts';
import type { Check } from '../../verdict/check.ts';
import { redirectedBy } from '../../../core/environment.ts';
import { checkArtefact, checkLicense } from './artefact.ts';
import { checkFloors } from './floors.ts';
import { checkLimits } from './limits.ts';
import type { PolicyObservation } from './policy-observation.ts';
import { checkEgress, checkPaths, checkRemoteHosts } from './reach.ts';

/** Asks nobody: whether anything may be fetched is decided here. */
export const policyCheck: Check<unknown> = ({ manifest }) =>
  Promise.resolve({
    observe: (policy) => checkPolicy(manifest.value, policy),
    ran: true,
    detail: 'the manifest, against policy.yaml',
  });

/** Every way in which a manifest breaks a policy. */
export const checkPolicy = (manifest: Manifest, policy: Policy): PolicyObservation[] => [
  ...checkArtefact(manifest, policy),
  ...checkLicense(manifest, policy),
  ...checkEgress(manifest, policy),
  ...checkRemoteHosts(manifest, policy),
  ...checkPaths(manifest, policy),
  ...checkLimits(manifest, policy),
  ...checkEnvironment(manifest),
  ...checkFloors(manifest, policy),
  ...checkName(manifest, policy),
];

const checkEnvironment = ({ launch }: Manifest): PolicyObservation[] =>
  (launch?.environment ?? []).flatMap(({ name, choices = [] }, index): PolicyObservation[] => {
    const decides = redirectedBy(name);
    // The server's own folder contains only its own files.
    return decides === undefined || (choices.length > 0 && choices.every(isInState))
      ? []
      : [
          {
            rule: 'environment-redirects',
            level: 'review',
            subject: name,
            field: ['launch', 'environment', index, 'name'],
            message: `${name} decides ${decides}`,
            remedy: 'remove it if the server works without it; otherwise find out who sets it, and to which value',
          },
        ];
  });

const isInState = (value: string): boolean => /^\$\{state\}(?:\/|$)/u.test(value) && !value.includes('..');

const checkName = ({ name }: Manifest, { names }: Policy): PolicyObservation[] =>
  names.reserved.includes(name)
    ? [
        {
          rule: 'name-reserved',
          level: 'block',
          subject: name,
          field: ['name'],
          message: `no server may be named ${name}`,
          remedy: 'choose another name',
        },
      ]
    : [];
