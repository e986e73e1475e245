/** What a token is for: it is used only where all of this is what the approved manifest says now. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import type { RemoteAuthorization } from '../../schemas/types.ts';

export interface Binding {
  readonly registry: string;
  readonly server: string;
  readonly issuer: string;
  /** Absent where hosts register themselves. */
  readonly clientId?: string;
  readonly scopes: readonly string[];
  /** The address of the endpoint, with the values that a user gave for it. */
  readonly resource: string;
}

/** A server of a registry, and where people sign in to it. */
export interface SignInPlace {
  readonly registry: string;
  readonly server: string;
  readonly authorization: RemoteAuthorization;
}

export const bindingOf = ({ registry, server, authorization }: SignInPlace, resource: string): Binding => ({
  ...{ registry, server, resource, issuer: authorization.issuer, scopes: authorization.scopes ?? [] },
  ...(authorization.client_id !== undefined && { clientId: authorization.client_id }),
});

/** Any sign-in. No variable has such a name, so that none is taken for one. */
export const anySignIn = /^oauth\.[0-9a-f]{16}\.[0-9a-f]{16}$/u;

/** The name that the sign-in is kept under: what was approved, and the address. */
export const nameOf = (binding: Binding): string => `${prefixOf(binding)}.${digest(binding.resource)}`;

/** The sign-ins to any address of an endpoint, as it is approved now. */
export const namesFor = (place: SignInPlace): RegExp =>
  new RegExp(`^${prefixOf(bindingOf(place, '')).replaceAll('.', '\\.')}\\.[0-9a-f]{16}$`, 'u');

const prefixOf = ({ registry, server, issuer, clientId, scopes }: Binding): string =>
  `oauth.${digest([registry, server, issuer, clientId ?? null, scopes])}`;

const digest = (value: unknown): string => sha256(canonicalJson(value)).slice(0, 16);
