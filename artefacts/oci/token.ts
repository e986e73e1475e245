/**
 * How a container registry is shown that this client may read: a password, or a token of the service that the registry names
 * (https://distribution.github.io/distribution/spec/auth/).
 */
import { addressOn, HttpFailure, secureElsewhere } from '../../core/address.ts';
import { get, throughRedirects, type Get } from '../../core/download.ts';
import { Failure } from '../../core/failure.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json.ts';
import { maxTokenBytes } from '../../core/limits.ts';
import type { NpmOptions } from '../../core/npm-config.ts';
import type { Credential } from './credentials.ts';

/**
 * What to send with a request that was answered by 401; undefined where nothing can be sent. A password or an identity token goes
 * to the registry itself or to the token service that it names, and to no other place.
 */
export async function authorize(
  base: string,
  challenge = '',
  find: () => Promise<Credential | undefined>,
  options: NpmOptions,
  bounds: Pick<Get, 'signal' | 'publicOnly'>,
): Promise<string | undefined> {
  const realm = tokenAddress(base, challenge);
  if (realm !== undefined) return `Bearer ${await askForToken(realm, await find(), options, bounds)}`;
  if (!/(?:^|,\s*)Basic\b/iu.test(challenge)) return undefined;
  const credential = await find();
  return credential?.kind === 'password' ? basic(credential) : undefined;
}

const basic = ({ username, password }: Credential & { readonly kind: 'password' }): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/**
 * The address that a challenge names for tokens (https://distribution.github.io/distribution/spec/auth/token/). It must be on
 * the registry's own origin, or an https address. The token is only for pulling this one repository.
 */
function tokenAddress(base: string, challenge: string): string | undefined {
  const bearer = /(?:^|,\s*)Bearer\s(?<words>.*)$/isu.exec(challenge)?.groups?.['words'];
  if (bearer === undefined) return undefined;
  // The first one counts, because another challenge may follow.
  const words = new Map(
    [...bearer.matchAll(/([a-z]+)="([^"]*)"/gu)].toReversed().map(([, key = '', value = '']) => [key, value]),
  );
  const realm = addressOn(base, words.get('realm')) ?? secureElsewhere(base, words.get('realm'));
  if (realm === undefined) return undefined;
  const address = new URL(realm);
  const service = words.get('service');
  if (service !== undefined) address.searchParams.set('service', service);
  address.searchParams.set('scope', `repository:${new URL(base).pathname.slice('/v2/'.length)}:pull`);
  return address.href;
}

/** With an identity token it is a grant of OAuth 2 (https://distribution.github.io/distribution/spec/auth/oauth/). */
async function askForToken(
  realm: string,
  credential: Credential | undefined,
  options: NpmOptions,
  given: Pick<Get, 'signal' | 'publicOnly'>,
): Promise<string> {
  const bounds = { maxBytes: maxTokenBytes, ...given, compress: true };
  const answer =
    credential?.kind === 'identity'
      ? {
          ...(await get(formAddress(realm), options, {
            ...bounds,
            headers: {},
            form: refreshForm(realm, credential.token),
          })),
          address: realm,
        }
      : await throughRedirects(realm, (address) =>
          get(address, options, {
            ...bounds,
            headers: credential !== undefined && address === realm ? { authorization: basic(credential) } : {},
          }),
        );
  if (answer.kind === 'other') throw new HttpFailure(answer.address, answer.status);
  const { token, access_token: other } = readJson(answer.bytes, new URL(realm).host);
  const found = token ?? other;
  if (typeof found !== 'string' || !/^[\x21-\x7e]+$/u.test(found))
    throw new Failure('no-token', `${new URL(realm).host} gave no token`, 'ask the operator of the container registry');
  return found;
}

/** Service and scope are fields of the form then, not of the address. */
const formAddress = (realm: string): string => {
  const address = new URL(realm);
  address.searchParams.delete('service');
  address.searchParams.delete('scope');
  return address.href;
};

function refreshForm(realm: string, token: string): URLSearchParams {
  const { searchParams } = new URL(realm);
  return new URLSearchParams({
    grant_type: 'refresh_token',
    service: searchParams.get('service') ?? '',
    scope: searchParams.get('scope') ?? '',
    client_id: 'countersign',
    refresh_token: token,
  });
}

/** `what` is what messages call it. @throws Failure `not-a-manifest` */
export function readJson(bytes: Uint8Array, what: string): JsonObject {
  let value: unknown;
  try {
    value = parseJson(bytes);
  } catch (cause) {
    throw notAManifest(what, cause);
  }
  if (!isJsonObject(value)) throw notAManifest(what, undefined);
  return value;
}

const notAManifest = (what: string, cause: unknown): Failure =>
  new Failure(
    'not-a-manifest',
    `the container registry's answer for ${what} is not a JSON object`,
    'check the address, or ask the operator of the container registry',
    { cause },
  );
