/**
 * An authorization server over https on loopback, which speaks the protocol as it is: PKCE (RFC 7636), resources (RFC 8707), its name
 * in each answer (RFC 9207), registration (RFC 7591), device codes (RFC 8628), revocation (RFC 7009), and refresh tokens that are good
 * for one use: a second use ends everything that came from the same sign-in. Honest, until it is told to lie.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Certificate } from '../../support/certificate.ts';

interface Asked {
  readonly path: string;
  readonly form: URLSearchParams;
  readonly json: Readonly<Record<string, unknown>>;
}

/** What one sign-in gave. */
interface Family {
  readonly client: string;
  readonly resource: string;
  readonly scope: string;
  readonly access: Set<string>;
  refresh: string | undefined;
  readonly used: Set<string>;
  isOver: boolean;
}

interface Code {
  readonly query: URLSearchParams;
  isUsed: boolean;
}

/** Whether it answered, so that the honest answer is not given. */
type Lie = (asked: Asked, response: ServerResponse) => boolean;

export interface AuthorizationServerFake {
  readonly issuer: string;
  readonly asked: Asked[];
  readonly clients: Map<string, Readonly<Record<string, unknown>>>;
  readonly families: Family[];
  /** Takes the place of fields of its metadata; a field that is undefined is left out. */
  metadata: Readonly<Record<string, unknown>>;
  lie: Lie | undefined;
  /** Absent: it does not say how long a token lives. */
  expiresInSeconds: number | undefined;
  givesRefreshTokens: boolean;
  /** Whether the person typed the code. */
  deviceAnswer: 'authorization_pending' | 'slow_down' | 'access_denied' | 'yes';
  /** Whether a resource takes a token. */
  takes: (token: string, resource: string) => boolean;
  /** Makes every access token invalid, as if its time had come. */
  expireAll: () => void;
  readonly close: () => Promise<void>;
}

/** `close` it, or call it within a test. */
export async function startAuthorizationServer(
  { cert, key }: Certificate,
  closesItself = false,
): Promise<AuthorizationServerFake> {
  const codes = new Map<string, Code>();
  const devices = new Map<string, URLSearchParams>();
  const server = createServer({ cert, key }, (request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: AuthorizationServerFake = {
    issuer,
    asked: [],
    clients: new Map([['approved-client', { redirect_uris: ['http://127.0.0.1/callback'] }]]),
    families: [],
    metadata: {},
    lie: undefined,
    expiresInSeconds: 3_600,
    givesRefreshTokens: true,
    deviceAnswer: 'yes',
    takes: (token, resource) =>
      fake.families.some((each) => !each.isOver && each.access.has(token) && each.resource === resource),
    expireAll: () => {
      for (const { access } of fake.families) access.clear();
    },
    close: async () => {
      const closed = new Promise((resolve) => void server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  if (closesItself) onTestFinished(fake.close);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', issuer);
    const body = await text(request);
    const isJson = request.headers['content-type'] === 'application/json';
    const asked: Asked = {
      path: pathname,
      form: request.method === 'POST' ? new URLSearchParams(isJson ? '' : body) : searchParams,
      json: isJson ? (JSON.parse(body) as Record<string, unknown>) : {},
    };
    fake.asked.push(asked);
    if (fake.lie?.(asked, response) === true) return;
    switch (`${request.method ?? ''} ${pathname}`) {
      case 'GET /.well-known/oauth-authorization-server':
        return json(response, 200, metadata());
      case 'POST /register':
        return register(asked, response);
      case 'GET /authorize':
        return authorize(asked, response);
      case 'POST /device':
        return device(asked, response);
      case 'POST /token':
        return giveTokens(asked, response);
      case 'POST /revoke':
        return revoke(asked, response);
      default:
        return void response.writeHead(404).end();
    }
  }

  const metadata = (): object => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    device_authorization_endpoint: `${issuer}/device`,
    revocation_endpoint: `${issuer}/revoke`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    ...fake.metadata,
  });

  function register({ json: wanted }: Asked, response: ServerResponse): void {
    if (wanted['token_endpoint_auth_method'] !== 'none') return fault(response, 'invalid_client_metadata');
    const id = `client-${fake.clients.size}`;
    fake.clients.set(id, wanted);
    json(response, 201, { ...wanted, client_id: id });
  }

  /** The person is signed in already, and says yes. */
  function authorize({ form: query }: Asked, response: ServerResponse): void {
    const redirect = query.get('redirect_uri') ?? '';
    const known = fake.clients.get(query.get('client_id') ?? '')?.['redirect_uris'] as string[] | undefined;
    // RFC 8252, 7.3: any port.
    const isKnown = known?.some((each) => redirect === each || redirect.replace(/:\d+(?=\/)/u, '') === each);
    if (isKnown !== true) return void response.writeHead(400).end('no such client');
    const isWhole =
      query.get('response_type') === 'code' && query.get('code_challenge_method') === 'S256' && query.has('resource');
    const back = new URL(redirect);
    if (isWhole) {
      const code = secret();
      codes.set(code, { query, isUsed: false });
      back.searchParams.set('code', code);
    } else back.searchParams.set('error', 'invalid_request');
    back.searchParams.set('state', query.get('state') ?? '');
    back.searchParams.set('iss', issuer);
    response.writeHead(302, { location: back.href }).end();
  }

  function device({ form }: Asked, response: ServerResponse): void {
    if (!fake.clients.has(form.get('client_id') ?? '')) return fault(response, 'invalid_client', 401);
    const code = secret();
    devices.set(code, form);
    json(response, 200, {
      ...{ device_code: code, user_code: 'WDJB-MJHT', verification_uri: `${issuer}/activate` },
      ...{ expires_in: 600, interval: 5 },
    });
  }

  function giveTokens({ form }: Asked, response: ServerResponse): void {
    const client = form.get('client_id') ?? '';
    if (!fake.clients.has(client)) return fault(response, 'invalid_client', 401);
    switch (form.get('grant_type')) {
      case 'authorization_code': {
        const code = codes.get(form.get('code') ?? '');
        const verified = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        const fits = ['client_id', 'redirect_uri', 'resource'].every(
          (name) => code?.query.get(name) === form.get(name),
        );
        if (code === undefined || code.isUsed || !fits || verified !== code.query.get('code_challenge'))
          return fault(response, 'invalid_grant');
        code.isUsed = true;
        return give(response, begin(client, code.query));
      }
      case 'refresh_token': {
        const refresh = form.get('refresh_token') ?? '';
        const family = fake.families.find((each) => each.refresh === refresh || each.used.has(refresh));
        if (family?.used.has(refresh) === true) family.isOver = true;
        if (
          family === undefined ||
          family.isOver ||
          family.client !== client ||
          family.resource !== form.get('resource')
        )
          return fault(response, 'invalid_grant');
        family.used.add(refresh);
        return give(response, family);
      }
      case 'urn:ietf:params:oauth:grant-type:device_code': {
        const query = devices.get(form.get('device_code') ?? '');
        if (query === undefined || query.get('resource') !== form.get('resource'))
          return fault(response, 'invalid_grant');
        if (fake.deviceAnswer !== 'yes') return fault(response, fake.deviceAnswer);
        return give(response, begin(client, query));
      }
      default:
        return fault(response, 'unsupported_grant_type');
    }
  }

  function begin(client: string, query: URLSearchParams): Family {
    const family: Family = {
      ...{ client, resource: query.get('resource') ?? '', scope: query.get('scope') ?? '' },
      ...{ access: new Set(), refresh: undefined, used: new Set(), isOver: false },
    };
    fake.families.push(family);
    return family;
  }

  function give(response: ServerResponse, family: Family): void {
    const access = secret();
    family.access.add(access);
    family.refresh = fake.givesRefreshTokens ? secret() : undefined;
    json(response, 200, {
      ...{ access_token: access, token_type: 'Bearer', scope: family.scope },
      ...(fake.expiresInSeconds !== undefined && { expires_in: fake.expiresInSeconds }),
      ...(family.refresh !== undefined && { refresh_token: family.refresh }),
    });
  }

  function revoke({ form }: Asked, response: ServerResponse): void {
    const given = form.get('token') ?? '';
    for (const family of fake.families) if (family.refresh === given || family.access.has(given)) family.isOver = true;
    response.writeHead(200).end();
  }

  return fake;
}

export function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

const fault = (response: ServerResponse, error: string, status = 400): void => json(response, status, { error });

/** Every one of them stands nowhere but where it was put. */
const secret = (): string => `canary-${randomBytes(12).toString('hex')}`;
