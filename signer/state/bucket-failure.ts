import { Failure, systemCode } from '../../core/failure.ts';

/**
 * What a person can do about an error of the AWS SDK. AWS's own words and the SDK's error are left out: they may quote
 * the request, which carries credentials.
 */
export function asBucketFailure(error: unknown, place: string): unknown {
  if (error instanceof Failure) return error;
  const what = error instanceof Error ? error.name : 'an unknown error';
  const said = error instanceof Error ? error.message : '';
  switch (what) {
    case 'NoSuchBucket':
      return new Failure('no-bucket', `there is no bucket for ${place}`, 'check its name, the account and the region');
    case 'AccessDenied':
      return new Failure(
        'state-not-allowed',
        `these AWS credentials may not use ${place}`,
        "let the role that is used have s3:GetObject and s3:PutObject there, s3:DeleteObject only where files are removed (a signer's metadata/, and what is published), and s3:ListBucket on the bucket",
      );
    case 'SlowDown':
    case 'Throttling':
    case 'ThrottlingException':
      return unreachable(place, 'there are too many requests for it', 'wait a while, and run the command again');
    case 'ConditionalRequestConflict':
    case 'OperationAborted':
      return unreachable(
        place,
        'others write it all the time',
        'let other processes that write it end, and run it again',
      );
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      return new Failure(
        'no-credentials',
        `the AWS SDK finds no credentials for ${place}`,
        'sign in (`aws sso login`), set AWS_PROFILE, or run where a role is given',
      );
    case 'InvalidAccessKeyId':
    case 'InvalidToken':
    case 'ExpiredToken':
    case 'SignatureDoesNotMatch':
    case 'RequestTimeTooSkewed':
      return new Failure(
        'no-credentials',
        `AWS takes the credentials for ${place} for expired or wrong (${what})`,
        "sign in again (`aws sso login`), and check this machine's clock",
      );
    default:
  }
  if (/^Region (?:is missing|not accepted)/u.test(said))
    return new Failure('no-region', `no region is known for ${place}`, 'set AWS_REGION, or write ?region=<region>');
  const code = systemCode(error);
  if (code !== undefined && /^[A-Z][A-Z0-9_]+$/u.test(code)) return unreachable(place, code);
  if (what === 'TimeoutError' || what === 'AbortError') return unreachable(place, 'it did not answer in time');
  return unreachable(place, `it answered with ${/^\w{1,80}$/u.test(what) ? what : 'an error'}`);
}

const unreachable = (
  place: string,
  why: string,
  remedy = 'check the network, the region and AWS_ENDPOINT_URL_S3, and run the command again',
): Failure => new Failure('network', `${place} could not be read or written: ${why}`, remedy);
