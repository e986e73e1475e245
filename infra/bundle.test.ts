import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleEdgeFunction, bundleFunction, MissingEntry } from './bundle.ts';
import { checkDeployment, readDeployment } from './deployment.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a function becomes one module that answers an event', async () => {
  const out = join(folder, 'out');
  expect(bundleFunction(join(import.meta.dirname, 'fixture.ts'), out)).toBeGreaterThan(100);
  const { handler } = (await import(join(out, 'index.mjs'))) as { handler: (event: unknown) => Promise<unknown> };
  expect(await handler({ commit: 'a' })).toEqual({ commit: 'a' });
});

test('nothing is deployed in place of a function that is not there', () => {
  expect(() => bundleFunction(join(folder, 'approve.ts'), join(folder, 'none'))).toThrow(MissingEntry);
});

test.each([
  ['that is too large', `export const handler = () => '${'a'.repeat(11_000)}';`, 'more than the 10240'],
  ['that exports more', 'export const handler = () => 1; export const other = 2;', 'must export handler'],
  [
    'in a language that is too new',
    'export async function handler() { for await (const x of []) {} }',
    'not supported',
  ],
])('an edge function %s is refused', (_, text, message) => {
  const entry = join(folder, 'edge.ts');
  writeFileSync(entry, text);
  expect(() => bundleEdgeFunction(entry)).toThrow(message);
});

describe('a deployment', () => {
  const file = join(import.meta.dirname, 'deployment.example.json');
  const sample = readDeployment(file);

  test.each<[string, unknown]>([
    ['account (123)', { ...sample, account: 123 }],
    ['region (missing)', { ...sample, region: undefined }],
    ['retainDays (0)', { ...sample, retainDays: 0 }],
    ['github.branch ("*")', { ...sample, github: { ...sample.github, branch: '*' } }],
    ['github.repositoryId ("7")', { ...sample, github: { ...sample.github, repositoryId: '7' } }],
    ['github.owner ("a*")', { ...sample, github: { ...sample.github, owner: 'a*' } }],
    [
      'domain.certificateArn',
      { ...sample, domain: { ...sample.domain, certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/a' } },
    ],
    ['more (1)', { ...sample, more: 1 }],
  ])('says of itself %s', (message, value) => {
    expect(() => checkDeployment('d.json', JSON.parse(JSON.stringify(value)))).toThrow(message);
  });
});
