/** A secret in AWS Secrets Manager: where the functions find the credential for the forge. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { withDeadline } from '../../../core/deadline.ts';
import { maxCredentialBytes, stateDeadlineMs } from '../../../core/limits.ts';

/** `id` is a name or an ARN. Throws an error that says why, and never the secret. */
export async function readAwsSecret(id: string): Promise<string> {
  const client = new SecretsManagerClient({ maxAttempts: 4 });
  try {
    const asked = new GetSecretValueCommand({ SecretId: id });
    const { SecretString: secret } = await withDeadline(stateDeadlineMs, (abortSignal) =>
      client.send(asked, { abortSignal }),
    );
    if (secret === undefined || Buffer.byteLength(secret) > maxCredentialBytes)
      throw new Error(`it holds no text of at most ${maxCredentialBytes} bytes`);
    return secret;
  } catch (error) {
    // Of an error of the SDK, the name and no more: its message may quote the request.
    const named = error instanceof Error && '$metadata' in error;
    throw named ? new Error(`AWS answers ${error.name}`, { cause: error }) : error;
  } finally {
    client.destroy();
  }
}
