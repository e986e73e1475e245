/** Keys in AWS KMS, which never leave it: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
import { GetPublicKeyCommand, KMSClient, SignCommand, type GetPublicKeyCommandOutput } from '@aws-sdk/client-kms';
import { withDeadline } from '../../core/deadline.ts';
import { keyServiceDeadlineMs } from '../../core/limits.ts';
import { asKmsFailure } from './aws-kms-failure.ts';
import { readAwsAddress, type AwsAddress } from './aws-kms-address.ts';
import { belongsTo, spkiOf, wrongKey } from './p256-key.ts';
import type { SigningKey } from './signing-key.ts';

/** @throws UsageError, Failure */
export async function openAwsKey(address: string, deadlineMs = keyServiceDeadlineMs): Promise<SigningKey> {
  const wanted = readAwsAddress(address);
  const { name, id, region, endpoint } = wanted;
  const client = new KMSClient({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
  });
  /** One deadline for all of it: the SDK's retries and its search for credentials. */
  const ask = async <T>(send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>): Promise<T> => {
    try {
      return await withDeadline(deadlineMs, (abortSignal) => send({ abortSignal }));
    } catch (error) {
      throw asKmsFailure(error, name);
    }
  };
  const close = async (): Promise<void> => client.destroy();

  try {
    const answer = await ask((options) => client.send(new GetPublicKeyCommand({ KeyId: id }), options));
    const spki = checkedKey(answer, wanted);
    return {
      environment: 'production',
      publicKey: async () => spki,
      signDigest: async (digest) => {
        const { Signature: signature = new Uint8Array() } = await ask((options) =>
          client.send(
            new SignCommand({
              KeyId: id,
              Message: digest,
              MessageType: 'DIGEST',
              SigningAlgorithm: 'ECDSA_SHA_256',
            }),
            options,
          ),
        );
        // An alias can be moved to another key in between.
        if (!belongsTo(spki, digest, signature))
          throw wrongKey(
            name,
            'no longer the one that was opened',
            'run the command again, and find out who changed it',
          );
        return signature;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function checkedKey(answer: GetPublicKeyCommandOutput, { name }: AwsAddress): Uint8Array {
  const { KeySpec: spec, KeyUsage: usage, PublicKey: publicKey = new Uint8Array() } = answer;
  const remedy = 'name another key, or make one: `aws kms create-key --key-spec ECC_NIST_P256 --key-usage SIGN_VERIFY`';
  if (spec !== 'ECC_NIST_P256' || usage !== 'SIGN_VERIFY')
    throw wrongKey(name, `one of the specification ${spec} for ${usage}`, remedy);
  if (answer.SigningAlgorithms?.includes('ECDSA_SHA_256') !== true)
    throw wrongKey(name, 'one that does not sign with ECDSA_SHA_256', remedy);
  return spkiOf(publicKey, name);
}
