/**
 * Tokens for the installation of a GitHub App:
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
 */
import { verify, type KeyObject } from 'node:crypto';
import { isJsonObject } from '../../../core/json.ts';
import { toSecond } from '../../../core/time.ts';
import { refusal } from './answers.ts';

export interface FakeApp {
  readonly id: string;
  readonly installation: string;
  readonly publicKey: KeyObject;
  readonly now: () => Date;
  /** How long a token lives; GitHub's live for an hour. */
  readonly lifeMs?: number;
  /** When each token ends that was given out. */
  readonly tokens: Map<string, Date>;
  /** What was said of each: for which repositories, and with which permissions. */
  readonly wanted: unknown[];
}

interface Said {
  readonly status: number;
  readonly body: unknown;
}

const hourMs = 3_600_000;

/** What `POST /app/installations/{id}/access_tokens` answers. */
export function newToken(
  app: FakeApp | undefined,
  path: string,
  { authorization, body }: { readonly authorization: string | undefined; readonly body: string },
): Said | undefined {
  const { id } = /^\/app\/installations\/(?<id>\d+)\/access_tokens$/u.exec(path)?.groups ?? {};
  if (id === undefined) return undefined;
  const why = app === undefined ? 'A JSON web token could not be decoded' : wrongWith(authorization ?? '', app);
  if (app === undefined || why !== undefined) return refusal(401, why ?? '');
  if (id !== app.installation) return refusal(404, 'Not Found');
  const token = `ghs_installation-${app.tokens.size + 1}`;
  const end = new Date(app.now().getTime() + (app.lifeMs ?? hourMs));
  app.tokens.set(token, end);
  const wanted: unknown = body === '' ? {} : JSON.parse(body);
  const permissions = isJsonObject(wanted) ? wanted['permissions'] : undefined;
  app.wanted.push(wanted);
  return {
    status: 201,
    body: { token, expires_at: toSecond(end), repository_selection: 'selected', permissions: permissions ?? {} },
  };
}

export const isAccepted = (app: FakeApp | undefined, authorization: string | undefined): boolean => {
  const end = app?.tokens.get((authorization ?? '').replace(/^Bearer /u, ''));
  return app !== undefined && end !== undefined && end > app.now();
};

/** What GitHub says about a token that the app signed; nothing where it is right. */
function wrongWith(authorization: string, { id, publicKey, now }: FakeApp): string | undefined {
  const [head = '', claims = '', signature = '', ...more] = authorization.replace(/^Bearer /u, '').split('.');
  const undecoded = 'A JSON web token could not be decoded';
  const [header, said] = [head, claims].map(decoded);
  if (more.length > 0 || header?.['alg'] !== 'RS256' || said === undefined) return undecoded;
  if (!verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url')))
    return undecoded;
  if (said['iss'] !== id) return "'Issuer' claim ('iss') must be the ID of the app";
  const [iat, exp] = [Number(said['iat']), Number(said['exp'])];
  const seconds = now().getTime() / 1000;
  if (!(iat <= seconds)) return "'Issued at' claim ('iat') must be in the past";
  if (!(exp > seconds)) return "'Expiration time' claim ('exp') must be a numeric value in the future";
  return exp - seconds > 600 ? "'Expiration time' claim ('exp') is too far in the future" : undefined;
}

function decoded(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
