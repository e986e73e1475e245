import { didYouMean } from '../../core/did-you-mean.ts';
import { UsageError } from '../../core/failure.ts';
import { isInnerPath } from '../../core/inner-path.ts';
import { isSafeEndpoint } from '../keys/aws-kms-address.ts';

/** What `s3://<bucket>/<prefix>?region=…&endpoint=…&retain-days=…` names. What is absent, the SDK's configuration says. */
export interface BucketAddress {
  readonly bucket: string;
  /** Ends in a slash where it is not empty. */
  readonly prefix: string;
  readonly region?: string;
  readonly endpoint?: string;
  /** How long no version may be deleted; without it, what the bucket says by itself. */
  readonly retainDays?: number;
}

const parameters = ['region', 'endpoint', 'retain-days'];
const example = 'write s3://<bucket>/<prefix>, and ?region=<region> where needed';

/** @throws UsageError */
export function readBucketAddress(address: string): BucketAddress {
  const found = /^s3:\/\/(?<bucket>[^/?#]*)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/u.exec(address)?.groups;
  const { bucket = '', path = '', query = '' } = found ?? {};
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u.test(bucket))
    throw new UsageError('an s3 address names no bucket after s3://', example);
  const prefix = path.replace(/\/$/u, '');
  if (prefix !== '' && !isInnerPath(prefix))
    throw new UsageError(`${path} is no prefix: it has an empty part, or one of dots`, example);
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    // Values are not shown: one under a wrong name may be a secret.
    if (!parameters.includes(name))
      throw new UsageError(`an s3 address has no parameter ${name}${didYouMean(name, parameters)}`, example);
    if (given.has(name)) throw new UsageError(`an s3 address has ${name} once`, 'leave one of them out');
    given.set(name, value);
  }
  const region = given.get('region');
  const endpoint = given.get('endpoint');
  const days = given.get('retain-days');
  if (region !== undefined && !/^[a-z]{2,}(?:-[a-z]+)+-\d+$/u.test(region))
    throw new UsageError('the region of an s3 address is none', 'write it as AWS does: eu-central-1');
  if (endpoint !== undefined && !isSafeEndpoint(endpoint))
    throw new UsageError(
      'the endpoint of an s3 address is no https address without a user and a query',
      'write https://<host>; http is for this machine only',
    );
  if (days !== undefined && !/^[1-9]\d{0,4}$/u.test(days))
    throw new UsageError('retain-days of an s3 address is no number of days', 'write a whole number from 1 on');
  return {
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(days !== undefined && { retainDays: Number(days) }),
  };
}
