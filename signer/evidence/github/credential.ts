/** With which credential GitHub is asked: a token, or that of a GitHub App, which lives for an hour. */
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { Failure } from '../../../core/failure.ts';
import { isJsonObject } from '../../../core/json.ts';
import { maxCredentialBytes } from '../../../core/limits.ts';
import { githubTransport, type TransportOptions } from './transport.ts';

export interface CredentialContext {
  readonly now: () => Date;
  /** The secret at `env:<variable>`, `file:<path>` or `awssecret:<name>`. */
  readonly readSecret: (address: string) => Promise<string>;
  /** The numeric id of the repository that is signed: the token of an app reads no other. */
  readonly repository: number;
  /** For asking GitHub for the token of an app. */
  readonly transport: Omit<TransportOptions, 'authorization'>;
}

const appAddress = /^github-app:(?<app>[1-9]\d*)\/(?<installation>[1-9]\d*)\?key=(?<key>(?:env|file|awssecret):\S+)$/u;

/** Gives what the header Authorization says, each time it is called. @throws Failure `forge-credentials` */
export function githubCredential(address: string, context: CredentialContext): () => Promise<string> {
  const { app, installation, key } = appAddress.exec(address)?.groups ?? {};
  if (app !== undefined && installation !== undefined && key !== undefined)
    return appCredential({ app, installation, key }, context);
  if (!/^(?:env|file|awssecret):\S+$/u.test(address))
    throw unusable(
      'the address of the token is none',
      'write env:<variable>, file:<path>, awssecret:<name> or github-app:…',
    );
  let token: string | undefined;
  return async () => {
    token ??= await secretAt(address, context);
    if (!/^[!-~]+$/u.test(token))
      throw unusable(`what ${address} holds is no token`, 'put the token there, and nothing else');
    return `Bearer ${token}`;
  };
}

interface App {
  readonly app: string;
  readonly installation: string;
  readonly key: string;
}

/** What the signer reads, with the metadata that every app may read. */
const asked = { contents: 'read', pull_requests: 'read', members: 'read' };

/** A token is not used in the last minutes of its life. */
const restMs = 5 * 60_000;

/** https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app */
function appCredential({ app, installation, key }: App, context: CredentialContext): () => Promise<string> {
  const { now, transport, repository } = context;
  const newToken = async (): Promise<AppToken> => {
    const privateKey = openPrivateKey(await secretAt(key, context), key);
    const ask = githubTransport({
      ...transport,
      authorization: async () => `Bearer ${appJwt(app, privateKey, now())}`,
    });
    const address = `${transport.api.replace(/\/$/u, '')}/app/installations/${installation}/access_tokens`;
    const response = await ask(address, {
      method: 'POST',
      headers: {
        accept: 'application/vnd.github+json',
        'content-type': 'application/json',
        'user-agent': 'countersign-signer',
      },
      // Whatever more the app may do, and wherever it is installed besides.
      body: JSON.stringify({ repository_ids: [repository], permissions: asked }),
    });
    return tokenIn(await response.json());
  };
  let current: AppToken | undefined;
  let asking: Promise<AppToken> | undefined;
  return async () => {
    if (current === undefined || current.until - restMs <= now().getTime()) {
      // Questions at the same time wait for one token.
      asking ??= newToken().finally(() => (asking = undefined));
      current = await asking;
    }
    return `Bearer ${current.token}`;
  };
}

interface AppToken {
  readonly token: string;
  /** When it ends, in milliseconds since 1970. */
  readonly until: number;
}

/** Signed with RS256, valid from a minute ago, as clocks differ, and for nine minutes. */
export function appJwt(app: string, privateKey: KeyObject, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iat: seconds - 60, exp: seconds + 540, iss: app })}`;
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}

function openPrivateKey(pem: string, address: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // What OpenSSL says may quote the key.
    throw unusable(`what ${address} holds is no private key`, 'put the PEM file there that GitHub gave for the app');
  }
  if (key.asymmetricKeyType !== 'rsa')
    throw unusable(`the key at ${address} is no RSA key`, 'put the PEM file there that GitHub gave for the app');
  return key;
}

function tokenIn(answer: unknown): AppToken {
  const { token, expires_at: end } = isJsonObject(answer) ? answer : {};
  const until = typeof end === 'string' ? Date.parse(end) : Number.NaN;
  if (typeof token !== 'string' || !/^[!-~]+$/u.test(token) || Number.isNaN(until))
    throw unusable('GitHub gives no token for the app', 'check the ids of the app and of its installation');
  return { token, until };
}

async function secretAt(address: string, { readSecret }: CredentialContext): Promise<string> {
  const secret = (await readSecret(address)).trim();
  if (secret === '' || secret.length > maxCredentialBytes)
    throw unusable(`${address} holds ${secret === '' ? 'nothing' : 'too much'}`, 'put the credential there');
  return secret;
}

const unusable = (message: string, remedy: string): Failure => new Failure('forge-credentials', message, remedy);
