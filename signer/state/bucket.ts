/**
 * A state in an S3 bucket, which many may use at one time: S3 itself compares before it writes, so that a lost race is
 * seen and never covers what another wrote.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { withDeadline } from '../../core/deadline.ts';
import { maxIndexBytes, stateDeadlineMs } from '../../core/limits.ts';
import { daysAfter } from '../../core/time.ts';
import type { BucketAddress } from './bucket-address.ts';
import { asBucketFailure } from './bucket-failure.ts';
import { tooLong } from './folder.ts';
import type { ObjectHeaders, OverwritableState, Stored } from './state.ts';

/** Of one write, where S3 says that another one is under way. */
const maxConflicts = 5;
const conflictPauseMs = 50;

export interface BucketContext {
  readonly now: Date;
  readonly deadlineMs?: number;
  /** How often the SDK asks where S3 is too busy, or does not answer. */
  readonly maxAttempts?: number;
  /** With what each object is answered. */
  readonly headersOf?: (path: string) => ObjectHeaders;
}

/** What the signer keeps is read by no browser. */
const plainHeaders = (path: string): ObjectHeaders => ({
  type: path.endsWith('.json') ? 'application/json' : 'application/octet-stream',
});

/** What S3 says where another write is under way. */
const conflict = ['ConditionalRequestConflict', 'OperationAborted'];

/** Whether an error of the SDK has one of these names. */
const isNamed = (error: unknown, ...names: readonly string[]): boolean =>
  error instanceof Error && names.includes(error.name);

/** The SDK takes much for an answer of S3. */
const notS3 = (): Error => new Error('what answered is not S3');

export function bucketState(
  address: BucketAddress,
  { now, deadlineMs = stateDeadlineMs, maxAttempts = 5, headersOf = plainHeaders }: BucketContext,
): OverwritableState {
  const { bucket: Bucket, prefix, region, endpoint, retainDays } = address;
  const client = new S3Client({
    maxAttempts,
    // A bucket in a name of the host needs a wildcard in the certificate and the name server of the endpoint.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(region !== undefined && { region }),
  });
  const place = (path: string): string => `s3://${Bucket}/${prefix}${path}`;

  /** One deadline for the SDK's repetitions and its search for credentials together. */
  const ask = async <T>(
    path: string,
    send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> => {
    try {
      return await withDeadline(deadlineMs, (abortSignal) => send({ abortSignal }));
    } catch (error) {
      if (isNamed(error, 'NoSuchKey', 'PreconditionFailed', ...conflict)) throw error;
      throw asBucketFailure(error, place(path));
    }
  };

  const read = (path: string, maxBytes: number): Promise<Stored | undefined> =>
    ask(path, async (options) => {
      const answer = await client.send(new GetObjectCommand({ Bucket, Key: prefix + path }), options);
      const { Body: body, ContentLength: length = Infinity, ETag: version } = answer;
      if (body === undefined || version === undefined) throw notS3();
      // Node gives no more bytes than were announced.
      if (length > maxBytes) {
        if ('destroy' in body) body.destroy();
        throw tooLong(place(path), maxBytes);
      }
      return { bytes: Buffer.from(await body.transformToByteArray()), version };
    }).catch((error: unknown) => {
      if (isNamed(error, 'NoSuchKey')) return undefined;
      throw asBucketFailure(error, place(path));
    });

  /** Writes under a condition, and gives whether these bytes are what is there now. */
  const write = async (
    path: string,
    bytes: Uint8Array,
    condition: Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch'>,
  ): Promise<boolean> => {
    const { type, cacheControl } = headersOf(path);
    const put = new PutObjectCommand({
      Bucket,
      Key: prefix + path,
      Body: bytes,
      ContentType: type,
      ...(cacheControl !== undefined && { CacheControl: cacheControl }),
      ...condition,
      // What can be made again need not be kept.
      ...(retainDays !== undefined &&
        !path.startsWith('index/') && {
          ObjectLockMode: 'COMPLIANCE',
          ObjectLockRetainUntilDate: daysAfter(now, retainDays),
        }),
    });
    for (let conflicts = 0; ; conflicts++) {
      try {
        await ask(path, async (options) => {
          const { ETag: version } = await client.send(put, options);
          if (version === undefined) throw notS3();
        });
        return true;
      } catch (error) {
        if (isNamed(error, ...conflict) && conflicts < maxConflicts) {
          await pause(conflictPauseMs * 2 ** conflicts);
          continue;
        }
        // There was nothing that could be replaced.
        if (isNamed(error, 'NoSuchKey')) return false;
        if (!isNamed(error, 'PreconditionFailed')) throw asBucketFailure(error, place(path));
        // Where the answer to our own write was lost, the SDK asked again, and found what we had written.
        const there = await read(path, maxIndexBytes);
        return there?.bytes.equals(bytes) === true;
      }
    }
  };

  return {
    place,
    read,
    list: async function* (folder) {
      let token: string | undefined;
      do {
        const asked = new ListObjectsV2Command({
          Bucket,
          Prefix: `${prefix}${folder}/`,
          ...(token !== undefined && { ContinuationToken: token }),
        });
        const page = await ask(folder, async (options) => {
          const answer = await client.send(asked, options);
          // Otherwise any web page would be an empty folder, and numbers would begin again.
          if (answer.Name !== Bucket) throw notS3();
          return answer;
        });
        for (const { Key: key = '', ETag: mark = '' } of page.Contents ?? [])
          yield { path: key.slice(prefix.length), mark };
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },
    put: async (path, bytes) => {
      await write(path, bytes, {});
    },
    create: (path, bytes) => write(path, bytes, { IfNoneMatch: '*' }),
    replace: (path, bytes, version) =>
      write(path, bytes, version === undefined ? { IfNoneMatch: '*' } : { IfMatch: version }),
    remove: async (path) => {
      await ask(path, (options) => client.send(new DeleteObjectCommand({ Bucket, Key: prefix + path }), options));
    },
  };
}
