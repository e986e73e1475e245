/** One bucket: objects with their versions, and what S3 promises of them. It knows nothing of HTTP. */
import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from './aws-error.ts';

export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly until: Date;
}

/** A version of an object, or a marker that says that it was deleted. */
export interface Version {
  readonly id: string;
  readonly key: string;
  readonly deleted: boolean;
  readonly bytes: Uint8Array;
  /** With its quotation marks, as S3 writes it. */
  readonly etag: string;
  /** What is given back with it: content-type, cache-control, x-amz-meta-…, its checksum. */
  readonly headers: ReadonlyMap<string, string>;
  readonly retention: Retention | undefined;
  readonly modified: Date;
}

export interface BucketOptions {
  readonly versioning?: boolean;
  /** Implies versioning. */
  readonly objectLock?: boolean;
  /** As a bucket policy does it with `s3:if-none-match` and `s3:if-match`: no write without a condition. */
  readonly onlyConditionalWrites?: boolean;
}

/** What must be so of the object that is there now. */
export interface Condition {
  readonly ifNoneMatch?: string;
  readonly ifMatch?: string;
}

export class Bucket {
  versioning: boolean;
  readonly objectLock: boolean;
  readonly onlyConditionalWrites: boolean;
  /** By key, the newest last. */
  readonly #versions = new Map<string, Version[]>();

  constructor({ versioning = false, objectLock = false, onlyConditionalWrites = false }: BucketOptions = {}) {
    this.versioning = versioning || objectLock;
    this.objectLock = objectLock;
    this.onlyConditionalWrites = onlyConditionalWrites;
  }

  /** The keys of what is there now, in the order of their bytes in UTF-8. */
  keys(): string[] {
    return [...this.#versions.keys()]
      .filter((key) => this.current(key) !== undefined)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  /** All of them: by key, the newest first. */
  versions(): Version[] {
    return [...this.#versions.keys()].sort().flatMap((key) => (this.#versions.get(key) ?? []).toReversed());
  }

  current(key: string): Version | undefined {
    const newest = this.newest(key);
    return newest?.deleted === true ? undefined : newest;
  }

  /** A marker too. */
  newest(key: string): Version | undefined {
    return this.#versions.get(key)?.at(-1);
  }

  version(key: string, id: string): Version | undefined {
    return this.#versions.get(key)?.find((version) => version.id === id);
  }

  /** @throws AwsError */
  put(
    key: string,
    bytes: Uint8Array,
    {
      headers,
      retention,
      now,
      ...condition
    }: Condition & Pick<Version, 'headers' | 'retention'> & { readonly now: Date },
  ): Version {
    if (this.onlyConditionalWrites && condition.ifMatch === undefined && condition.ifNoneMatch === undefined)
      throw new AwsError('AccessDenied', 'with an explicit deny in a resource-based policy', 403);
    if (retention !== undefined && !this.objectLock)
      throw new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');
    this.#check(key, condition);
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    return this.#add({ id: this.#newId(), key, deleted: false, bytes, etag, headers, retention, modified: now });
  }

  /** Deletes a version for good, or puts a marker over all of them. @throws AwsError */
  delete(key: string, id: string | undefined, now: Date, condition: Condition = {}): Version | undefined {
    if (condition.ifMatch !== undefined) this.#check(key, condition);
    if (id !== undefined) {
      const version = this.version(key, id);
      if (version === undefined) return undefined;
      if (version.retention !== undefined && now < version.retention.until)
        throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', 403);
      this.#keep(
        key,
        (this.#versions.get(key) ?? []).filter((each) => each !== version),
      );
      return version;
    }
    if (!this.versioning) {
      this.#keep(key, []);
      return undefined;
    }
    return this.#add({
      id: this.#newId(),
      key,
      deleted: true,
      bytes: new Uint8Array(),
      etag: '',
      headers: new Map(),
      retention: undefined,
      modified: now,
    });
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
  #check(key: string, { ifNoneMatch, ifMatch }: Condition): void {
    const current = this.current(key);
    if (ifMatch !== undefined && current === undefined)
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    const fails =
      (ifNoneMatch === '*' && current !== undefined) || (ifMatch !== undefined && !sameTag(ifMatch, current));
    if (fails)
      throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
  }

  readonly #newId = (): string => (this.versioning ? randomUUID().replaceAll('-', '') : 'null');

  #add(version: Version): Version {
    const before = this.#versions.get(version.key) ?? [];
    this.#keep(version.key, [...before.filter(({ id }) => id !== version.id), version]);
    return version;
  }

  #keep(key: string, versions: Version[]): void {
    if (versions.length === 0) this.#versions.delete(key);
    else this.#versions.set(key, versions);
  }
}

/** Whether an entity tag, with quotation marks or without, is that of a version. */
const sameTag = (tag: string, version: Version | undefined): boolean =>
  version !== undefined && (tag === '*' || tag.replaceAll('"', '') === version.etag.replaceAll('"', ''));
