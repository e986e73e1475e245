import { expect, test } from 'vitest';
import type { PackageFile } from '../../../core/tarball.ts';
import { asksOf } from './asks.ts';
import { asksOfAll, isUnloaded } from './loaded.ts';
import type { CodeReport } from './report.ts';

const file = (path: string, content: string): PackageFile => ({
  path,
  content: Buffer.from(content),
  executable: false,
  sha256: '',
});

/** What a program at a path of a package names in other packages. */
const asked = (path: string, content: string): string[] =>
  asksOf([file('package.json', '{"dependencies":{"helper":"^1.0.0"}}')], [file(path, content)]);

test.each<[string, string, string, string[]]>([
  ['a file of another package', 'index.js', "require('helper/test/x.js')", ['helper/test/x.js']],
  ['a file of its own', 'lib/index.js', "require('../test/x.js')", []],
  ['a file of its own, from the top', 'index.js', "require('./test/x.js')", []],
  ['a path out of the package', 'index.js', "require('../helper/test/x.js')", ['*']],
  ['a path out of the package, from below', 'lib/a/index.js', "import('../../../helper/test/x.js')", ['*']],
  ['a path out of the package, in pieces', 'index.js', "require('../hel' + 'per/test/x.js')", ['*']],
])('a program that loads %s', (_, path, content, expected) => {
  expect(asked(path, content)).toEqual(expected);
});

const report = (asks: readonly string[]): CodeReport => ({
  name: 'asker',
  version: '1.0.0',
  integrity: 'sha512-x',
  result: { kind: 'scanned', findings: [], asks },
});

test('a package that lies under another name is asked by that name', () => {
  const finding = { rule: 'code-eval', file: 'test/x.js', value: '', count: 1, unloaded: ['test/x.js'] };
  const reports = [report(['alias/test/x.js'])];
  expect(isUnloaded(finding, 'helper', asksOfAll(reports))).toBe(true);
  const namesIn = (folder: string): readonly string[] => (folder === 'alias' ? ['helper'] : [folder]);
  expect(isUnloaded(finding, 'helper', asksOfAll(reports, namesIn))).toBe(false);
});
