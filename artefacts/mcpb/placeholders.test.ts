import { expect, test } from 'vitest';
import { innerPath, onlyInput, partsOf, plainText } from './placeholders.ts';

test('splits a word at its placeholders', () => {
  expect(partsOf('--dir=${user_config.dir}${/}a${pathSeparator}b${HOME}${TEMP}')).toEqual([
    { kind: 'text', text: '--dir=' },
    { kind: 'input', name: 'dir' },
    { kind: 'text', text: '/a/b' },
    { kind: 'folder', folder: 'HOME' },
    { kind: 'unknown', name: 'TEMP' },
  ]);
  expect(partsOf('')).toEqual([]);
  expect(partsOf('$HOME ${a{b} $}')).toEqual([{ kind: 'text', text: '$HOME ${a{b} $}' }]);
});

test.each([
  ['--stdio', '--stdio'],
  ['', ''],
  ['a${/}b', 'a/b'],
  ['${HOME}', undefined],
  ['x${user_config.a}', undefined],
])('the plain text of %j is %j', (word, text) => {
  expect(plainText(word)).toBe(text);
});

test.each([
  ['${user_config.api key}', 'api key'],
  ['${user_config.a}${user_config.b}', undefined],
  ['a${user_config.a}', undefined],
  ['${HOME}', undefined],
  ['', undefined],
])('the only input of %j is %j', (word, name) => {
  expect(onlyInput(word)).toBe(name);
});

test.each([
  ['${__dirname}/server/index.js', 'server/index.js'],
  ['${__dirname}\\server\\index.js', 'server/index.js'],
  ['${__dirname}${/}server${pathSeparator}index.js', 'server/index.js'],
  ['${__dirname}/./a//b.js', 'a/b.js'],
  ['${__dirname}', ''],
  ['${__dirname}/', ''],
  ['server/index.js', 'server/index.js'],
  ['./dist/index.js', 'dist/index.js'],
  ['server/lib/', 'server/lib'],
  ['a/../b.js', 'b.js'],
])('%j is the path %j in the bundle', (word, path) => {
  expect(innerPath(word)).toBe(path);
});

test.each([
  '',
  '../other.js',
  '${__dirname}/../other.js',
  '${__dirname}.js',
  '/usr/lib/server.js',
  'C:\\server.js',
  '\\\\host\\share\\x.js',
  '${HOME}/server.js',
  '${user_config.path}',
  '${__dirname}/${user_config.path}',
  'a${__dirname}/b.js',
  '${TEMP}/a.js',
  'a\u0000b',
])('%j is no path in the bundle', (word) => {
  expect(innerPath(word)).toBeUndefined();
});
