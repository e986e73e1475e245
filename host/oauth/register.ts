/** Which client of an authorization server this host is. */
import {
  customFetch,
  dynamicClientRegistrationRequest,
  processDynamicClientRegistrationResponse,
  type AuthorizationServer,
} from 'oauth4webapi';
import type { Binding } from './binding.ts';
import { unusable } from './faults.ts';
import type { Fetch } from './fetch.ts';

/** How the person signs in: in a browser that comes back to this machine, or on another one. */
export type Way = { readonly redirectUri: string } | 'device';

/** The approved client, else a new public one (RFC 7591). @throws Failure `sign-in` where it cannot register, and what the library throws */
export async function clientFor(
  { issuer, clientId, scopes }: Binding,
  server: AuthorizationServer,
  way: Way,
  fetch: Fetch,
): Promise<string> {
  if (clientId !== undefined) return clientId;
  if (server.registration_endpoint === undefined)
    throw unusable(issuer, 'hosts cannot register themselves there, and no client_id is approved');
  const ofWay =
    way === 'device'
      ? { redirect_uris: [], grant_types: [deviceGrant, 'refresh_token'], response_types: [] }
      : {
          redirect_uris: [way.redirectUri],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
        };
  const wanted = {
    ...{ client_name: 'Countersign', application_type: 'native', token_endpoint_auth_method: 'none' },
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    ...ofWay,
  };
  const made = await processDynamicClientRegistrationResponse(
    await dynamicClientRegistrationRequest(server, wanted, { [customFetch]: fetch }),
  );
  const method: unknown = made.token_endpoint_auth_method;
  // Everybody who has this program would have a secret of it.
  if (method !== undefined && method !== 'none') throw unusable(issuer, 'it registers no client without a secret');
  if (!/^[ -~]{1,2048}$/u.test(made.client_id)) throw unusable(issuer, 'its name for the new client is none');
  return made.client_id;
}

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
