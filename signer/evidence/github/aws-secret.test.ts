import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startAws, type AwsServer } from '../../../test/fakes/aws/server.ts';
import { readAwsSecret } from './aws-secret.ts';

let aws: AwsServer;
beforeAll(async () => {
  aws = await startAws();
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  aws.secrets.set('countersign/forge-credential', 'a private key');
});
afterEach(() => {
  aws.fault = undefined;
});
afterAll(() => vi.unstubAllEnvs());

test('reads the text of a secret', async () => {
  expect(await readAwsSecret('countersign/forge-credential')).toBe('a private key');
  expect(aws.calls.map(({ service, operation, resource }) => [service, operation, resource])).toEqual([
    ['secretsmanager', 'GetSecretValue', 'countersign/forge-credential'],
  ]);
});

test.each<[string, string | Uint8Array]>([
  ['bytes', new Uint8Array([1, 2, 3])],
  ['more than a credential has', 'x'.repeat(20_000)],
])('a secret of %s is none that it takes', async (_, secret) => {
  aws.secrets.set('other', secret);
  const error: unknown = await readAwsSecret('other').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ message: expect.stringMatching(/^it holds no text of at most \d+ bytes$/u) });
});

test('a secret that is not there is named by what AWS answers', async () => {
  await expect(readAwsSecret('no-such')).rejects.toMatchObject({ message: 'AWS answers ResourceNotFoundException' });
});

test('AWS that is too busy for a moment is asked again', async () => {
  let times = 0;
  aws.fault = () => (++times < 3 ? 'slowdown' : undefined);
  expect(await readAwsSecret('countersign/forge-credential')).toBe('a private key');
});
