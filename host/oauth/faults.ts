/** What goes wrong with an authorization server, in our words: none of them repeats what it sent. */
import { AuthorizationResponseError, ResponseBodyError } from 'oauth4webapi';
import { hostOf } from '../../core/address.ts';
import { Failure, messageOf } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';

/** The code of the error that it answered (RFC 6749, 5.2); undefined if it answered none. */
export function errorCodeOf(error: unknown): string | undefined {
  if (!(error instanceof ResponseBodyError || error instanceof AuthorizationResponseError)) return undefined;
  return /^[a-z_]{1,64}$/u.test(error.error) ? error.error : 'an error without a usable name';
}

/** The cause is left out: it may hold an answer with a token in it. */
export function signInFailure(issuer: string, error: unknown): Error {
  if (error instanceof Failure || error instanceof Refusal) return error;
  const code = errorCodeOf(error);
  if (code !== undefined)
    return new Failure('sign-in', `${hostOf(issuer)} answered ${code}`, remedies.get(code) ?? other);
  return unusable(issuer, messageOf(error).replaceAll('"', ''));
}

export const unusable = (issuer: string, why: string): Failure =>
  new Failure('sign-in', `${hostOf(issuer)} cannot be used to sign in: ${why}`, other);

const other = 'try again; if it stays so, tell the maintainer of the server';

const remedies: ReadonlyMap<string, string> = new Map([
  ['access_denied', 'allow it where you sign in, or ask who may'],
  ['invalid_scope', 'tell the maintainer of the server: it grants none of the approved scopes'],
  ['invalid_client', 'tell the maintainer of the server: the approved client is not known there'],
  ['unauthorized_client', 'tell the maintainer of the server: the approved client may not sign in so'],
  ['expired_token', 'run the command again, and type the code sooner'],
]);
