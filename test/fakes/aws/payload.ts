/** The body of an S3 request: taken out of its chunks, and checked against every checksum that came with it. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import { AwsError, notImplemented } from './aws-error.ts';
import { trailerPayload } from './signature.ts';

export interface Payload {
  readonly bytes: Buffer;
  /** The checksum that is kept with an object, as a header. */
  readonly checksum: readonly [name: string, value: string] | undefined;
}

const algorithms = new Map<string, (bytes: Uint8Array) => Buffer>([
  ['x-amz-checksum-crc32', crc],
  ['x-amz-checksum-sha1', (bytes) => createHash('sha1').update(bytes).digest()],
  ['x-amz-checksum-sha256', (bytes) => createHash('sha256').update(bytes).digest()],
]);

function crc(bytes: Uint8Array): Buffer {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(crc32(bytes));
  return four;
}

/** @throws AwsError `BadDigest` and others */
export function readPayload(headers: IncomingHttpHeaders, body: Buffer): Payload {
  const inChunks = headers['x-amz-content-sha256'] === trailerPayload;
  const { bytes, trailers } = inChunks
    ? fromChunks(headers, body)
    : { bytes: body, trailers: new Map<string, string>() };
  const given = [...Object.entries(headers), ...trailers].filter(
    ([name]) =>
      name.startsWith('x-amz-checksum-') && !['x-amz-checksum-mode', 'x-amz-checksum-algorithm'].includes(name),
  );
  for (const [name, value] of given) {
    const algorithm = algorithms.get(name);
    if (algorithm === undefined) throw notImplemented(name);
    if (algorithm(bytes).toString('base64') !== value)
      throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`);
  }
  const md5 = headers['content-md5'];
  if (md5 !== undefined && md5 !== createHash('md5').update(bytes).digest('base64'))
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  const [first] = given;
  return { bytes, checksum: first === undefined ? undefined : [first[0], String(first[1])] };
}

/** What a body is encoded in, `aws-chunked` among it. */
export const encodings = (headers: IncomingHttpHeaders): readonly string[] =>
  (headers['content-encoding'] ?? '').split(/ *, */u).filter((encoding) => encoding !== '');

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html */
function fromChunks(
  headers: IncomingHttpHeaders,
  body: Buffer,
): { readonly bytes: Buffer; readonly trailers: ReadonlyMap<string, string> } {
  if (!encodings(headers).includes('aws-chunked')) throw notImplemented('a trailer without aws-chunked');
  const chunks: Buffer[] = [];
  let at = 0;
  const line = (): string => {
    const end = body.indexOf('\r\n', at);
    if (end < 0) throw incomplete();
    const text = body.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  for (;;) {
    const size = line();
    if (!/^[0-9a-f]+$/iu.test(size)) throw incomplete();
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    chunks.push(body.subarray(at, at + length));
    at += length;
    if (line() !== '') throw incomplete();
  }
  const trailers = new Map<string, string>();
  for (let text = line(); text !== ''; text = line()) {
    const [name = '', value = ''] = text.split(/:(.*)/su);
    trailers.set(name.trim().toLowerCase(), value.trim());
  }
  const bytes = Buffer.concat(chunks);
  if (at !== body.length || String(bytes.length) !== headers['x-amz-decoded-content-length']) throw incomplete();
  const announced = headers['x-amz-trailer'];
  if (typeof announced !== 'string' || trailers.size !== 1 || !trailers.has(announced))
    throw new AwsError('MalformedTrailerError', 'The request contained trailing data that was not well-formed.');
  return { bytes, trailers };
}

const incomplete = (): AwsError =>
  new AwsError('IncompleteBody', 'The request body terminated unexpectedly, or its chunks are not well-formed.');
