/**
 * AWS KMS on loopback: GetPublicKey and Sign in its JSON 1.1 protocol, with real keys, requests authenticated as AWS
 * does (Signature Version 4), and its errors. Whatever else is asked, it answers 501.
 */
import { createHash, createHmac, randomUUID, timingSafeEqual, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { p256 } from '@noble/curves/nist.js';
import { afterAll } from 'vitest';

export interface KmsKey {
  /** Signs where it is on P-256. */
  readonly pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly spec: string;
  readonly usage: string;
  readonly algorithms: readonly string[];
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
}

export interface KmsServer {
  readonly url: string;
  /** For a process that is to use it, and nothing of this machine's AWS configuration. */
  readonly env: Readonly<Record<string, string>>;
  readonly keys: Map<string, KmsKey>;
  /** `alias/…` to key id. */
  readonly aliases: Map<string, string>;
  /** Operations that the caller has no permission for: `Sign`. */
  readonly denied: Set<string>;
  /** What was asked, by those who could prove who they are. */
  readonly asked: { readonly operation: string; readonly input: Readonly<Record<string, unknown>> }[];
  /** Instead of every answer. */
  answer: ((response: ServerResponse) => void) | undefined;
  /** What its clock says, where its callers have another than this machine. */
  now: Date | undefined;
}

const region = 'eu-central-1';
const credentials = {
  id: 'AKIAIOSFODNN7EXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  session: 'a-session-token-that-nobody-may-see',
};

class KmsError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** Closed after the tests of the file. */
export async function startKms(): Promise<KmsServer> {
  const state: Omit<KmsServer, 'url' | 'env'> = {
    keys: new Map(),
    aliases: new Map(),
    denied: new Set(),
    asked: [],
    answer: undefined,
    now: undefined,
  };
  const server = createServer((request, response) => {
    if (state.answer !== undefined) state.answer(response);
    else void respond(request, response, state);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.id,
    AWS_SECRET_ACCESS_KEY: credentials.secret,
    AWS_SESSION_TOKEN: credentials.session,
    AWS_CONFIG_FILE: '/nonexistent/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return Object.assign(state, { url, env });
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  state: Omit<KmsServer, 'url' | 'env'>,
): Promise<void> {
  const now = state.now ?? new Date();
  const say = (status: number, body: unknown): void => {
    response.writeHead(status, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': randomUUID(),
      // A caller corrects its clock by this one.
      date: now.toUTCString(),
    });
    response.end(JSON.stringify(body));
  };
  try {
    const body = await text(request);
    const operation = /^TrentService\.(\w+)$/u.exec(String(request.headers['x-amz-target']))?.[1];
    if (
      request.method !== 'POST' ||
      request.url !== '/' ||
      request.headers['content-type'] !== 'application/x-amz-json-1.1' ||
      (operation !== 'GetPublicKey' && operation !== 'Sign')
    )
      return say(501, { __type: 'NotImplemented', message: `this server has no ${operation}` });
    authenticate(request, body, now);
    const input = JSON.parse(body) as Record<string, unknown>;
    state.asked.push({ operation, input });
    return say(200, operation === 'Sign' ? sign(input, state) : publicKey(input, state));
  } catch (error) {
    if (!(error instanceof KmsError)) return say(500, { __type: 'KMSInternalException', message: String(error) });
    return say(error.status, { __type: error.type, message: error.message });
  }
}

const arnOf = (id: string): string => `arn:aws:kms:${region}:111122223333:key/${id}`;

/** @throws KmsError where the key is not there, not allowed or not enabled */
function usable(
  operation: string,
  { KeyId: name }: Readonly<Record<string, unknown>>,
  { keys, aliases, denied }: Omit<KmsServer, 'url' | 'env'>,
): { readonly key: KmsKey; readonly arn: string } {
  const local = String(name).replace(new RegExp(`^arn:aws:kms:${region}:111122223333:(?:key/)?`, 'u'), '');
  const id = local.startsWith('alias/') ? aliases.get(local) : local;
  const key = keys.get(id ?? '');
  if (id === undefined || key === undefined)
    throw new KmsError('NotFoundException', `Key '${String(name)}' does not exist`);
  const arn = arnOf(id);
  if (denied.has(operation))
    throw new KmsError(
      'AccessDeniedException',
      `User: arn:aws:sts::111122223333:assumed-role/dev/me is not authorized to perform: kms:${operation} on resource: ${arn}`,
    );
  if (key.state === 'Disabled') throw new KmsError('DisabledException', `${arn} is disabled.`);
  if (key.state === 'PendingDeletion') throw new KmsError('KMSInvalidStateException', `${arn} is pending deletion.`);
  return { key, arn };
}

function publicKey(input: Readonly<Record<string, unknown>>, state: Omit<KmsServer, 'url' | 'env'>): unknown {
  const { key, arn } = usable('GetPublicKey', input, state);
  if (key.spec === 'SYMMETRIC_DEFAULT')
    throw new KmsError('UnsupportedOperationException', `${arn} key usage is ENCRYPT_DECRYPT which is not valid`);
  return {
    KeyId: arn,
    PublicKey: key.pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    KeySpec: key.spec,
    CustomerMasterKeySpec: key.spec,
    KeyUsage: key.usage,
    ...(key.usage === 'SIGN_VERIFY' ? { SigningAlgorithms: key.algorithms } : { EncryptionAlgorithms: key.algorithms }),
  };
}

let signatures = 0;

function sign(input: Readonly<Record<string, unknown>>, state: Omit<KmsServer, 'url' | 'env'>): unknown {
  const { key, arn } = usable('Sign', input, state);
  const { Message: message, MessageType: type, SigningAlgorithm: algorithm } = input;
  if (key.usage !== 'SIGN_VERIFY' || !key.algorithms.includes(String(algorithm)) || algorithm !== 'ECDSA_SHA_256')
    throw new KmsError('InvalidKeyUsageException', `Algorithm ${String(algorithm)} is incompatible with ${key.spec}.`);
  // As the key policies deny it that we recommend.
  if (type !== 'DIGEST')
    throw new KmsError('AccessDeniedException', 'with an explicit deny in a resource-based policy');
  const digest = Buffer.from(String(message), 'base64');
  if (digest.length !== 32)
    throw new KmsError('ValidationException', 'Digest is invalid length for algorithm ECDSA_SHA_256.');
  const secret = Buffer.from(key.pair.privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const der = p256.sign(digest, secret, { prehash: false, lowS: true, format: 'der' });
  const { r, s } = p256.Signature.fromBytes(der, 'der');
  // KMS gives either value of s; here each second one is the higher.
  const given = signatures++ % 2 === 0 ? p256.Point.Fn.ORDER - s : s;
  const signature = new p256.Signature(r, given).toBytes('der');
  return { KeyId: arn, Signature: Buffer.from(signature).toString('base64'), SigningAlgorithm: algorithm };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function authenticate(request: IncomingMessage, body: string, now: Date): void {
  const { authorization = '', 'x-amz-date': moment, 'x-amz-security-token': session } = request.headers;
  const claim =
    /^AWS4-HMAC-SHA256 Credential=(?<id>\w+)\/(?<day>\d{8})\/(?<where>[\w-]+)\/kms\/aws4_request, ?SignedHeaders=(?<signed>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})$/u.exec(
      authorization,
    )?.groups;
  if (claim === undefined) throw new KmsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const { id, day = '', where = '', signed = '', signature = '' } = claim;
  if (id !== credentials.id || session !== credentials.session)
    throw new KmsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  const names = signed.split(';');
  const mustBeSigned = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  const time = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u.exec(String(moment));
  const [, ...numbers] = time ?? [];
  const [year = 0, month = 0, date, hour, minute, second] = numbers.map(Number);
  const ageMs = now.getTime() - Date.UTC(year, month - 1, date, hour, minute, second);
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replaceAll(/ +/gu, ' ')}`,
    ),
    '',
    signed,
    createHash('sha256').update(body).digest('hex'),
  ].join('\n');
  const toSign = [
    'AWS4-HMAC-SHA256',
    moment,
    `${day}/${where}/kms/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const key = [day, where, 'kms', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${credentials.secret}`,
  );
  const expected = createHmac('sha256', key).update(toSign).digest();
  if (
    where !== region ||
    !String(moment).startsWith(day) ||
    !(Math.abs(ageMs) < 5 * 60_000) ||
    !mustBeSigned.every((name) => names.includes(name)) ||
    !timingSafeEqual(expected, Buffer.from(signature, 'hex'))
  )
    throw new KmsError('InvalidSignatureException', `expected a signature of ${canonical}`);
}
