import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleEdgeFunction, bundleFunction, bundleSignerFunction, MissingEntry } from './bundle.ts';
import { signerFunctions } from './names.ts';
import { checkDeployment, readDeployment } from './deployment.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a function becomes one module that answers an event', async () => {
  const out = join(folder, 'out');
  expect(bundleFunction(join(import.meta.dirname, 'fixture.ts'), out).bytes).toBeGreaterThan(100);
  const { handler } = (await import(join(out, 'index.mjs'))) as { handler: (event: unknown) => Promise<unknown> };
  expect(await handler({ commit: 'a' })).toEqual({ commit: 'a' });
});

describe('the functions of the signer', () => {
  const made = new Map(signerFunctions.map((name) => [name, bundleSignerFunction(name, join(folder, name))]));
  /** Which of them have a file in their code. */
  const having = (file: string): string[] =>
    [...made].filter(([, { files }]) => files.some((each) => each.startsWith(file))).map(([name]) => name);

  test('only the one that has no key takes packages apart', () => {
    expect(having('artefacts/archives/tarball.ts')).toEqual(['fetch-and-review']);
    expect(having('review/checks/code/')).toEqual(['fetch-and-review']);
  });

  test('only the two that ask the forge can', () => {
    expect(having('signer/evidence/github/client.ts')).toEqual(['fetch-and-review', 'approve']);
  });

  test('only the two that sign metadata can', () => {
    expect(having('signer/metadata/repository.ts')).toEqual(['repository', 'timestamp']);
  });

  test('none of them holds what a host or a person at a terminal runs', () => {
    expect(having('host/')).toEqual([]);
    expect(having('scripts/')).toEqual([]);
  });

  test('all of them are the same program', () => {
    const programs = signerFunctions.map((name) => readFileSync(join(folder, name, 'program.json'), 'utf8'));
    expect(new Set(programs).size).toBe(1);
  });
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
    ['views (["developers"])', { ...sample, views: ['developers'] }],
    ['views ({"Developers":[]})', { ...sample, views: { Developers: [] } }],
    ['views ({"developers":"*"})', { ...sample, views: { developers: '*' } }],
    ['views ({"developers":["*"]})', { ...sample, views: { developers: ['*'] } }],
    ['views ({"developers":["arn:aws:iam::*', { ...sample, views: { developers: ['arn:aws:iam::*:role/reader'] } }],
    ['arn:aws:iam::111122223333:root', { ...sample, views: { developers: ['arn:aws:iam::111122223333:root'] } }],
    ['arn:aws:iam::111122223333:role/*', { ...sample, views: { developers: ['arn:aws:iam::111122223333:role/*'] } }],
    ['views (null)', { ...sample, views: null }],
    ['v15', { ...sample, views: Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`v${index}`, []])) }],
  ])('says of itself %s', (message, value) => {
    expect(() => checkDeployment('d.json', JSON.parse(JSON.stringify(value)))).toThrow(message);
  });

  test.each([
    ['no views', undefined],
    ['a view that no role reads yet', { 'finance-people': [] }],
  ])('may have %s', (_, views) => {
    const value: unknown = JSON.parse(JSON.stringify({ ...sample, views }));
    expect(checkDeployment('d.json', value)).toEqual(value);
  });
});
