import { expect, test } from 'vitest';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import { asksOf } from './asks.ts';
import { asksOfAll, isUnloaded } from './loaded.ts';
import { reachOf } from './reach.ts';
import { readReferences, type References } from './references.ts';
import type { CodeFinding, CodeReport, UnloadedAsk } from './report.ts';

const file = (path: string, content: string): PackageFile => ({
  path,
  content: Buffer.from(content),
  executable: false,
  sha256: '',
});

const manifest = file('package.json', '{"main":"index.js","dependencies":{"helper":"^1.0.0"}}');

/** What a program at a path of a package names in other packages. */
function asked(path: string, content: string): readonly string[] {
  const files = [manifest, file(path, content)];
  const references = (): References => readReferences(Buffer.from(content));
  return asksOf(files, files.slice(1), { references, reach: reachOf(files, references) }).asks;
}

test.each<[string, string, string, string[]]>([
  ['a file of another package', 'index.js', "require('helper/test/x.js')", ['helper/test/x.js']],
  ['a file of its own', 'lib/index.js', "require('../test/x.js')", []],
  ['a file of its own, from the top', 'index.js', "require('./test/x.js')", []],
  ['a path out of the package', 'index.js', "require('../helper/test/x.js')", ['*']],
  ['a path out of the package, from below', 'lib/a/index.js', "import('../../../helper/test/x.js')", ['*']],
  ['a path out of the package, in pieces', 'index.js', "require('../hel' + 'per/test/x.js')", ['*']],
  ['another package', 'index.js', "require('helper'); import('@other/helper');", ['@other/helper', 'helper']],
  ['a dependency by a text', 'index.js', "load('helper', 'words')", ['helper']],
  ['a package whose name it computes', 'index.js', 'require(name)', ['helper']],
  ['nothing', 'index.js', "words('other'); text = `helpers`;", []],
])('a program that loads %s', (_, path, content, expected) => {
  expect(asked(path, content)).toEqual(expected);
});

const report = (name: string, asks: readonly string[], unloadedAsks: readonly UnloadedAsk[] = []): CodeReport => ({
  type: 'npm',
  name,
  version: '1.0.0',
  integrity: 'sha512-x',
  result: { kind: 'scanned', findings: [], asks, unloadedAsks },
});

const loaded: CodeFinding = { rule: 'code-eval', file: 'index.js', value: '', count: 1 };

test('a package that lies under another name is asked by that name', () => {
  const finding = { rule: 'code-eval', file: 'test/x.js', value: '', count: 1, unloaded: ['test/x.js'] };
  const reports = [report('asker', ['alias/test/x.js'])];
  expect(isUnloaded(finding, 'helper', asksOfAll(reports))).toBe(true);
  const namesIn = (folder: string): readonly string[] => (folder === 'alias' ? ['helper'] : [folder]);
  expect(isUnloaded(finding, 'helper', asksOfAll(reports, [], namesIn))).toBe(false);
});

test.each<[string, boolean, readonly CodeReport[], (readonly string[])?]>([
  ['only a file names it that nothing loads', true, [report('ajv', [], [{ name: 'helper', from: ['run.js'] }])]],
  [
    'another package loads that file',
    false,
    [report('ajv', [], [{ name: 'helper', from: ['all.js', 'run.js'] }]), report('server', ['ajv/all'])],
  ],
  ['a file that is loaded names it', false, [report('ajv', ['helper'], [{ name: 'helper', from: ['run.js'] }])]],
  [
    'another package names it',
    false,
    [report('ajv', [], [{ name: 'helper', from: ['run.js'] }]), report('server', ['helper'])],
  ],
  ['a file of it is asked for', false, [report('ajv', ['helper/x'], [{ name: 'helper', from: ['run.js'] }])]],
  ['it is started', false, [report('ajv', [], [{ name: 'helper', from: ['run.js'] }])], ['helper']],
  ['nothing names it', false, [report('ajv', [])]],
  ['a package may load anything', false, [report('ajv', ['*'], [{ name: 'helper', from: ['run.js'] }])]],
])('of a package, where %s, it is %s that nothing loads it', (_, expected, reports, started = []) => {
  expect(isUnloaded(loaded, 'helper', asksOfAll(reports, started))).toBe(expected);
});
