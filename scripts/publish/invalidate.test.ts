import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startAws } from '../../test/fakes/aws/server.ts';
import { invalidate } from './invalidate.ts';

const aws = await startAws();

beforeAll(() => {
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

test('makes CloudFront forget what changes under its name, once for each generation', async () => {
  const paths = await invalidate('E2QWRUHAPOMQZL', 'mcp.example.com-7');
  await invalidate('E2QWRUHAPOMQZL', 'mcp.example.com-7');
  expect(aws.invalidations).toMatchObject([{ distribution: 'E2QWRUHAPOMQZL', reference: 'mcp.example.com-7', paths }]);
  expect(paths).toContain('/metadata/timestamp.json');
  expect(paths.length).toBeLessThan(10);
});

test('says that the registry is published where CloudFront refuses', async () => {
  aws.denied.add('CreateInvalidation');
  await expect(invalidate('E2QWRUHAPOMQZL', 'mcp.example.com-8')).rejects.toMatchObject({
    code: 'cloudfront',
    message: expect.stringMatching(/^the registry is published, .*: AccessDenied$/u),
  });
  await expect(invalidate('../secret', 'x')).rejects.toMatchObject({ name: 'UsageError' });
});
