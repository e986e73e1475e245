/** What an endpoint says of why it refused: the `Bearer` of `WWW-Authenticate` (RFC 6750, 3; RFC 9728, 5.1). */
import { maxChallengeLength } from '../../core/limits.ts';

export interface Challenge {
  readonly error?: string;
  /** What it wants a token to allow. */
  readonly scope?: string;
  /** Where it describes itself. It is believed only on its own origin. */
  readonly resourceMetadata?: string;
}

/** Empty where it says nothing that can be read. */
export function challengeIn(header: string | null): Challenge {
  if (header === null || header.length > maxChallengeLength || !/(?:^|,\s*)bearer(?:\s|$)/iu.test(header)) return {};
  const values = new Map<string, string>();
  for (const [, name = '', quoted, plain] of header.matchAll(parameter))
    values.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/gu, '$1') ?? plain ?? '');
  const [error, scope, resourceMetadata] = ['error', 'scope', 'resource_metadata'].map((name) => values.get(name));
  return {
    ...(error !== undefined && /^[\w-]{1,64}$/u.test(error) && { error }),
    ...(scope !== undefined && /^[ !#-[\]-~]{1,200}$/u.test(scope) && { scope }),
    ...(resourceMetadata !== undefined && { resourceMetadata }),
  };
}

const parameter = /(?<=[\s,])([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gu;
