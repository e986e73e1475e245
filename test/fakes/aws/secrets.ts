/** AWS Secrets Manager in its JSON 1.1 protocol, as far as reading one secret needs it. */
import { AwsError, notImplemented } from './aws-error.ts';
import type { Answer, Request } from './call.ts';

export function secretsOperation({ headers }: Pick<Request, 'headers'>): string {
  return headers['x-amz-target'] === 'secretsmanager.GetSecretValue' ? 'GetSecretValue' : 'Unknown';
}

/** A secret is text or bytes, by its name. @throws AwsError */
export function answerSecrets(
  { operation }: Request,
  { SecretId: id }: Readonly<Record<string, unknown>>,
  secrets: ReadonlyMap<string, string | Uint8Array>,
): Answer {
  if (operation === 'Unknown') throw notImplemented('Secrets Manager');
  const secret = secrets.get(String(id));
  if (secret === undefined)
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  const value =
    typeof secret === 'string' ? { SecretString: secret } : { SecretBinary: Buffer.from(secret).toString('base64') };
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ Name: id, VersionId: '00000000-0000-4000-8000-000000000001', ...value }),
  };
}
