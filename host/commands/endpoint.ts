/** What the commands say of an endpoint: how a client reaches it. */
import type { HeaderInput, Remote, RemoteVariable } from '../../schemas/types.ts';
import { placeOf } from '../remote/request-to.ts';
import type { Servers } from '../servers.ts';
import type { VerifiedServer } from '../trust/approved-servers.ts';

/** Each header with its value here, or with what a user gives for it. */
export const headersOf = ({ headers = [] }: Remote): string[] =>
  headers.map((header) => `${header.name}: ${header.value ?? given(header)}`);

/** What stands as ${name} in the address or in a header. */
export const variablesOf = ({ variables = [] }: Remote): string[] =>
  variables.map((variable) => `\${${variable.name}}: ${given(variable)}`);

function given({ description, required, secret, default: preset, choices }: HeaderInput | RemoteVariable): string {
  const words = [
    ...(required === true ? ['required'] : ['optional']),
    ...(secret === true ? ['secret'] : []),
    ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
    ...(preset === undefined ? [] : [`default ${preset}`]),
  ];
  return `${description} (${words.join('; ')})`;
}

/** Where people sign in, and whether somebody has, here. No token is read for that. */
export interface SignInState {
  readonly issuer: string;
  readonly scopes: readonly string[];
  readonly signedIn: boolean;
}

/** Undefined where nobody signs in. */
export async function signInOf(servers: Servers, server: VerifiedServer): Promise<SignInState | undefined> {
  const place = placeOf(server);
  if (place === undefined) return undefined;
  const { issuer, scopes = [] } = place.authorization;
  return { issuer, scopes, signedIn: (await servers.signInsOf(place.server).names(place)).length > 0 };
}

export const signInWords = ({ issuer, scopes, signedIn }: SignInState): string =>
  [
    `at ${issuer}`,
    ...(scopes.length > 0 ? [`for ${scopes.join(' ')}`] : []),
    signedIn ? '(signed in)' : '(nobody is signed in)',
  ].join(' ');
