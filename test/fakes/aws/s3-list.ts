/** What S3 lists, in XML and in pages. */
import { AwsError } from './aws-error.ts';
import type { Bucket } from './s3-bucket.ts';
import { writeXml, type Content } from './xml.ts';

export const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

type Row = readonly [name: string, content: Content];

const maxKeys = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjects(bucket: Bucket, name: string, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const wanted = Number(query.get('max-keys') ?? maxKeys);
  if (query.get('list-type') !== '2' || !Number.isInteger(wanted) || wanted < 0)
    throw new AwsError('InvalidArgument', 'list-type is 2, and max-keys a number from 0 on');
  const after = token === null ? (query.get('start-after') ?? '') : keyOf(token);
  const most = Math.min(wanted, maxKeys);
  const rows: Row[] = [];
  const groups = new Set<string>();
  let last = '';
  let truncated = false;
  for (const key of bucket.keys()) {
    if (!key.startsWith(prefix) || Buffer.compare(Buffer.from(key), Buffer.from(after)) <= 0) continue;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const group = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if (group !== undefined && (groups.has(group) || group === after || after.startsWith(group))) continue;
    if (rows.length === most) {
      truncated = most > 0;
      break;
    }
    const version = bucket.current(key);
    if (version === undefined) continue;
    last = group ?? key;
    if (group === undefined)
      rows.push([
        'Contents',
        [
          ['Key', key],
          ['LastModified', version.modified.toISOString()],
          ['ETag', version.etag],
          ['Size', version.bytes.byteLength],
          ['StorageClass', 'STANDARD'],
        ],
      ]);
    else {
      groups.add(group);
      rows.push(['CommonPrefixes', [['Prefix', group]]]);
    }
  }
  return writeXml('ListBucketResult', namespace, [
    ['Name', name],
    ['Prefix', prefix],
    ['Delimiter', delimiter === '' ? undefined : delimiter],
    ['MaxKeys', most],
    ['KeyCount', rows.length],
    ['IsTruncated', truncated],
    ['ContinuationToken', token ?? undefined],
    ['NextContinuationToken', truncated ? Buffer.from(last).toString('base64url') : undefined],
    ['StartAfter', query.get('start-after') ?? undefined],
    ...rows,
  ]);
}

function keyOf(token: string): string {
  const key = Buffer.from(token, 'base64url').toString();
  if (Buffer.from(key).toString('base64url') !== token)
    throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
  return key;
}

/** Every version of every object, the newest first, in one page. */
export function listVersions(bucket: Bucket, name: string, prefix: string): string {
  const all = bucket.versions().filter(({ key }) => key.startsWith(prefix));
  return writeXml('ListVersionsResult', namespace, [
    ['Name', name],
    ['Prefix', prefix],
    ['MaxKeys', maxKeys],
    ['IsTruncated', false],
    ...all.map(({ key, id, deleted, etag, bytes, modified }): Row => [
      deleted ? 'DeleteMarker' : 'Version',
      [
        ['Key', key],
        ['VersionId', id],
        ['IsLatest', bucket.newest(key)?.id === id],
        ['LastModified', modified.toISOString()],
        ...(deleted
          ? []
          : ([
              ['ETag', etag],
              ['Size', bytes.byteLength],
            ] as const)),
      ],
    ]),
  ]);
}

export const listBuckets = (names: readonly string[]): string =>
  writeXml('ListAllMyBucketsResult', namespace, [
    ['Owner', [['ID', '111122223333']]],
    ['Buckets', names.map((name): Row => ['Bucket', [['Name', name]]])],
  ]);
