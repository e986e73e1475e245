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

test.each([
  ['everything, where more was replaced', true, ['/*'], 'mcp.example.com-7'],
  ['the timestamp, where that alone was', false, ['/metadata/timestamp.json'], 'mcp.example.com-8'],
])('makes CloudFront forget %s, once for each generation', async (_, replaced, paths, reference) => {
  const before = aws.invalidations.length;
  expect(await invalidate('E2QWRUHAPOMQZL', reference, replaced)).toEqual(paths);
  await invalidate('E2QWRUHAPOMQZL', reference, replaced);
  expect(aws.invalidations.slice(before)).toMatchObject([{ distribution: 'E2QWRUHAPOMQZL', reference, paths }]);
});

test('says that the registry is published where CloudFront refuses', async () => {
  aws.denied.add('CreateInvalidation');
  await expect(invalidate('E2QWRUHAPOMQZL', 'mcp.example.com-9', true)).rejects.toMatchObject({
    code: 'cloudfront',
    message: expect.stringMatching(/^the registry is published, .*: AccessDenied$/u),
  });
  await expect(invalidate('../secret', 'x', true)).rejects.toMatchObject({ name: 'UsageError' });
});
