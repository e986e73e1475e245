/** Opens a state by its address. The AWS SDK is loaded for a bucket, and not before. */
import { UsageError } from '../../core/failure.ts';
import { readBucketAddress } from './bucket-address.ts';
import { folderState } from './folder.ts';
import type { State } from './state.ts';

/** @throws UsageError for an address that names neither a folder nor a bucket */
export async function openState(address: string, now: Date): Promise<State> {
  if (address.startsWith('s3://')) {
    const wanted = readBucketAddress(address);
    return import('./bucket.ts').then(({ bucketState }) => bucketState(wanted, { now }));
  }
  // Nothing after the scheme is shown: it may hold a secret.
  const [scheme] = /^[a-z][a-z0-9+.-]+:/iu.exec(address) ?? [];
  if (address === '' || scheme !== undefined)
    throw new UsageError(
      `a state is a folder or a bucket, and not ${scheme ?? 'nothing'}`,
      'write the path of a folder, or s3://<bucket>/<prefix>',
    );
  return folderState(address);
}
