/** What signing in needs, and what of it was agreed on before a person is asked. */
import type { AuthorizationServer } from 'oauth4webapi';
import type { EndpointRequest } from '../../artefacts/remote/request.ts';
import type { Binding } from './binding.ts';
import type { AskWithoutToken } from './discover.ts';
import type { Fetch } from './fetch.ts';

export interface Signing {
  readonly binding: Binding;
  readonly request: EndpointRequest;
  readonly fetch: Fetch;
  readonly askWithoutToken: AskWithoutToken;
  readonly now: () => Date;
  /** Ends the wait for the person, with the reason that is thrown. */
  readonly signal: AbortSignal;
  /** Shows where to sign in; a code is typed there. */
  readonly show: (address: string, code?: string) => void;
  /** Between two questions whether the code was typed. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What is known once the endpoint and the approved authorization server agree. */
export interface Agreed extends Signing {
  readonly server: AuthorizationServer;
  readonly audience: string;
}

/** What is asked for: the resource that a token is for (RFC 8707, 2), and the approved scopes. */
export const wanted = ({ audience, binding: { scopes } }: Agreed): Record<string, string> => ({
  resource: audience,
  ...(scopes.length > 0 && { scope: scopes.join(' ') }),
});
