/** Signs in with a browser on this machine: the authorization code grant with PKCE (RFC 6749, 4.1; RFC 7636; OAuth 2.1). */
import {
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  customFetch,
  generateRandomCodeVerifier,
  generateRandomState,
  None,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { wanted, type Agreed } from './agreed.ts';
import { listenForAnswer } from './callback.ts';
import { unusable } from './faults.ts';
import { clientFor } from './register.ts';
import type { SignIn } from './sign-ins.ts';
import { tokensIn } from './tokens.ts';

export async function authorize(agreed: Agreed): Promise<SignIn> {
  const { binding, server, audience, fetch, now, signal, show } = agreed;
  const { issuer } = binding;
  const { authorization_endpoint: address, code_challenge_methods_supported: methods } = server;
  if (address === undefined) throw unusable(issuer, 'it has no authorization endpoint');
  // One that does not say so may leave the challenge out of its account, and then whoever catches the code can use it.
  if (!Array.isArray(methods) || !methods.includes('S256'))
    throw unusable(issuer, 'it does not say that it knows PKCE with S256');
  const state = generateRandomState();
  const verifier = generateRandomCodeVerifier();
  const callback = await listenForAnswer(state, signal);
  try {
    const { redirectUri } = callback;
    const client = { client_id: await clientFor(binding, server, { redirectUri }, fetch) };
    const page = new URL(address);
    const parameters = {
      ...wanted(agreed),
      ...{ response_type: 'code', client_id: client.client_id, redirect_uri: redirectUri, state },
      ...{ code_challenge: await calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
    };
    for (const [name, value] of Object.entries(parameters)) page.searchParams.set(name, value);
    show(page.href);
    // RFC 9207: an answer that names another issuer is of another authorization server.
    const answer = validateAuthResponse(server, client, await callback.answer, state);
    const response = await authorizationCodeGrantRequest(server, client, None(), answer, redirectUri, verifier, {
      [customFetch]: fetch,
      additionalParameters: { resource: audience },
    });
    const tokens = await processAuthorizationCodeResponse(server, client, response);
    return { binding, clientId: client.client_id, audience, ...tokensIn(issuer, tokens, now()) };
  } finally {
    callback.close();
  }
}
