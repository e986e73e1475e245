import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { integrityOf, sha512OfIntegrity } from '../../../core/digest.ts';
import { maxCodeReportBytes } from '../../../core/limits.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { codeCache } from './code-cache.ts';
import type { CodeFacts, CodeFinding } from './report.ts';

const one = integrityOf(Buffer.from('one'));
const other = integrityOf(Buffer.from('other'));
const findings: readonly CodeFinding[] = [
  { rule: 'code-eval', file: 'a/ü.js', value: 'eval', count: 1 },
  { rule: 'code-import', file: 'index.js', value: '', count: 2, lines: [3, 9], unloaded: ['index.js'], weak: true },
];
const facts: CodeFacts = {
  findings,
  asks: ['other/lib/file'],
  install: { commands: ['node-gyp rebuild'], isDeclared: true, kind: 'build', isBuilt: false },
};

test('returns what was written, but only for the same key', async () => {
  const folder = await temporaryFolder();
  await codeCache(folder, 'key').write(one, facts);
  expect(await codeCache(folder, 'key').read(one)).toEqual(facts);
  expect(await codeCache(folder, 'another key').read(one)).toBeUndefined();
  expect(await codeCache(folder, 'key').read(other)).toBeUndefined();
});

test('makes its folder', async () => {
  const folder = join(await temporaryFolder(), 'a', 'b');
  expect(await codeCache(folder, 'key').read(one)).toBeUndefined();
  await codeCache(folder, 'key').write(one, { findings: [], asks: [] });
  expect(await codeCache(folder, 'key').read(one)).toEqual({ findings: [], asks: [] });
});

test.each([
  ['cut off', (text: string) => text.slice(0, 40)],
  ['of another package', (text: string) => text.replace(one, other)],
  ['with an unknown rule', (text: string) => text.replace('code-eval', 'code-nothing')],
  ['with one field more', (text: string) => text.replace('"count":1', '"count":1,"seen":1')],
  ['without one field', (text: string) => text.replace(',"value":"eval"', '')],
  ['with a negative count', (text: string) => text.replace('"count":1', '"count":-1')],
  ['with a finding that is weak in another way', (text: string) => text.replace('"weak":true', '"weak":false')],
  ['with an install script of another kind', (text: string) => text.replace('"kind":"build"', '"kind":"nice"')],
  ['that asks for something that is no text', (text: string) => text.replace('"other/lib/file"', '1')],
  ['with another layout', (text: string) => `${text}\n`],
  ['too long', (text: string) => text + ' '.repeat(maxCodeReportBytes)],
])('does not believe a report %s', async (_, damage) => {
  const folder = await temporaryFolder();
  const cache = codeCache(folder, 'key');
  await cache.write(one, facts);
  const path = join(folder, `${sha512OfIntegrity(one)}.json`);
  const written = await readFile(path, 'utf8');
  expect(damage(written)).not.toBe(written);
  await writeFile(path, damage(written));
  expect(await cache.read(one)).toBeUndefined();
});
