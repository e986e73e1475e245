/**
 * What this project needs of AWS, asked with AWS's own SDK. It runs on the server beside this file, or on another:
 * `AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run test:aws`. What ministack cannot do is skipped by name where
 * `AWS_SERVER=ministack` says that it is the one that answers.
 */
import { createHash, createPublicKey, randomUUID, verify } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  CloudFrontClient,
  CreateDistributionCommand,
  CreateInvalidationCommand,
  GetInvalidationCommand,
} from '@aws-sdk/client-cloudfront';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
} from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { region } from './environment.ts';
import { startAws } from './server.ts';

interface Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const given = process.env['AWS_ENDPOINT_URL'];

/** Why ministack does not pass a test. */
const ministackCannot = new Map<string, string>([['refuses what another secret signed', 'it checks no signature']]);
const skipped = process.env['AWS_SERVER'] === 'ministack' ? ministackCannot : new Map<string, string>();

beforeEach((its) => {
  const why = skipped.get(its.task.name);
  its.skip(why !== undefined, why);
});

let config: { readonly region: string; readonly endpoint: string; readonly credentials: Identity };
let s3: S3Client;
let kms: KMSClient;
let cloudFront: CloudFrontClient;
const bucket = `countersign-${randomUUID()}`;
const versioned = `countersign-${randomUUID()}`;
const locked = `countersign-${randomUUID()}`;

beforeAll(async () => {
  const env = given === undefined ? (await startAws()).env : process.env;
  config = {
    region: env['AWS_REGION'] ?? region,
    endpoint: env['AWS_ENDPOINT_URL'] ?? '',
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? 'test',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? 'test',
      ...(env['AWS_SESSION_TOKEN'] !== undefined && { sessionToken: env['AWS_SESSION_TOKEN'] }),
    },
  };
  s3 = new S3Client({ ...config, forcePathStyle: true });
  kms = new KMSClient(config);
  cloudFront = new CloudFrontClient({ ...config, region: 'us-east-1' });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new CreateBucketCommand({ Bucket: versioned }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(new CreateBucketCommand({ Bucket: locked, ObjectLockEnabledForBucket: true }));
});

afterAll(() => {
  for (const client of [s3, kms, cloudFront]) client.destroy();
});

const put = (key: string, body: string, more: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body), ...more }));

const get = async (key: string, more: { readonly Bucket?: string; readonly VersionId?: string } = {}) => {
  const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...more }));
  return { ...answer, text: await answer.Body?.transformToString() };
};

const list = async (prefix: string, more: { readonly Delimiter?: string; readonly MaxKeys?: number } = {}) => {
  const pages: (readonly string[])[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...more, ...(token && { ContinuationToken: token }) }),
    );
    pages.push([
      ...(page.Contents ?? []).map(({ Key: key }) => String(key)),
      ...(page.CommonPrefixes ?? []).map(({ Prefix: each }) => String(each)),
    ]);
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return pages;
};

/** The status and the name of an error of the SDK. */
const failed = async (asked: Promise<unknown>): Promise<string> => {
  const error: unknown = await asked.then(() => 'nothing failed').catch((thrown: unknown) => thrown);
  if (typeof error === 'string') return error;
  const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
  return `${$metadata?.httpStatusCode} ${name}`;
};

test('refuses what another secret signed', async () => {
  const credentials = { ...config.credentials, secretAccessKey: 'another' };
  const other = { s3: new S3Client({ ...config, credentials }), kms: new KMSClient({ ...config, credentials }) };
  const listing = other.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  expect(await failed(listing)).toBe('403 SignatureDoesNotMatch');
  const asking = other.kms.send(new GetPublicKeyCommand({ KeyId: randomUUID() }));
  expect(await failed(asking)).toBe('400 InvalidSignatureException');
});

describe('S3', () => {
  test('gives back what was put, with its type, its caching, its metadata and its entity tag', async () => {
    const { ETag: etag } = await put('as it was', 'hello', {
      ContentType: 'application/json',
      CacheControl: 'public, max-age=31536000, immutable',
      Metadata: { generation: '12' },
    });
    expect(etag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
    const expected = {
      ETag: etag,
      ContentLength: 5,
      ContentType: 'application/json',
      CacheControl: 'public, max-age=31536000, immutable',
      Metadata: { generation: '12' },
    };
    expect(await get('as it was')).toMatchObject({ ...expected, text: 'hello' });
    expect(await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'as it was' }))).toMatchObject(expected);
  });

  test('keeps names with any letter apart', async () => {
    const names = ['x y', 'x+y', 'x%20y', 'ü/&=?', "a'(b)*!~"].map((name) => `letters/${name}`);
    for (const name of names) await put(name, name);
    expect((await list('letters/')).flat().sort()).toEqual([...names].sort());
    for (const name of names) expect((await get(name)).text).toBe(name);
  });

  test('knows its buckets', async () => {
    const { Buckets: buckets = [] } = await s3.send(new ListBucketsCommand({}));
    expect(buckets.map(({ Name: name }) => name)).toEqual(expect.arrayContaining([bucket, versioned, locked]));
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    expect(await failed(s3.send(new HeadBucketCommand({ Bucket: `${bucket}-other` })))).toBe('404 NotFound');
    const versioningOf = async (name: string): Promise<string | undefined> =>
      (await s3.send(new GetBucketVersioningCommand({ Bucket: name }))).Status;
    expect(await Promise.all([bucket, versioned, locked].map(versioningOf))).toEqual([undefined, 'Enabled', 'Enabled']);
  });

  test('keeps how the bytes are encoded, which the SDK may send in chunks', async () => {
    const body = Readable.from([Buffer.from('hello')]);
    await put('encoded', '', { Body: body, ContentLength: 5, ContentEncoding: 'gzip', ContentLanguage: 'en' });
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'encoded' }));
    expect(head).toMatchObject({ ContentEncoding: 'gzip', ContentLanguage: 'en', ContentLength: 5 });
  });

  test('takes a stream in chunks, with its checksum behind it', async () => {
    const parts = [Buffer.alloc(70_000, 'a'), Buffer.alloc(10, 'b')];
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: 'stream', Body: Readable.from(parts), ContentLength: 70_010 }),
    );
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'stream' }));
    expect((await buffer(body as Readable)).equals(Buffer.concat(parts))).toBe(true);
  });

  test('refuses bytes that are not those of the checksum', async () => {
    expect(await failed(put('spoilt', 'hello', { ChecksumCRC32: 'AAAAAA==' }))).toBe('400 BadDigest');
    expect(await failed(get('spoilt'))).toBe('404 NoSuchKey');
  });

  test('gives back the checksum that was put', async () => {
    const ChecksumSHA256 = createHash('sha256').update('hello').digest('base64');
    await put('checked', 'hello', { ChecksumSHA256 });
    const head = new HeadObjectCommand({ Bucket: bucket, Key: 'checked', ChecksumMode: 'ENABLED' });
    expect(await s3.send(head)).toMatchObject({ ChecksumSHA256 });
  });

  test('says that an object or a bucket is not there', async () => {
    expect(await failed(get('nothing'))).toBe('404 NoSuchKey');
    expect(await failed(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'nothing' })))).toBe('404 NotFound');
    expect(await failed(get('x', { Bucket: `${bucket}-other` }))).toBe('404 NoSuchBucket');
  });

  test('makes an object only where there is none', async () => {
    await put('once', 'first', { IfNoneMatch: '*' });
    expect(await failed(put('once', 'second', { IfNoneMatch: '*' }))).toBe('412 PreconditionFailed');
    expect((await get('once')).text).toBe('first');
  });

  test('lets one of twenty that make the same object win', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => failed(put('race', String(index), { IfNoneMatch: '*' }))),
    );
    expect(results.filter((result) => result === 'nothing failed')).toHaveLength(1);
    expect(new Set(results)).toEqual(new Set(['nothing failed', '412 PreconditionFailed']));
  });

  test('replaces an object only where it is still the one that was read', async () => {
    const { ETag: first } = await put('replaced', '1');
    const { ETag: second } = await put('replaced', '2', { IfMatch: String(first) });
    expect(await failed(put('replaced', '3', { IfMatch: String(first) }))).toBe('412 PreconditionFailed');
    expect(await get('replaced')).toMatchObject({ text: '2', ETag: second });
  });

  test('lets one of twenty that replace the same object win', async () => {
    const { ETag: etag } = await put('exchange', 'before');
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => failed(put('exchange', `${index}`, { IfMatch: String(etag) }))),
    );
    expect(results.filter((result) => result === 'nothing failed')).toHaveLength(1);
    expect(new Set(results)).toEqual(new Set(['nothing failed', '412 PreconditionFailed']));
  });

  test('replaces nothing that is not there', async () => {
    expect(await failed(put('not there', 'x', { IfMatch: '"0123456789abcdef0123456789abcdef"' }))).toBe(
      '404 NoSuchKey',
    );
  });

  test('answers 304 where nothing has changed', async () => {
    const { ETag: etag } = await put('unchanged', 'x');
    const asked = s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'unchanged', IfNoneMatch: String(etag) }));
    expect(await failed(asked)).toMatch(/^304 /u);
  });

  test('lists in pages, in the order of the bytes', async () => {
    const names = ['b', 'a/2', 'a/1', 'a', 'ü', 'Z'].map((name) => `pages/${name}`);
    for (const name of names) await put(name, 'x');
    await put('pages-not', 'x');
    const sorted = ['pages/Z', 'pages/a', 'pages/a/1', 'pages/a/2', 'pages/b', 'pages/ü'];
    expect(await list('pages/')).toEqual([sorted]);
    expect(await list('pages/', { MaxKeys: 2 })).toEqual([sorted.slice(0, 2), sorted.slice(2, 4), sorted.slice(4)]);
  });

  test('lists what comes after a name', async () => {
    for (const name of ['after/1', 'after/2', 'after/3']) await put(name, 'x');
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'after/', StartAfter: 'after/1' }));
    expect(page).toMatchObject({ Name: bucket, KeyCount: 2, Contents: [{ Key: 'after/2' }, { Key: 'after/3' }] });
  });

  test('lists folders instead of what is in them', async () => {
    for (const name of ['folders/a/1', 'folders/a/2', 'folders/b/1', 'folders/c']) await put(name, 'x');
    expect((await list('folders/', { Delimiter: '/' })).flat().sort()).toEqual([
      'folders/a/',
      'folders/b/',
      'folders/c',
    ]);
    expect((await list('folders/', { Delimiter: '/', MaxKeys: 1 })).map(({ length }) => length)).toEqual([1, 1, 1]);
  });

  test('deletes one object, many, and those that are not there', async () => {
    for (const name of ['gone/1', 'gone/2', 'gone/3']) await put(name, 'x');
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'gone/1' }));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'gone/1' }));
    const { Deleted: deleted = [], Errors: errors } = await s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: ['gone/2', 'gone/3', 'gone/4'].map((Key) => ({ Key })) },
      }),
    );
    expect(deleted.map(({ Key: key }) => String(key)).sort()).toEqual(['gone/2', 'gone/3', 'gone/4']);
    expect(errors).toBeUndefined();
    expect((await list('gone/')).flat()).toEqual([]);
  });
});

describe('S3 with versions', () => {
  const lockedUntil = (): Date => new Date(Date.now() + 86_400_000);

  test('keeps what was written over and what was deleted', async () => {
    const at = { Bucket: versioned };
    const { VersionId: first } = await put('kept', '1', at);
    const { VersionId: second } = await put('kept', '2', at);
    expect(second).not.toBe(first);
    expect((await get('kept', { ...at, VersionId: String(first) })).text).toBe('1');
    const deletion = await s3.send(new DeleteObjectCommand({ ...at, Key: 'kept' }));
    expect(deletion.DeleteMarker).toBe(true);
    expect(await failed(get('kept', at))).toBe('404 NoSuchKey');
    expect((await get('kept', { ...at, VersionId: String(second) })).text).toBe('2');
    await s3.send(new DeleteObjectCommand({ ...at, Key: 'kept', VersionId: String(deletion.VersionId) }));
    expect((await get('kept', at)).text).toBe('2');
  });

  test('lists versions and markers, the newest first', async () => {
    const at = { Bucket: versioned };
    await put('listed', '1', at);
    await put('listed', '22', at);
    await s3.send(new DeleteObjectCommand({ ...at, Key: 'listed' }));
    const all = await s3.send(new ListObjectVersionsCommand({ ...at, Prefix: 'listed' }));
    expect(all.Versions?.map(({ Size: size, IsLatest: latest }) => [size, latest])).toEqual([
      [2, false],
      [1, false],
    ]);
    expect(all.DeleteMarkers).toMatchObject([{ Key: 'listed', IsLatest: true }]);
  });

  test('makes an object again where a marker says that it was deleted', async () => {
    const at = { Bucket: versioned };
    await put('again', '1', at);
    await s3.send(new DeleteObjectCommand({ ...at, Key: 'again' }));
    await put('again', '2', { ...at, IfNoneMatch: '*' });
    expect((await get('again', at)).text).toBe('2');
  });

  test('deletes no version that is retained, and makes a new one of what is written over it', async () => {
    const retained = {
      Bucket: locked,
      ObjectLockMode: 'COMPLIANCE' as const,
      ObjectLockRetainUntilDate: lockedUntil(),
    };
    const { VersionId: first } = await put('retained', '1', retained);
    const version = { Bucket: locked, Key: 'retained', VersionId: String(first) };
    expect(await failed(s3.send(new DeleteObjectCommand(version)))).toBe('403 AccessDenied');
    await put('retained', '2', { Bucket: locked });
    await s3.send(new DeleteObjectCommand({ Bucket: locked, Key: 'retained' }));
    expect(await get('retained', { Bucket: locked, VersionId: String(first) })).toMatchObject({
      text: '1',
      ObjectLockMode: 'COMPLIANCE',
    });
  });

  test('retains nothing in a bucket without object lock', async () => {
    const retained = { ObjectLockMode: 'GOVERNANCE' as const, ObjectLockRetainUntilDate: lockedUntil() };
    expect(await failed(put('not retained', '1', retained))).toBe('400 InvalidRequest');
  });
});

describe('KMS', () => {
  const createKey = async (): Promise<string> => {
    const key = await kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
    return String(key.KeyMetadata?.KeyId);
  };
  const sign = (key: string, message: Uint8Array, type: 'DIGEST' | 'RAW') =>
    kms.send(new SignCommand({ KeyId: key, Message: message, MessageType: type, SigningAlgorithm: 'ECDSA_SHA_256' }));

  test('describes a key on P-256 and gives its public half', async () => {
    const key = await createKey();
    const expected = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', SigningAlgorithms: ['ECDSA_SHA_256'] };
    const { KeyMetadata: about } = await kms.send(new DescribeKeyCommand({ KeyId: key }));
    expect(about).toMatchObject({ KeyId: key, KeyState: 'Enabled', Enabled: true, ...expected });
    const { PublicKey: spki = new Uint8Array(), ...answer } = await kms.send(new GetPublicKeyCommand({ KeyId: key }));
    expect(answer).toMatchObject({ KeyId: about?.Arn, ...expected });
    const details = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).asymmetricKeyDetails;
    expect(details?.namedCurve).toBe('prime256v1');
  });

  test('signs a digest as it is', async () => {
    const key = await createKey();
    const { PublicKey: spki = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId: key }));
    const message = Buffer.from('what is signed');
    const { Signature: signature = new Uint8Array() } = await sign(
      key,
      createHash('sha256').update(message).digest(),
      'DIGEST',
    );
    const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    expect(verify('sha256', message, publicKey, signature)).toBe(true);
  });

  test('hashes a message by itself', async () => {
    const key = await createKey();
    const { PublicKey: spki = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId: key }));
    const message = Buffer.from('what is signed');
    const { Signature: signature = new Uint8Array() } = await sign(key, message, 'RAW');
    const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    expect(verify('sha256', message, publicKey, signature)).toBe(true);
  });

  test('signs no digest of another length', async () => {
    expect(await failed(sign(await createKey(), Buffer.alloc(31), 'DIGEST'))).toBe('400 ValidationException');
  });

  test('signs with no key that is disabled', async () => {
    const key = await createKey();
    await kms.send(new DisableKeyCommand({ KeyId: key }));
    expect(await failed(sign(key, Buffer.alloc(32), 'DIGEST'))).toBe('400 DisabledException');
    const { KeyMetadata: about } = await kms.send(new DescribeKeyCommand({ KeyId: key }));
    expect(about).toMatchObject({ KeyState: 'Disabled', Enabled: false });
    await kms.send(new EnableKeyCommand({ KeyId: key }));
    await sign(key, Buffer.alloc(32), 'DIGEST');
  });

  test('signs with no algorithm that the key is not for', async () => {
    const asked = new SignCommand({
      KeyId: await createKey(),
      Message: Buffer.alloc(32),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'RSASSA_PSS_SHA_256',
    });
    expect(await failed(kms.send(asked))).toBe('400 InvalidKeyUsageException');
  });

  test('knows a key by its alias', async () => {
    const key = await createKey();
    const alias = { AliasName: `alias/countersign/${randomUUID()}`, TargetKeyId: key };
    await kms.send(new CreateAliasCommand(alias));
    expect(await failed(kms.send(new CreateAliasCommand(alias)))).toBe('400 AlreadyExistsException');
    const { KeyId: arn } = await kms.send(new GetPublicKeyCommand({ KeyId: alias.AliasName }));
    expect(arn).toMatch(new RegExp(`^arn:aws:kms:.*:key/${key}$`, 'u'));
  });

  test('says that a key is not there', async () => {
    expect(await failed(kms.send(new GetPublicKeyCommand({ KeyId: randomUUID() })))).toBe('400 NotFoundException');
  });
});

describe('CloudFront', () => {
  let distribution = 'E1EXAMPLE';

  // The server beside this file knows every distribution.
  beforeAll(async () => {
    if (given === undefined) return;
    const origin = { Id: 'site', DomainName: 'site.example.com', S3OriginConfig: { OriginAccessIdentity: '' } };
    const made = await cloudFront.send(
      new CreateDistributionCommand({
        DistributionConfig: {
          CallerReference: randomUUID(),
          Comment: '',
          Enabled: false,
          Origins: { Quantity: 1, Items: [origin] },
          DefaultCacheBehavior: { TargetOriginId: 'site', ViewerProtocolPolicy: 'https-only' },
        },
      }),
    );
    distribution = String(made.Distribution?.Id);
  });

  const invalidate = (reference: string, paths: readonly string[]) =>
    cloudFront.send(
      new CreateInvalidationCommand({
        DistributionId: distribution,
        InvalidationBatch: { CallerReference: reference, Paths: { Quantity: paths.length, Items: [...paths] } },
      }),
    );

  test('makes one invalidation for one reference', async () => {
    const first = await invalidate('generation-12', ['/', '/metadata/*']);
    expect(first.Invalidation?.InvalidationBatch?.Paths?.Items).toEqual(['/', '/metadata/*']);
    const made = { DistributionId: distribution, Id: String(first.Invalidation?.Id) };
    const { Invalidation: about } = await cloudFront.send(new GetInvalidationCommand(made));
    expect(about).toMatchObject({ Id: made.Id, InvalidationBatch: { CallerReference: 'generation-12' } });
    const again = await invalidate('generation-12', ['/', '/metadata/*']);
    expect(again.Invalidation?.Id).toBe(first.Invalidation?.Id);
    expect((await invalidate('generation-13', ['/'])).Invalidation?.Id).not.toBe(first.Invalidation?.Id);
  });
});
