/** The headers of S3 requests. One that this server does not play is no request that it answers. */
import type { IncomingHttpHeaders } from 'node:http';
import { notImplemented } from './aws-error.ts';
import { encodings } from './payload.ts';
import type { Condition } from './s3-bucket.ts';

/** Kept with an object and given back with it. */
const kept = ['content-type', 'cache-control', 'content-disposition', 'content-encoding', 'content-language'];

/** Known, or without meaning for what is answered. */
const always = [
  ...['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'user-agent', 'authorization', 'accept'],
  ...['amz-sdk-invocation-id', 'amz-sdk-request', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'],
  ...['x-amz-user-agent', 'x-amz-sdk-checksum-algorithm', 'x-amz-trailer', 'x-amz-decoded-content-length'],
  ...['content-md5', 'accept-encoding', 'x-amz-te', 'x-amzn-trace-id'],
];

const byOperation = new Map<string, readonly string[]>([
  [
    'PutObject',
    ['if-match', 'if-none-match', 'x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date', ...kept],
  ],
  ['GetObject', ['if-match', 'if-none-match', 'x-amz-checksum-mode']],
  ['HeadObject', ['if-match', 'if-none-match', 'x-amz-checksum-mode']],
  ['DeleteObject', ['if-match']],
  ['CreateBucket', ['content-type', 'x-amz-bucket-object-lock-enabled']],
]);

/** What is to be kept with the object. @throws AwsError 501 for a header that is not known */
export function objectHeaders(headers: IncomingHttpHeaders, operation: string): ReadonlyMap<string, string> {
  const known = new Set([...always, ...(byOperation.get(operation) ?? ['content-type'])]);
  const unknown = Object.keys(headers).find(
    (name) =>
      !known.has(name) &&
      !name.startsWith('x-amz-checksum-') &&
      !(operation === 'PutObject' && name.startsWith('x-amz-meta-')),
  );
  if (unknown !== undefined) throw notImplemented(`the header ${unknown} of ${operation}`);
  if (operation !== 'PutObject') return new Map();
  const found = Object.entries(headers).filter(([name]) => kept.includes(name) || name.startsWith('x-amz-meta-'));
  const all = new Map(found.map(([name, value]) => [name, String(value)]));
  const encoding = encodings(headers).filter((each) => each !== 'aws-chunked');
  if (encoding.length === 0) all.delete('content-encoding');
  else all.set('content-encoding', encoding.join(','));
  if (!all.has('content-type')) all.set('content-type', 'binary/octet-stream');
  return all;
}

export function conditionOf(headers: IncomingHttpHeaders): Condition {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw notImplemented(`If-None-Match: ${ifNoneMatch}`);
  return { ...(ifMatch !== undefined && { ifMatch }), ...(ifNoneMatch !== undefined && { ifNoneMatch }) };
}
