import { Refusal } from '../../core/refusal.ts';
import type { VerifiedServer } from '../trust/approved-servers.ts';

/** @throws Refusal E_UNSUPPORTED for an endpoint, which has no files */
export function refuseEndpoint({ record: { name }, approval: { server } }: VerifiedServer): void {
  if (server.remote === undefined) return;
  throw new Refusal(
    'E_UNSUPPORTED',
    `${name} is an endpoint: it runs elsewhere, so there is nothing to install`,
    `\`countersign run ${name}\` connects to it`,
  );
}
