/** Where a registry is published: a bucket of any service that speaks S3, or a folder. */
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../core/failure.ts';
import { readBucketAddress } from '../../signer/state/bucket-address.ts';
import { folderState } from '../../signer/state/folder.ts';
import type { OverwritableState } from '../../signer/state/state.ts';
import { headersOf } from './delivery.ts';

export type Target = Pick<OverwritableState, 'place' | 'read' | 'put' | 'replace' | 'remove'>;

/** @throws UsageError for an address that names neither */
export async function openTarget(address: string, now: Date): Promise<Target> {
  if (address.startsWith('s3://')) {
    const wanted = readBucketAddress(address);
    if (wanted.retainDays !== undefined)
      throw new UsageError('a bucket that is published has no retain-days', 'leave it out: old files are deleted');
    // The AWS SDK takes longer to load than publishing to a folder does.
    const { bucketState } = await import('../../signer/state/bucket.ts');
    return bucketState(wanted, { now, headersOf });
  }
  if (address.startsWith('file:///')) return folderState(fileURLToPath(address));
  // Nothing after the scheme is shown: it may hold a secret.
  throw new UsageError(
    'a registry is published to an s3 or a file address',
    'write s3://<bucket>/<prefix> or file:///<folder>',
  );
}

/** What was asked of a target, without what the AWS SDK repeated. */
export interface Cost {
  reads: number;
  writes: number;
  conditionalWrites: number;
  deletes: number;
  bytesRead: number;
  bytesWritten: number;
}

export function counted(target: Target): { readonly target: Target; readonly cost: Readonly<Cost> } {
  const cost: Cost = { reads: 0, writes: 0, conditionalWrites: 0, deletes: 0, bytesRead: 0, bytesWritten: 0 };
  return {
    cost,
    target: {
      place: target.place,
      read: async (path, maxBytes) => {
        cost.reads++;
        const found = await target.read(path, maxBytes);
        cost.bytesRead += found?.bytes.byteLength ?? 0;
        return found;
      },
      put: async (path, bytes) => {
        cost.writes++;
        cost.bytesWritten += bytes.byteLength;
        await target.put(path, bytes);
      },
      replace: async (path, bytes, version) => {
        cost.conditionalWrites++;
        cost.bytesWritten += bytes.byteLength;
        return target.replace(path, bytes, version);
      },
      remove: async (path) => {
        cost.deletes++;
        await target.remove(path);
      },
    },
  };
}
