/** S3 in its REST and XML protocol: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html */
import { AwsError, notImplemented } from './aws-error.ts';
import type { Answer, Request } from './call.ts';
import { readPayload } from './payload.ts';
import { Bucket, type Retention, type Version } from './s3-bucket.ts';
import { listBuckets, listObjects, listVersions, namespace } from './s3-list.ts';
import { objectHeaders, conditionOf } from './s3-headers.ts';
import { childrenOf, parseXml, textOf, writeXml, type Content } from './xml.ts';

export interface S3State {
  /** By name. */
  readonly buckets: Map<string, Bucket>;
  /** Operations that the caller has no permission for. */
  readonly denied: ReadonlySet<string>;
}

interface Operation {
  readonly name: string;
  readonly method: string;
  /** What the address names: no bucket, a bucket, or an object in it. */
  readonly on: 'service' | 'bucket' | 'object';
  /** A parameter of the query that tells it from others. */
  readonly by?: string;
  readonly parameters?: readonly string[];
}

const operations: readonly Operation[] = [
  { name: 'ListBuckets', method: 'GET', on: 'service' },
  { name: 'CreateBucket', method: 'PUT', on: 'bucket' },
  { name: 'HeadBucket', method: 'HEAD', on: 'bucket' },
  { name: 'GetBucketVersioning', method: 'GET', on: 'bucket', by: 'versioning' },
  { name: 'PutBucketVersioning', method: 'PUT', on: 'bucket', by: 'versioning' },
  { name: 'ListObjectVersions', method: 'GET', on: 'bucket', by: 'versions', parameters: ['prefix'] },
  {
    name: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    by: 'list-type',
    parameters: ['prefix', 'delimiter', 'max-keys', 'continuation-token', 'start-after'],
  },
  { name: 'DeleteObjects', method: 'POST', on: 'bucket', by: 'delete' },
  { name: 'PutObject', method: 'PUT', on: 'object' },
  { name: 'GetObject', method: 'GET', on: 'object', parameters: ['versionId'] },
  { name: 'HeadObject', method: 'HEAD', on: 'object', parameters: ['versionId'] },
  { name: 'DeleteObject', method: 'DELETE', on: 'object', parameters: ['versionId'] },
];

/** The bucket and the key that a path names. */
export function namedBy(path: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', key = ''] = /^\/([^/]*)(?:\/(.*))?$/su.exec(path) ?? [];
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
}

/** The name of what is asked. */
export function s3Operation({ method, path, query }: Pick<Request, 'method' | 'path' | 'query'>): string {
  const { bucket, key } = namedBy(path);
  const on = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const given = [...query.keys()].filter((name) => name !== 'x-id');
  const found = operations.find(
    ({ by, parameters = [], ...operation }) =>
      operation.method === method &&
      operation.on === on &&
      (by === undefined || query.has(by)) &&
      given.every((name) => name === by || parameters.includes(name)),
  );
  return found?.name ?? 'Unknown';
}

/** @throws AwsError */
export function answerS3(request: Request, state: S3State): Answer {
  const { operation, now } = request;
  const { bucket: name, key } = namedBy(request.path);
  const headers = objectHeaders(request.headers, operation);
  const payload = readPayload(request.headers, request.body);
  if (state.denied.has(operation)) throw new AwsError('AccessDenied', 'Access Denied', 403);
  if (operation === 'ListBuckets') return xml(listBuckets([...state.buckets.keys()]));
  if (operation === 'CreateBucket') return createBucket(name, request, state);
  const bucket = state.buckets.get(name);
  if (bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  switch (operation) {
    case 'HeadBucket':
      return { status: 200 };
    case 'GetBucketVersioning':
      return xml(
        writeXml('VersioningConfiguration', namespace, [['Status', bucket.versioning ? 'Enabled' : undefined]]),
      );
    case 'PutBucketVersioning': {
      const status = textOf(parseXml(payload.bytes.toString()), 'Status');
      if (status !== 'Enabled') throw notImplemented(`versioning that is ${status}`);
      bucket.versioning = true;
      return { status: 200 };
    }
    case 'ListObjectsV2':
      return xml(listObjects(bucket, name, request.query));
    case 'ListObjectVersions':
      return xml(listVersions(bucket, name, request.query.get('prefix') ?? ''));
    case 'DeleteObjects':
      return deleteObjects(bucket, request, payload.bytes);
    case 'PutObject': {
      const kept = new Map([...headers, ...(payload.checksum === undefined ? [] : [payload.checksum])]);
      const retention = retentionOf(request);
      if (retention !== undefined && payload.checksum === undefined && request.headers['content-md5'] === undefined)
        throw new AwsError(
          'InvalidRequest',
          'Content-MD5 or x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
        );
      const version = bucket.put(key, payload.bytes, {
        headers: kept,
        retention,
        now,
        ...conditionOf(request.headers),
      });
      return {
        status: 200,
        headers: { etag: version.etag, ...versionHeader(bucket, version), ...checksumOf(version) },
      };
    }
    case 'GetObject':
    case 'HeadObject':
      return getObject(bucket, key, request, state);
    case 'DeleteObject': {
      const id = request.query.get('versionId') ?? undefined;
      const version = bucket.delete(key, id, now, conditionOf(request.headers));
      return {
        status: 204,
        headers: {
          ...(version !== undefined && versionHeader(bucket, version)),
          ...(version?.deleted === true && { 'x-amz-delete-marker': 'true' }),
        },
      };
    }
    default:
      throw notImplemented(`${request.method} ${request.path}?${request.query}`);
  }
}

const xml = (body: string): Answer => ({ status: 200, headers: { 'content-type': 'application/xml' }, body });

function createBucket(name: string, { headers }: Request, { buckets }: S3State): Answer {
  if (buckets.has(name))
    throw new AwsError('BucketAlreadyOwnedByYou', 'Your previous request to create it succeeded.', 409);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u.test(name))
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  buckets.set(name, new Bucket({ objectLock: headers['x-amz-bucket-object-lock-enabled'] === 'true' }));
  return { status: 200, headers: { location: `/${name}` } };
}

function getObject(bucket: Bucket, key: string, request: Request, { denied }: S3State): Answer {
  const id = request.query.get('versionId');
  const version = id === null ? bucket.newest(key) : bucket.version(key, id);
  // Without the permission to list, nobody learns which objects there are.
  if (version === undefined && denied.has('ListObjectsV2')) throw new AwsError('AccessDenied', 'Access Denied', 403);
  if (version === undefined)
    throw id === null
      ? new AwsError('NoSuchKey', 'The specified key does not exist.', 404)
      : new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
  const marker = { 'x-amz-delete-marker': 'true', ...versionHeader(bucket, version) };
  if (version.deleted)
    throw id === null
      ? new AwsError('NoSuchKey', 'The specified key does not exist.', 404, marker)
      : new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405, marker);
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers;
  const tag = version.etag.replaceAll('"', '');
  if (ifMatch !== undefined && ifMatch.replaceAll('"', '') !== tag)
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
  if (ifNoneMatch?.replaceAll('"', '') === tag) return { status: 304, headers: { etag: version.etag } };
  return {
    status: 200,
    headers: {
      etag: version.etag,
      'last-modified': version.modified.toUTCString(),
      'accept-ranges': 'bytes',
      ...Object.fromEntries([...version.headers].filter(([name]) => !name.startsWith('x-amz-checksum-'))),
      ...(request.headers['x-amz-checksum-mode'] === 'ENABLED' && checksumOf(version)),
      ...versionHeader(bucket, version),
      ...(version.retention !== undefined && {
        'x-amz-object-lock-mode': version.retention.mode,
        'x-amz-object-lock-retain-until-date': version.retention.until.toISOString(),
      }),
    },
    body: version.bytes,
  };
}

const versionHeader = ({ versioning }: Bucket, { id }: Version): Readonly<Record<string, string>> =>
  versioning ? { 'x-amz-version-id': id } : {};

const checksumOf = ({ headers }: Version): Readonly<Record<string, string>> => {
  const found = [...headers].filter(([name]) => name.startsWith('x-amz-checksum-'));
  return found.length === 0 ? {} : { ...Object.fromEntries(found), 'x-amz-checksum-type': 'FULL_OBJECT' };
};

function retentionOf({ headers, now }: Request): Retention | undefined {
  const { 'x-amz-object-lock-mode': mode, 'x-amz-object-lock-retain-until-date': until } = headers;
  if (mode === undefined && until === undefined) return undefined;
  const end = new Date(String(until));
  if ((mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') || !(end > now))
    throw new AwsError('InvalidArgument', 'The retain until date must be in the future, in a known mode');
  return { mode, until: end };
}

function deleteObjects(bucket: Bucket, { now, headers }: Request, body: Buffer): Answer {
  const list = parseXml(body.toString());
  if (list.name !== 'Delete') throw notImplemented(list.name);
  if (headers['content-md5'] === undefined && !Object.keys(headers).some((name) => name.startsWith('x-amz-checksum-')))
    throw new AwsError('InvalidRequest', 'Missing required header for this request: Content-MD5');
  const children = childrenOf(list, 'Object', 'Quiet');
  const objects = children.filter(({ name }) => name === 'Object');
  if (objects.length === 0 || objects.length > 1000) throw new AwsError('MalformedXML', 'between 1 and 1000 objects');
  const quiet = textOf(list, 'Quiet') === 'true';
  const results = objects.flatMap((object): (readonly [string, Content])[] => {
    childrenOf(object, 'Key', 'VersionId');
    const key = textOf(object, 'Key') ?? '';
    const id = textOf(object, 'VersionId');
    const named = [
      ['Key', key],
      ['VersionId', id],
    ] as const;
    try {
      const version = bucket.delete(key, id, now);
      if (quiet) return [];
      const marker = version?.deleted === true ? version.id : undefined;
      return [['Deleted', [...named, ['DeleteMarker', marker && true], ['DeleteMarkerVersionId', marker]]]];
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return [['Error', [...named, ['Code', error.code], ['Message', error.message]]]];
    }
  });
  return xml(writeXml('DeleteResult', namespace, results));
}
