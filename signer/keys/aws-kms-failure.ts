import { Failure, systemCode } from '../../core/failure.ts';
import { wrongKey } from './p256-key.ts';

/**
 * What a person can do about an error of the AWS SDK. AWS's own words and the SDK's error are left out: they may quote
 * the request, which carries credentials.
 */
export function asKmsFailure(error: unknown, name: string): unknown {
  const what = error instanceof Error ? error.name : 'an unknown error';
  const said = error instanceof Error ? error.message : '';
  switch (what) {
    case 'NotFoundException':
      return new Failure('no-key', `AWS KMS has no key ${name}`, 'check the name, the account and the region');
    case 'AccessDeniedException':
      return new Failure(
        'key-not-allowed',
        `these AWS credentials may not use the key ${name}`,
        "let the key's policy and theirs allow kms:GetPublicKey and kms:Sign, or use the signer's role",
      );
    case 'DisabledException':
      return wrongKey(name, 'disabled', 'find out who disabled it and why, before you enable it');
    case 'KMSInvalidStateException':
      return wrongKey(
        name,
        /pending[ a-z]*deletion/u.test(said) ? 'pending deletion' : 'in a state in which it signs nothing',
        'see `aws kms describe-key`; a deletion can be cancelled until its day with `aws kms cancel-key-deletion`',
      );
    case 'InvalidKeyUsageException':
    case 'UnsupportedOperationException':
      return wrongKey(
        name,
        'one that has no public key or does not sign',
        'name another key, or make one: `aws kms create-key --key-spec ECC_NIST_P256 --key-usage SIGN_VERIFY`',
      );
    case 'ThrottlingException':
    case 'LimitExceededException':
      return unreachable(
        name,
        `there are too many requests for it (${what})`,
        'wait a while, and run the command again; if it stays so, find out who else uses keys of this account',
      );
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      return new Failure(
        'no-credentials',
        `the AWS SDK finds no credentials for the key ${name}`,
        'sign in (`aws sso login`), set AWS_PROFILE, or run where a role is given',
      );
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidSignatureException':
    case 'IncompleteSignatureException':
    case 'MissingAuthenticationTokenException':
    case 'ExpiredTokenException':
    case 'ExpiredToken':
      return new Failure(
        'no-credentials',
        `AWS takes the credentials for the key ${name} for expired or wrong (${what})`,
        "sign in again (`aws sso login`), and check this machine's clock",
      );
    default:
  }
  if (/^Region (?:is missing|not accepted)/u.test(said))
    return new Failure(
      'no-region',
      `no region is known for the key ${name}`,
      'set AWS_REGION, or write ?region=<region> after the key',
    );
  const code = systemCode(error);
  if (code !== undefined && /^[A-Z][A-Z0-9_]+$/u.test(code)) return unreachable(name, code);
  if (what === 'TimeoutError' || what === 'AbortError') return unreachable(name, 'it did not answer in time');
  return unreachable(name, `it answered with ${/^\w{1,80}$/u.test(what) ? what : 'an error'}`);
}

const unreachable = (
  name: string,
  why: string,
  remedy = 'check the network, the region and AWS_ENDPOINT_URL_KMS, and run the command again',
): Failure => new Failure('network', `AWS KMS could not be asked for the key ${name}: ${why}`, remedy);
