import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { KMSClient, GetPublicKeyCommand } from '@aws-sdk/client-kms';
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { afterEach, expect, test } from 'vitest';
import { credentials, region } from './environment.ts';
import { startAws, type Fault } from './server.ts';

let skewMs = 0;
const aws = await startAws(() => new Date(Date.now() + skewMs));
const config = {
  endpoint: aws.url,
  region,
  credentials: {
    accessKeyId: credentials.id,
    secretAccessKey: credentials.secret,
    sessionToken: credentials.session,
  },
};
const clientOf = (more: S3ClientConfig = {}): S3Client => new S3Client({ ...config, maxAttempts: 1, ...more });
const s3 = clientOf();

afterEach(() => {
  aws.fault = undefined;
  aws.denied.clear();
  skewMs = 0;
});

const put = (bucket: string, key = 'a', body = 'hello', client = s3) =>
  client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body) }));

const failed = async (asked: Promise<unknown>): Promise<string> => {
  const error: unknown = await asked.then(() => 'nothing failed').catch((thrown: unknown) => thrown);
  if (typeof error === 'string') return error;
  const { name, code, $metadata } = error as { name: string; code?: string; $metadata?: { httpStatusCode?: number } };
  return `${$metadata?.httpStatusCode ?? code} ${name}`;
};

test.each<[string & Fault, string, boolean]>([
  ['slowdown', '503 SlowDown', false],
  ['conflict', '409 ConditionalRequestConflict', false],
  ['reset-before', 'ECONNRESET TimeoutError', false],
  ['reset-after', 'ECONNRESET TimeoutError', true],
])('fails with %s', async (fault, error, done) => {
  const bucket = aws.createBucket(`fault-${fault}`);
  aws.fault = ({ operation }) => (operation === 'PutObject' ? fault : undefined);
  expect(await failed(put(`fault-${fault}`))).toBe(error);
  expect(bucket.keys()).toEqual(done ? ['a'] : []);
});

test('counts requests with their bytes and what they were about', async () => {
  aws.calls.length = 0;
  aws.createBucket('counted');
  await put('counted', 'x/y', 'hello');
  await s3.send(new GetObjectCommand({ Bucket: 'counted', Key: 'x/y' }));
  expect(aws.counted()).toEqual({ PutObject: 1, GetObject: 1 });
  expect(aws.calls).toMatchObject([
    { number: 1, operation: 'PutObject', resource: 'counted/x/y', bytesIn: 5, bytesOut: 0, status: 200 },
    { number: 2, operation: 'GetObject', resource: 'counted/x/y', bytesIn: 0, bytesOut: 5, status: 200 },
  ]);
});

test.each<[string, () => Promise<unknown>]>([
  ['an operation', () => s3.send(new GetObjectTaggingCommand({ Bucket: 'known', Key: 'a' }))],
  ['a header', () => s3.send(new PutObjectCommand({ Bucket: 'known', Key: 'a', Body: 'x', ACL: 'public-read' }))],
  ['a range', () => s3.send(new GetObjectCommand({ Bucket: 'known', Key: 'a', Range: 'bytes=0-1' }))],
  ['a condition', () => s3.send(new PutObjectCommand({ Bucket: 'known', Key: 'a', Body: 'x', IfNoneMatch: '"etag"' }))],
])('answers 501 to %s that it does not know', async (_, ask) => {
  aws.createBucket('known');
  await put('known');
  expect(await failed(ask())).toBe('501 NotImplemented');
});

test('refuses a request of another time, and the SDK learns the time from it', async () => {
  aws.createBucket('skewed');
  skewMs = 16 * 60_000;
  expect(await failed(put('skewed', 'a', 'hello', clientOf()))).toBe('403 RequestTimeTooSkewed');
  await put('skewed', 'a', 'hello', clientOf({ maxAttempts: 2 }));
});

test.each([
  ['an unknown key', { accessKeyId: 'AKIANOBODY' }, '403 InvalidAccessKeyId'],
  ['another secret', { secretAccessKey: 'another' }, '403 SignatureDoesNotMatch'],
  ['another session', { sessionToken: 'another' }, '400 InvalidToken'],
])('refuses %s', async (_, differently, error) => {
  aws.createBucket('private');
  const client = clientOf({ credentials: { ...config.credentials, ...differently } });
  expect(await failed(put('private', 'a', 'hello', client))).toBe(error);
});

test('refuses the signature of one service for another, and that of another region', async () => {
  aws.createBucket('private');
  expect(await failed(put('private', 'a', 'x', clientOf({ region: 'us-east-1' })))).toBe('403 SignatureDoesNotMatch');
  const kms = new KMSClient({ ...config, region: 'us-east-1' });
  expect(await failed(kms.send(new GetPublicKeyCommand({ KeyId: 'x' })))).toBe('400 InvalidSignatureException');
});

/** A signed PUT, of which something is changed on the way. */
async function putRaw(change: {
  readonly hash?: string;
  readonly body?: string;
  readonly header?: string;
}): Promise<number> {
  const body = 'hello';
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const moment = new Date().toISOString().replaceAll(/[-:]|\.\d+/gu, '');
  const headers: Record<string, string> = {
    host: new URL(aws.url).host,
    'x-amz-content-sha256': change.hash ?? sha256(body),
    'x-amz-date': moment,
    'x-amz-security-token': credentials.session,
  };
  const signed = Object.keys(headers).sort();
  const canonical = [
    'PUT',
    '/raw/a',
    '',
    ...signed.map((name) => `${name}:${headers[name]}`),
    '',
    signed.join(';'),
    headers['x-amz-content-sha256'],
  ];
  const scope = [moment.slice(0, 8), region, 's3', 'aws4_request'];
  const key = scope.reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${credentials.secret}`,
  );
  const toSign = ['AWS4-HMAC-SHA256', moment, scope.join('/'), sha256(canonical.join('\n'))].join('\n');
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credentials.id}/${scope.join('/')}, SignedHeaders=${signed.join(';')}, Signature=${signature}`;
  if (change.header !== undefined) headers[change.header] = 'x';
  return new Promise((resolve, reject) => {
    const sent = request(`${aws.url}/raw/a`, { method: 'PUT', headers }, (response) => {
      response.resume();
      resolve(Number(response.statusCode));
    });
    sent.on('error', reject).end(change.body ?? body);
  });
}

test.each([
  ['takes what is signed', {}, 200],
  ['refuses other bytes than were signed', { body: 'jello' }, 400],
  ['refuses a header of AWS that was not signed', { header: 'x-amz-meta-a' }, 403],
  ['plays no unsigned payload, since there is no TLS', { hash: 'UNSIGNED-PAYLOAD' }, 501],
  ['plays no signed chunks', { hash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }, 501],
])('%s', async (_, change, status) => {
  aws.createBucket('raw');
  expect(await putRaw(change)).toBe(status);
});

test('hides which objects there are from whoever may not list them', async () => {
  aws.createBucket('hidden');
  aws.denied.add('ListObjectsV2');
  expect(await failed(s3.send(new GetObjectCommand({ Bucket: 'hidden', Key: 'none' })))).toBe('403 AccessDenied');
});

test('takes no write without a condition where a bucket demands one', async () => {
  aws.createBucket('conditional', { onlyConditionalWrites: true });
  expect(await failed(put('conditional'))).toBe('403 AccessDenied');
  await s3.send(new PutObjectCommand({ Bucket: 'conditional', Key: 'a', Body: Buffer.from('x'), IfNoneMatch: '*' }));
});
