/** How an approved endpoint is asked, with what the user gave and with the secrets that are kept here. */
import type { EndpointRequest } from '../../artefacts/remote/request.ts';
import { findSecrets } from '../credentials/find.ts';
import { usageErrorOf } from '../launch/usage-error.ts';
import { bindingOf, type Binding, type SignInPlace } from '../oauth/binding.ts';
import type { Servers } from '../servers.ts';
import type { VerifiedServer } from '../trust/approved-servers.ts';

/** Never print it: its headers may hold secrets. @throws UsageError, Refusal, Failure */
export async function requestTo(
  servers: Servers,
  { approval }: VerifiedServer,
  given: readonly string[],
): Promise<EndpointRequest> {
  const manifest = approval.server;
  const { planRequest } = await import('./on-demand.ts');
  const secrets = await findSecrets(manifest, servers.secretsOf(manifest.name), process.env);
  const planned = planRequest(manifest, { words: given, secrets: secrets.environment });
  secrets.hide(process.env);
  if (!planned.ok) throw usageErrorOf(planned.problems);
  return planned.request;
}

/** Where people sign in to a server; undefined where they do not. */
export function placeOf({ approval: { registry, server } }: VerifiedServer): SignInPlace | undefined {
  const authorization = server.remote?.authorization;
  return authorization && { registry, server: server.name, authorization };
}

/** What a token for such requests is for. @throws TypeError where nobody signs in */
export function bindingTo(server: VerifiedServer, { url }: EndpointRequest): Binding {
  const place = placeOf(server);
  if (place === undefined) throw new TypeError(`nobody signs in to ${server.record.name}`);
  return bindingOf(place, url);
}
