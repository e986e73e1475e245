/**
 * Who sent a request, by AWS's Signature Version 4 in its Authorization header. Written from the specification with
 * node:crypto, and not with the SDK's signer, so that the two check each other.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError, notImplemented } from './aws-error.ts';

export interface Credentials {
  readonly id: string;
  readonly secret: string;
  readonly session: string;
}

/** What a request says of itself, before anything of it is believed. */
export interface Claim {
  readonly id: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signed: readonly string[];
  readonly signature: string;
}

const form =
  /^AWS4-HMAC-SHA256 Credential=(?<id>\w+)\/(?<day>\d{8})\/(?<region>[\w-]+)\/(?<service>[a-z0-9]+)\/aws4_request, ?SignedHeaders=(?<signed>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})$/u;

export function claimOf({ headers: { authorization = '' } }: IncomingMessage): Claim | undefined {
  const found = form.exec(authorization)?.groups;
  if (found === undefined) return undefined;
  const { id = '', day = '', region = '', service = '', signed = '', signature = '' } = found;
  return { id, day, region, service, signed: signed.split(';'), signature };
}

const maxSkewMs = { s3: 15 * 60_000, others: 5 * 60_000 };

const hash = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The payload of a request whose checksum stands in a trailer behind it, as the SDK sends streams. */
export const trailerPayload = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/** @throws AwsError where the request is not from the holder of these credentials, or not from now */
export function authenticate(
  request: IncomingMessage,
  body: Uint8Array,
  claim: Claim,
  expected: { readonly credentials: Credentials; readonly region: string; readonly now: Date },
): void {
  const { credentials, region, now } = expected;
  const s3 = claim.service === 's3';
  const { headers } = request;
  if (claim.id !== credentials.id)
    throw s3
      ? new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403)
      : new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  if (headers['x-amz-security-token'] !== credentials.session)
    throw s3
      ? new AwsError('InvalidToken', 'The provided token is malformed or otherwise invalid.')
      : new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  const moment = String(headers['x-amz-date']);
  if (!(Math.abs(now.getTime() - timeOf(moment)) < (s3 ? maxSkewMs.s3 : maxSkewMs.others)))
    throw s3
      ? new AwsError(
          'RequestTimeTooSkewed',
          'The difference between the request time and the current time is too large.',
          403,
        )
      : new AwsError('InvalidSignatureException', `Signature expired: ${moment} is not now`);
  const scope = `${claim.day}/${claim.region}/${claim.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', moment, scope, hash(canonical(request, body, claim))].join('\n');
  const key = [claim.day, claim.region, claim.service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${credentials.secret}`,
  );
  const right = createHmac('sha256', key).update(toSign).digest();
  const must = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  if (
    // CloudFront is global and signs for one region.
    claim.region !== (claim.service === 'cloudfront' ? 'us-east-1' : region) ||
    !moment.startsWith(claim.day) ||
    !must.every((name) => claim.signed.includes(name)) ||
    !timingSafeEqual(right, Buffer.from(claim.signature, 'hex'))
  )
    throw s3
      ? new AwsError(
          'SignatureDoesNotMatch',
          'The request signature we calculated does not match the one you provided.',
          403,
        )
      : new AwsError(
          claim.service === 'cloudfront' ? 'SignatureDoesNotMatch' : 'InvalidSignatureException',
          `expected a signature of ${canonical(request, body, claim)}`,
          claim.service === 'cloudfront' ? 403 : 400,
        );
}

function timeOf(moment: string): number {
  const [, ...numbers] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u.exec(moment) ?? [];
  const [year = NaN, month = NaN, day, hour, minute, second] = numbers.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function canonical(request: IncomingMessage, body: Uint8Array, { signed, service }: Claim): string {
  const [path = '', query = ''] = String(request.url).split(/\?(.*)/su);
  const header = (name: string): string =>
    String(request.headers[name] ?? '')
      .trim()
      .replaceAll(/ +/gu, ' ');
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/su).map((part) => encode(decodeURIComponent(part)));
      return `${name}=${value}`;
    })
    .sort();
  return [
    request.method,
    // All services but S3 encode the path, as it was sent, once more.
    path
      .split('/')
      .map((part) => encode(service === 's3' ? decodeURIComponent(part) : part))
      .join('/'),
    pairs.join('&'),
    ...signed.map((name) => `${name}:${header(name)}`),
    '',
    signed.join(';'),
    service === 's3' ? payloadHash(request, body) : hash(body),
  ].join('\n');
}

const encode = (part: string): string =>
  encodeURIComponent(part).replaceAll(/[!'()*]/gu, (letter) => `%${letter.codePointAt(0)?.toString(16).toUpperCase()}`);

/** S3 signs what the header says of the payload, and that has to be so. */
function payloadHash(request: IncomingMessage, body: Uint8Array): string {
  const said = String(request.headers['x-amz-content-sha256']);
  if (said === trailerPayload) return said;
  // A payload that nothing signs is for TLS alone, and there is none here.
  if (!/^[0-9a-f]{64}$/u.test(said)) throw notImplemented(`the payload hash ${said} without TLS`);
  if (said !== hash(body))
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  return said;
}
