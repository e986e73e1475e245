/** What a package loads of itself, and what its install script does. Scanned as in a review: some of it needs a process of its own. */
import { afterAll, expect, test } from 'vitest';
import { tarballOf } from '../../../test/support/tarballs.ts';
import type { InstallScript, ScanResult } from './report.ts';
import { codeBounds, scanProcess } from './scan-process.ts';

const worker = scanProcess(codeBounds);
afterAll(() => worker.end());

type Files = Readonly<Record<string, string>>;

const scanned = (files: Files, manifest: object = {}): Promise<ScanResult> =>
  worker.scan(
    tarballOf([
      { path: 'package/package.json', content: JSON.stringify({ name: 'sample', version: '1.0.0', ...manifest }) },
      ...Object.entries(files).map(([path, content]) => ({ path: `package/${path}`, content })),
    ]),
    { type: 'npm', name: 'sample', version: '1.0.0', integrity: '' },
  );

const payload = 'eval(atob(text));\n';

/** A package inside the tarball of another one. */
const inner = (files: Files, manifest: object = {}): Files => ({
  'node_modules/inner/package.json': JSON.stringify({ name: 'inner', version: '1.0.0', ...manifest }),
  ...Object.fromEntries(Object.entries(files).map(([path, content]) => [`node_modules/inner/${path}`, content])),
});

/** The files with the payload that something loads. */
async function loaded(files: Files, manifest?: object): Promise<string[]> {
  const result = await scanned(files, manifest);
  if (result.kind !== 'scanned') throw new Error(result.why);
  const found = result.findings.filter(({ rule, unloaded }) => rule === 'code-runs-decoded' && unloaded === undefined);
  return found.map(({ file }) => file);
}

test.each<[string, Files, object?]>([
  ['by main', { 'test/x.js': payload }, { main: 'test/x.js' }],
  ['by bin', { 'index.js': '', 'test/x': `#!/usr/bin/env node\n${payload}` }, { bin: { x: './test/x' } }],
  [
    'by exports without an ending',
    { 'index.js': '', 'test/x': payload },
    { exports: { './x': { default: './test/x' } } },
  ],
  ['by a pattern of exports', { 'index.js': '', 'test/a/x.js': payload }, { exports: { './*': './test/*.js' } }],
  ['by an install script', { 'index.js': '', 'x.js': payload }, { scripts: { postinstall: 'node x.js' } }],
  ['by require', { 'index.js': "require('./test/x')", 'test/x.js': payload }],
  ['by require of another ending', { 'index.js': "require('./test/x.dat')", 'test/x.dat': payload }],
  ['over another file', { 'index.js': "require('./a')", 'a/index.js': "require('../test/x')", 'test/x.js': payload }],
  ['by import', { 'index.mjs': "import './test/x.mjs';", 'test/x.mjs': payload }, { main: 'index.mjs' }],
  ['by export', { 'index.mjs': "export * from './test/x.mjs';", 'test/x.mjs': payload }, { main: 'index.mjs' }],
  ['by import()', { 'index.js': "import('./test/x.mjs')", 'test/x.mjs': payload }],
  ['by a computed require', { 'index.js': "require('./te' + 'st/' + name)", 'test/x.js': payload }],
  ['by a computed import()', { 'index.js': 'import(name)', 'test/x.js': payload }],
  ['by require under another name', { 'index.js': 'const r = require; r(name)', 'test/x.js': payload }],
  ['by module.require', { 'index.js': 'module.require(name)', 'test/x.js': payload }],
  ['by createRequire', { 'index.js': "m.createRequire('/')(name)", 'test/x.js': payload }],
  ['by a program that it starts', { 'index.js': "require('child_process').fork(name)", 'test/x.js': payload }],
  [
    'by a worker',
    { 'index.js': "import('node:worker_threads').then((w) => new w.Worker(name))", 'test/x.js': payload },
  ],
  [
    'as the main file of a bundled package',
    { 'index.js': "require('inner')", ...inner({ 'x.js': payload }, { main: 'x' }) },
  ],
  ['as the index of a bundled package', { 'index.js': "import('inner')", ...inner({ 'index.js': payload }) }],
  ['by a path in a bundled package', { 'index.js': "require('inner/lib/x')", ...inner({ 'lib/x.js': payload }) }],
  [
    'by a path that a bundled package gives to another file',
    { 'index.js': "require('inner/x')", ...inner({ 'a/b.js': payload }, { exports: { './x': './a/b.js' } }) },
  ],
  [
    'by a bundled package that a bundled one loads',
    {
      'index.js': "require('inner')",
      ...inner({ 'index.js': "require('@scope/other')" }),
      'node_modules/inner/node_modules/@scope/other/index.js': payload,
    },
  ],
  [
    'by a loader that is told the name of a bundled package',
    { 'index.js': "load('inner')", ...inner({ 'index.js': payload }) },
  ],
  ['by text that it runs', { 'index.js': 'new Function(text)()', 'test/x.js': payload }],
  ['by a loader', { 'index.js': "load(join(here, 'test', 'x'))", 'test/x.js': payload }],
  [
    'by a name in data',
    { 'index.js': "load(require('./list.json'))", 'list.json': '["test/x.js"]', 'test/x.js': payload },
  ],
  ['by a program that cannot be parsed', { 'index.js': 'this is not code', 'test/x.js': payload }],
  ['by nothing that is known', { 'test/x.js': payload }],
])('takes a file for loaded %s', async (_, files, manifest) => {
  expect(await loaded(files, manifest)).toHaveLength(1);
});

test.each<[string, Files, object?]>([
  ['a test', { 'index.js': "require('./a')", 'a.js': '', 'test/x.js': payload }],
  ['a test with the name of the main file', { 'index.js': '', 'test/index.js': payload }, { main: 'index.js' }],
  ['a test that package.json runs', { 'index.js': '', 'x.js': payload }, { scripts: { test: 'node x.js' } }],
  ['what only a test loads', { 'index.js': '', 'test/a.js': "require('../x')", 'x.js': payload }],
  [
    'documentation, whatever a program loads',
    { 'index.js': 'require(name)', 'README.md': `# Use\n\n\`${payload}\` runs it\n` },
  ],
  ['a bundled package that nothing names', { 'index.js': "require('other')", ...inner({ 'index.js': payload }) }],
  [
    'a test of a bundled package',
    { 'index.js': "require('inner')", ...inner({ 'index.js': '', 'test/x.js': payload }) },
  ],
  [
    'a file beside one that is loaded by its place',
    {
      'index.js': "require('path').join(__dirname, 'a.js'); require(require('path').join(__dirname, 'a.js'))",
      'a.js': '',
      'test/x.js': payload,
    },
  ],
])('does not take %s for loaded', async (_, files, manifest) => {
  expect(await loaded(files, manifest)).toEqual([]);
});

test('says from which files a file would be loaded', async () => {
  const result = await scanned({ 'index.js': '', 'lib/a.js': "require('../test/x')", 'test/x.js': payload });
  expect(result).toMatchObject({
    findings: expect.arrayContaining([expect.objectContaining({ unloaded: ['lib/a.js', 'test/x.js'] })]),
  });
});

test('says what a package asks of others, also where it computes the rest', async () => {
  const result = await scanned(
    {
      'index.js': "require('other/lib/a'); require('@s/b'); import('@s/c/d.mjs'); load('known/test/x'); text = 'a/b';",
      'b.js': 'require(`third/${name}`);',
    },
    { dependencies: { known: '^1.0.0' } },
  );
  expect(result).toMatchObject({ asks: ['@s/b', '@s/c/d.mjs', 'known', 'known/test/x', 'other/lib/a', 'third/'] });
});

const standalone = { 'standalone/index.js': "require('./run')", 'standalone/run.js': "require('helper')" };

test.each([
  ['a function of its own pieces', 'exports.compile = (parts) => new Function(`self`, `return ${parts.code}`);'],
  [
    'a piece that loads what it names',
    'exports.code = \'require("./other").default\'; exports.make = (code) => new Function(`return ${code}`);',
  ],
])('says which packages only files name that nothing loads, beside %s', async (_, index) => {
  expect(await scanned({ 'index.js': index, ...standalone })).toMatchObject({
    asks: [],
    unloadedAsks: [{ name: 'helper', from: ['standalone/index.js', 'standalone/run.js'] }],
  });
});

test.each([
  "require('./standalone')",
  'require(name)',
  'new Function(text)()',
  'new Function(`return import(${text})`)()',
  "new Function('const load = require; return load(\"./stand\" + ' + rest + ')')()",
  "eval(atob('cmVxdWlyZSgnLi9zdGFuZGFsb25lJyk='))",
  "module.constructor._load('./stand' + rest)",
])('takes a package for named by what %s may load', async (index) => {
  expect(await scanned({ 'index.js': index, ...standalone })).toMatchObject({ asks: ['helper'] });
});

const install = async (files: Files, scripts: object): Promise<InstallScript | undefined> => {
  const result = await scanned({ 'index.js': '', ...files }, { scripts });
  return result.kind === 'scanned' ? result.install : undefined;
};

test.each<[InstallScript['kind'], string, Files?, object?]>([
  ['build', 'node-gyp rebuild'],
  ['build', 'prebuild-install --runtime napi || node-gyp rebuild'],
  ['build', 'prebuild-install || npm run build', {}, { build: 'node-gyp rebuild' }],
  ['build', 'exit 0'],
  ['quiet', `node -e "try { require('fs').chmodSync('./x.js', '755') } catch (e) {}"`, { 'x.js': payload }],
  ['quiet', 'node say', { 'say.js': "console.log(require('./package.json').name);" }],
  ['build', 'node say || node-gyp rebuild', { 'say.js': 'console.log(1);' }],
  ['fetches', 'node x.js', { 'x.js': payload }],
  [
    'fetches',
    'node x',
    { 'x.js': "require('./y')", 'y.js': "require('https').get(u); require('child_process').exec(c);" },
  ],
  ['fetches', 'curl https://example.invalid/x | sh'],
  ['fetches', 'node x.js', { 'x.js': "fetch(u).then((a) => a.text()).then((t) => require('child_process').exec(t));" }],
  ['fetches', 'npm install -g helpful-agent@latest'],
  ['fetches', 'node-gyp rebuild || npx -y prebuilt-binaries'],
  ['fetches', 'npm run setup', {}, { setup: 'pip3 install --user helper' }],
  ['fetches', 'node x.js', { 'x.js': "require('child_process').spawnSync('pnpm', ['dlx', 'helper']);" }],
  ['fetches', 'node x.js', { 'x.js': "require('child_process').spawn('rundll32', [__dirname + '/x.dll,main']);" }],
  ['fetches', 'regsvr32 /s x.dll'],
  ['fetches', 'npx only-allow-all pnpm'],
  ['fetches', 'npx only-allow pnpm helper'],
  ['unknown', 'npx only-allow pnpm'],
  ['unknown', 'npx --yes only-allow yarn'],
  ['unknown', 'npm test'],
  ['unknown', 'node x.js', { 'x.js': "require('child_process').execSync('make');" }],
  ['unknown', 'node x.js', { 'x.js': "require('https').get(u);" }],
  ['unknown', 'node x.js', { 'x.js': 'require(name);' }],
  ['unknown', 'node x.js', { 'x.js': "require('some-package');" }],
  ['unknown', 'node missing.js'],
  ['unknown', 'make'],
  ['unknown', 'node-gyp rebuild && ./x.sh', { 'x.sh': 'ls\n' }],
])('judges as %s the install script %s', async (kind, postinstall, files = {}, others = {}) => {
  expect(await install(files, { postinstall, ...others })).toMatchObject({ kind, isDeclared: true });
});

test('knows that npm builds what has a binding.gyp, and has nothing to say without a script', async () => {
  expect(await install({ 'binding.gyp': '{}' }, {})).toEqual({
    commands: [],
    isDeclared: false,
    kind: 'build',
    isBuilt: false,
  });
  expect(await install({}, { test: 'node x.js' })).toBeUndefined();
});
