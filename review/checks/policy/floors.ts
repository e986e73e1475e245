/** The lowest data classification that a server may have, by what it can do. */
import { isLower } from '../../../core/data-class.ts';
import { secretHeaders } from '../../../core/credential-rules.ts';
import { hostOfEgress, hostsOverlap, namesAnyHost } from '../../../core/hosts.ts';
import type { Manifest, Policy } from '../../../schemas/types.ts';
import type { PolicyObservation } from './policy-observation.ts';

export function checkFloors(manifest: Manifest, { floors }: Policy): PolicyObservation[] {
  const stated = manifest.data_classification;
  return floors
    .filter((floor) => isLower(stated, floor.at_least))
    .flatMap((floor): PolicyObservation[] => {
      const why = reasonFor(floor, manifest);
      if (why === undefined) return [];
      return [
        {
          rule: 'data-class-floor',
          level: 'block',
          subject: floor.when,
          field: ['data_classification'],
          message: `the data classification is ${stated}; a server that ${why} is ${floor.at_least} at least`,
          remedy: `write ${floor.at_least}, or take the permission away`,
        },
      ];
    });
}

function reasonFor({ when, hosts }: Policy['floors'][number], manifest: Manifest): string | undefined {
  const { network = [], filesystem: { read = [], write = [] } = {} } = manifest.permissions ?? {};
  const [firstRead, firstWrite] = [read[0] ?? write[0], write[0]];
  switch (when) {
    case 'credentials': {
      const { environment = [], arguments: words = [] } = manifest.launch ?? {};
      const secret =
        environment.some((input) => input.secret === true) ||
        words.some((word) => word.type !== 'fixed' && word.secret === true);
      const sent = secretHeaders(manifest.remote).size > 0 || manifest.remote?.authorization !== undefined;
      return secret || sent || manifest.credentials?.[0] !== undefined ? 'gets a secret' : undefined;
    }
    case 'network': {
      // Reaching every host is another rule; with `hosts`, a floor is about egress to those hosts.
      const reached = network.find(
        (egress) =>
          (hosts === undefined || !namesAnyHost(egress)) &&
          (hosts === undefined || hosts.some((host) => hostsOverlap(hostOfEgress(egress), host))),
      );
      return reached === undefined ? undefined : `reaches ${reached}`;
    }
    case 'filesystem-read':
      return firstRead === undefined ? undefined : `reads ${firstRead}`;
    case 'filesystem-write':
      return firstWrite === undefined ? undefined : `writes ${firstWrite}`;
    default:
      return when satisfies never;
  }
}
