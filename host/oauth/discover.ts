/** Finds out how people sign in to an endpoint. Only the approved authorization server counts, whatever the endpoint names. */
import { customFetch, discoveryRequest, processDiscoveryResponse, type AuthorizationServer } from 'oauth4webapi';
import type { EndpointRequest } from '../../artefacts/remote/request.ts';
import { addressOn, hostOf } from '../../core/address.ts';
import { Failure } from '../../core/failure.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { challengeIn } from './challenge.ts';
import { unusable } from './faults.ts';
import { isSecure, type Fetch } from './fetch.ts';

/** Asks an endpoint without a token. Returns the header `WWW-Authenticate` of its answer. */
export type AskWithoutToken = (request: EndpointRequest) => Promise<string | null>;

/**
 * The resource that tokens are asked for: how the endpoint calls itself (RFC 9728, 3.3).
 * @throws Failure `sign-in` where it does not name the approved authorization server, or speaks for another resource
 */
export async function findAudience(
  request: EndpointRequest,
  issuer: string,
  fetch: Fetch,
  ask: AskWithoutToken,
): Promise<string> {
  const { resource, authorization_servers: servers } = await metadataOf(request, fetch, ask);
  if (typeof resource !== 'string' || !isAbove(resource, request.url))
    throw elsewhere(request, `it says that it is another resource, at ${hostOf(resource)}`);
  if (!Array.isArray(servers) || !servers.includes(issuer))
    throw elsewhere(request, `it does not name the approved authorization server ${issuer}`);
  return resource;
}

async function metadataOf(
  request: EndpointRequest,
  fetch: Fetch,
  ask: AskWithoutToken,
): Promise<Readonly<Record<string, unknown>>> {
  const { resourceMetadata: named } = challengeIn(await ask(request));
  // It may name any address. Another origin could say what it wants of this one.
  const own = named === undefined ? undefined : addressOn(request.url, URL.parse(named)?.href);
  if (named !== undefined && own === undefined)
    throw elsewhere(request, `it is described at ${hostOf(named)}, which is another host`);
  const { origin, pathname } = new URL(request.url);
  const wellKnown = `${origin}/.well-known/oauth-protected-resource`;
  const places = own === undefined ? [...new Set([`${wellKnown}${pathname.replace(/\/$/u, '')}`, wellKnown])] : [own];
  for (const place of places) {
    const response = await fetch(place, { method: 'GET', headers: { accept: 'application/json' } });
    if (response.status !== 200) continue;
    const metadata = jsonIn(new Uint8Array(await response.arrayBuffer()));
    if (metadata === undefined) throw elsewhere(request, 'what describes it is no JSON');
    return metadata;
  }
  throw elsewhere(request, 'it does not say where people sign in (RFC 9728)');
}

function jsonIn(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseJson(bytes);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a resource is the endpoint itself, or a folder of its origin above it. */
function isAbove(resource: string, endpoint: string): boolean {
  const [above, here] = [URL.parse(resource), new URL(endpoint)];
  if (above === null || !isSecure(resource) || above.origin !== here.origin) return false;
  if (above.search !== '') return above.pathname === here.pathname && above.search === here.search;
  return `${here.pathname}/`.startsWith(above.pathname.endsWith('/') ? above.pathname : `${above.pathname}/`);
}

const elsewhere = ({ url }: EndpointRequest, why: string): Failure =>
  new Failure(
    'sign-in',
    `nobody can sign in to ${hostOf(url)}: ${why}`,
    'tell the maintainer of the server: what is approved does not fit what the endpoint says',
  );

/** Addresses of an authorization server that this program asks or opens. */
const endpoints = [
  ...['authorization_endpoint', 'token_endpoint', 'registration_endpoint'],
  ...['device_authorization_endpoint', 'revocation_endpoint'],
] as const satisfies readonly string[];

/** Its metadata (RFC 8414, or OpenID Connect Discovery). @throws Failure `sign-in` where they are not those of the issuer */
export async function findServer(issuer: string, fetch: Fetch): Promise<AuthorizationServer> {
  const url = new URL(issuer);
  const ask = (algorithm: 'oauth2' | 'oidc'): Promise<Response> =>
    discoveryRequest(url, { algorithm, [customFetch]: fetch });
  const first = await ask('oauth2');
  const response = first.status >= 400 && first.status < 500 ? await ask('oidc') : first;
  if (response.status !== 200) throw unusable(issuer, `its metadata were answered with ${response.status}`);
  const server = await processDiscoveryResponse(url, response);
  // RFC 8414, 3.3: identical, not merely the same address.
  if (server.issuer !== issuer) throw unusable(issuer, 'its metadata are those of another issuer');
  for (const name of endpoints) {
    const address: unknown = server[name as keyof AuthorizationServer];
    if (address !== undefined && !isSecure(address)) throw unusable(issuer, `its ${name} is no plain https address`);
  }
  return server;
}
