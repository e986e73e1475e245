/** Renews the tokens of a sign-in (RFC 6749, 6), and gives them back (RFC 7009). */
import {
  customFetch,
  None,
  processRefreshTokenResponse,
  processRevocationResponse,
  refreshTokenGrantRequest,
  revocationRequest,
} from 'oauth4webapi';
import { findServer } from './discover.ts';
import { errorCodeOf, signInFailure } from './faults.ts';
import type { Fetch } from './fetch.ts';
import type { SignIn } from './sign-ins.ts';
import { tokensIn } from './tokens.ts';

/** Undefined where the authorization server says that the sign-in is over. @throws Failure `sign-in`, `network` */
export async function renewSignIn(signIn: SignIn, fetch: Fetch, now: () => Date): Promise<SignIn | undefined> {
  const { binding, clientId, audience, refreshToken } = signIn;
  const { issuer } = binding;
  if (refreshToken === undefined) return undefined;
  try {
    const server = await findServer(issuer, fetch);
    const client = { client_id: clientId };
    const response = await refreshTokenGrantRequest(server, client, None(), refreshToken, {
      [customFetch]: fetch,
      additionalParameters: { resource: audience },
    });
    const tokens = tokensIn(issuer, await processRefreshTokenResponse(server, client, response), now());
    // One that is not replaced stays.
    return { binding, clientId, audience, refreshToken, ...tokens };
  } catch (error) {
    if (errorCodeOf(error) === 'invalid_grant') return undefined;
    throw signInFailure(issuer, error);
  }
}

/** Whether the authorization server takes tokens back, and took these. @throws Failure `sign-in`, `network` */
export async function revokeSignIn(
  { binding, clientId, accessToken, refreshToken }: SignIn,
  fetch: Fetch,
): Promise<boolean> {
  const { issuer } = binding;
  try {
    const server = await findServer(issuer, fetch);
    if (server.revocation_endpoint === undefined) return false;
    // The refresh token first: with it the access token often ends too.
    const tokens = [
      ...(refreshToken === undefined ? [] : [[refreshToken, 'refresh_token']]),
      [accessToken, 'access_token'],
    ];
    for (const [token = '', hint = ''] of tokens)
      await processRevocationResponse(
        await revocationRequest(server, { client_id: clientId }, None(), token, {
          [customFetch]: fetch,
          additionalParameters: { token_type_hint: hint },
        }),
      );
    return true;
  } catch (error) {
    throw signInFailure(issuer, error);
  }
}
