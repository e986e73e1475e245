/** Checks the kind, the host and the licence of an artefact. */
import { parseArtefactUrl, type ArtefactReference } from '../../../core/artefact.ts';
import { coversHost } from '../../../core/hosts.ts';
import type { Manifest, Policy } from '../../../schemas/types.ts';
import { licenseVerdict } from './licenses.ts';
import { listed, type PolicyObservation } from './policy-observation.ts';

export function checkArtefact({ artefact, remote }: Manifest, { artefacts }: Policy): PolicyObservation[] {
  if (remote !== undefined) {
    const fault = remoteFault(artefacts);
    if (fault === undefined) return [];
    return [{ rule: 'remote-endpoint', level: 'block', subject: remote.url, field: ['remote'], ...fault }];
  }
  const reference = artefact === undefined ? undefined : parseArtefactUrl(artefact.url);
  if (artefact === undefined || reference === undefined) return [];
  const field = ['artefact', 'url'];
  const subject = artefact.url;
  const fault = kindFault(reference.kind, artefacts);
  if (fault !== undefined) return [{ rule: 'artefact-type', level: 'block', subject, field, ...fault }];
  const host = hostIn(reference);
  const elsewhere = host === undefined ? undefined : hostFault(host, artefacts);
  return elsewhere === undefined ? [] : [{ rule: 'artefact-host', level: 'block', subject, field, ...elsewhere }];
}

/** The host that an artefact is fetched from. Absent for packages, which come from the registry that is configured. */
export const hostIn = ({ host, url }: ArtefactPlace): string | undefined =>
  host ?? (url === undefined ? undefined : new URL(url).host);

/** Of an artefact: what decides whether it may be fetched. */
export interface ArtefactPlace {
  readonly kind: ArtefactReference['kind'];
  readonly host?: string;
  readonly url?: string;
}

/** What is wrong with a host; undefined where the policy allows it. */
export const hostFault = (
  host: string,
  { hosts }: Policy['artefacts'],
): Pick<PolicyObservation, 'message' | 'remedy'> | undefined =>
  hosts.some((allowed) => coversHost(allowed, host))
    ? undefined
    : {
        message: `the artefact comes from ${host}; allowed are ${listed(hosts)}`,
        remedy: 'mirror it on one of those, or ask the security team to add the host',
      };

/** What is wrong with endpoints; undefined where the policy allows them. */
export const remoteFault = ({
  remote,
}: Policy['artefacts']): Pick<PolicyObservation, 'message' | 'remedy'> | undefined =>
  remote
    ? undefined
    : {
        message: 'this is a remote endpoint, and only artefacts that can be pinned may be approved',
        remedy: 'find the same server as a package or an image',
      };

/** What is wrong with artefacts of a kind; undefined where the policy allows them. */
export const kindFault = (
  kind: ArtefactReference['kind'],
  { types }: Policy['artefacts'],
): Pick<PolicyObservation, 'message' | 'remedy'> | undefined =>
  types.includes(kind)
    ? undefined
    : {
        message: `this is an artefact of kind ${kind}; allowed are ${listed(types)}`,
        remedy: 'find the same server as one of those',
      };

export function checkLicense({ license }: Manifest, { licenses }: Policy): PolicyObservation[] {
  const subject = license ?? 'none';
  const field = ['license'];
  const verdict = license === undefined ? 'unknown' : licenseVerdict(license, licenses.allow);
  switch (verdict) {
    case 'allowed':
      return [];
    case 'unknown':
      return [
        {
          rule: 'license-unknown',
          level: 'review',
          subject,
          field,
          message:
            license === undefined
              ? 'the manifest names no licence'
              : `${JSON.stringify(license)} is not an SPDX expression, so no list can allow it`,
          remedy: 'write the SPDX expression of the licence under `license`',
        },
      ];
    case 'not-allowed':
      return [
        {
          rule: 'license-not-allowed',
          level: 'block',
          subject,
          field,
          message: `the licence is ${subject}; allowed are ${listed(licenses.allow)}`,
          remedy: 'choose another server, or ask the security team about this licence',
        },
      ];
    default:
      return verdict satisfies never;
  }
}
