/**
 * AWS on loopback over real HTTP: S3, KMS, CloudFront's invalidations, and secrets that are read. Requests are authenticated as AWS does it, and
 * can be made to fail as they fail in a network. Whatever else is asked, it answers 501.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { AwsError } from './aws-error.ts';
import type { Answer, Call, Request, Service } from './call.ts';
import { answerCloudFront, cloudFrontOperation, distributionOf, type Invalidation } from './cloudfront.ts';
import { credentials, environment, region } from './environment.ts';
import { answerKms, kmsOperation, type KmsState } from './kms.ts';
import { answerS3, namedBy, s3Operation } from './s3.ts';
import { Bucket, type BucketOptions } from './s3-bucket.ts';
import { answerSecrets, secretsOperation } from './secrets.ts';
import { authenticate, claimOf } from './signature.ts';
import { writeXml } from './xml.ts';

/**
 * What goes wrong with a request. `slowdown` is AWS's answer to too many of them; `conflict` the one to a write at the
 * same time as another. After `reset-before` nothing was done, after `reset-after` everything, and the answer was lost.
 * The same with `silence-`: the connection stays open, so that whoever asked waits, as one does that ends there. A
 * function answers in place of the service.
 */
export type Fault =
  | 'slowdown'
  | 'conflict'
  | 'reset-before'
  | 'reset-after'
  | 'silence-before'
  | 'silence-after'
  | ((response: ServerResponse) => void);

export interface AwsServer extends KmsState {
  readonly url: string;
  /** For a process that is to use it, and nothing of this machine's AWS configuration. */
  readonly env: Readonly<Record<string, string>>;
  readonly buckets: Map<string, Bucket>;
  readonly createBucket: (name: string, options?: BucketOptions) => Bucket;
  readonly invalidations: Invalidation[];
  /** Text or bytes, by name. */
  readonly secrets: Map<string, string | Uint8Array>;
  readonly denied: Set<string>;
  /** Every request, those that failed too, in the order in which they came. */
  readonly calls: Call[];
  /** How many requests there were of each operation. */
  readonly counted: () => Readonly<Record<string, number>>;
  /** Asked about every request before it is answered; it may also end whoever asks. */
  fault: ((call: Call) => Fault | undefined) | undefined;
}

/** Closed after the tests of the file. `now` is the server's clock. */
export async function startAws(now?: () => Date): Promise<AwsServer> {
  const { aws, close } = await listenAws(now);
  afterAll(close);
  return aws;
}

/** The same outside of tests: whoever starts it closes it. */
export async function listenAws(
  now: () => Date = () => new Date(),
): Promise<{ readonly aws: AwsServer; readonly close: () => Promise<void> }> {
  const buckets = new Map<string, Bucket>();
  const calls: Call[] = [];
  const state: Omit<AwsServer, 'url' | 'env'> = {
    keys: new Map(),
    aliases: new Map(),
    digestsOnly: false,
    buckets,
    createBucket: (name, options) => {
      const bucket = new Bucket(options);
      buckets.set(name, bucket);
      return bucket;
    },
    invalidations: [],
    secrets: new Map(),
    denied: new Set(),
    calls,
    counted: () =>
      Object.fromEntries([...Map.groupBy(calls, (call) => call.operation)].map(([name, { length }]) => [name, length])),
    fault: undefined,
  };
  const aws: { server?: AwsServer } = {};
  const server = createServer((request, response) => {
    void respond(request, response, aws.server as AwsServer, now());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  aws.server = Object.assign(state, { url, env: environment(url) });
  return { aws: aws.server, close };
}

async function respond(incoming: IncomingMessage, response: ServerResponse, aws: AwsServer, now: Date): Promise<void> {
  const body = await buffer(incoming).catch(() => undefined);
  if (body === undefined) return;
  const claim = claimOf(incoming);
  const service = serviceOf(incoming, claim?.service);
  const [path = '', query = ''] = String(incoming.url).split(/\?(.*)/su);
  const plain = {
    method: String(incoming.method),
    path,
    query: new URLSearchParams(query),
    headers: incoming.headers,
    body,
    now,
  };
  const operation = operationOf[service](plain);
  const request: Request = { ...plain, operation };
  const call = newCall(service, request, aws.calls.length + 1);
  aws.calls.push(call);
  const fault = aws.fault?.(call);
  if (typeof fault === 'function') return fault(response);
  if (fault === 'silence-before') return;
  if (fault === 'reset-before') return void incoming.socket.destroy();
  const answer = answerOf(
    () => {
      if (fault === 'slowdown') throw tooMany(service);
      if (fault === 'conflict')
        throw new AwsError(
          'ConditionalRequestConflict',
          'Cannot complete the request due to a conflicting operation',
          409,
        );
      if (operation === 'Unknown') return;
      if (claim === undefined || claim.service !== service)
        throw speaksJson(service)
          ? new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token')
          : new AwsError('AccessDenied', 'Access Denied', 403);
      authenticate(incoming, body, claim, { credentials, region, now });
    },
    request,
    call,
    aws,
  );
  if (fault === 'silence-after') return;
  if (fault === 'reset-after') return void incoming.socket.destroy();
  const bytes = Buffer.from(answer.body ?? '');
  call.status = answer.status;
  call.bytesOut = request.method === 'HEAD' ? 0 : bytes.length;
  response.writeHead(answer.status, {
    date: now.toUTCString(),
    'x-amz-request-id': randomUUID(),
    ...(answer.status !== 204 && answer.status !== 304 && { 'content-length': String(bytes.length) }),
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** The two that speak JSON say which they are; of the others, what was signed does. */
function serviceOf({ headers }: IncomingMessage, claimed: string | undefined): Service {
  const target = headers['x-amz-target'];
  if (target !== undefined) return String(target).startsWith('secretsmanager.') ? 'secretsmanager' : 'kms';
  return claimed === 'cloudfront' ? 'cloudfront' : 's3';
}

const speaksJson = (service: Service): boolean => service === 'kms' || service === 'secretsmanager';

const operationOf: Readonly<Record<Service, (request: Omit<Request, 'operation'>) => string>> = {
  s3: s3Operation,
  kms: kmsOperation,
  cloudfront: cloudFrontOperation,
  secretsmanager: secretsOperation,
};

function newCall(service: Service, { operation, path, body }: Request, number: number): Call {
  const input = speaksJson(service) ? readInput(body) : {};
  const { bucket, key } = service === 's3' ? namedBy(path) : { bucket: '', key: '' };
  const resource =
    service === 's3'
      ? key === ''
        ? bucket
        : `${bucket}/${key}`
      : speaksJson(service)
        ? String(input['KeyId'] ?? input['SecretId'])
        : distributionOf(path);
  return { number, service, operation, resource, input, bytesIn: body.length, bytesOut: 0, status: undefined };
}

function readInput(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function answerOf(check: () => void, request: Request, { service, input }: Call, aws: AwsServer): Answer {
  try {
    check();
    switch (service) {
      case 's3':
        return answerS3(request, aws);
      case 'kms':
        return answerKms(request, input, aws);
      case 'cloudfront':
        return answerCloudFront(request, aws.invalidations, aws.denied);
      case 'secretsmanager':
        return answerSecrets(request, input, aws.secrets);
      default:
        return service satisfies never;
    }
  } catch (error) {
    return errorAnswer(error instanceof AwsError ? error : new AwsError('InternalError', String(error), 500), service);
  }
}

function tooMany(service: Service): AwsError {
  if (service === 's3') return new AwsError('SlowDown', 'Please reduce your request rate.', 503);
  return speaksJson(service)
    ? new AwsError('ThrottlingException', 'Rate exceeded')
    : new AwsError('Throttling', 'Rate exceeded');
}

function errorAnswer({ code, message, status, headers }: AwsError, service: Service): Answer {
  if (speaksJson(service))
    return {
      status,
      headers: { 'content-type': 'application/x-amz-json-1.1', ...headers },
      body: JSON.stringify({ __type: code, message }),
    };
  const content = [
    ['Code', code],
    ['Message', message],
  ] as const;
  return {
    status,
    headers: { 'content-type': 'application/xml', ...headers },
    body: service === 's3' ? writeXml('Error', '', content) : writeXml('ErrorResponse', '', [['Error', content]]),
  };
}
