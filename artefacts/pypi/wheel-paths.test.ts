import { expect, test } from 'vitest';
import { unpacked } from '../../test/support/wheels.ts';
import { searchPaths, type SearchPaths } from './wheel-paths.ts';

const data = 'tiny-1.0.0.data';
const pathsOf = (files: Readonly<Record<string, string>>): SearchPaths => searchPaths(unpacked(files), data);

test('is the wheel itself for most wheels', () => {
  const files = { 'tiny/__init__.py': '', [`${data}/scripts/run`]: '', 'other-1.0.0.data/purelib/a.py': '' };
  expect(pathsOf(files)).toEqual({ paths: [''], hasPthCode: false });
});

test('is also the folders that installers would put into the same place', () => {
  expect(pathsOf({ 'a.py': '', [`${data}/platlib/b.so`]: '', [`${data}/purelib/c.py`]: '' }).paths).toEqual([
    '',
    `${data}/purelib`,
    `${data}/platlib`,
  ]);
});

test('is also what .pth files name', () => {
  const files = {
    'pywin32.pth': '# paths\nwin32\nwin32\\lib\r\n\nPythonwin/\n',
    'win32/lib/a.py': '',
    'Pythonwin/b.py': '',
    [`${data}/purelib/more.pth`]: '\ufefflib\n',
    [`${data}/purelib/lib/c.py`]: '',
  };
  expect(pathsOf(files)).toEqual({
    paths: ['', `${data}/purelib`, 'win32', 'win32/lib', 'Pythonwin', `${data}/purelib/lib`],
    hasPthCode: false,
  });
});

test.each([
  ['a folder that is not there', 'lib\n'],
  ['a file', 'a.py\n'],
  ['a path that leads out', '../lib\n'],
  ['a path that leads out and back', 'tiny/../..\n'],
  ['an absolute path', '/usr/lib/python3\n'],
  ['a drive', 'C:\\lib\n'],
  ['a host', '\\\\host\\lib\n'],
  ['the wheel itself', '.\n./\ntiny/..\n'],
  ['a comment', '#tiny\n'],
])('leaves out %s', (_, text) => {
  expect(pathsOf({ 'a.pth': text, 'a.py': '', 'tiny/b.py': '' })).toEqual({ paths: [''], hasPthCode: false });
});

test('takes no absolute path for one in the folder of the .pth file', () => {
  const files = { [`${data}/purelib/a.pth`]: '/lib\n', [`${data}/purelib/lib/a.py`]: '' };
  expect(pathsOf(files).paths).toEqual(['', `${data}/purelib`]);
});

test('reads no .pth file further down, and none in the other folders of the wheel', () => {
  const files = { 'tiny/a.pth': 'lib\nimport x\n', 'tiny/lib/a.py': '', [`${data}/data/b.pth`]: 'import x\n' };
  expect(pathsOf(files)).toEqual({ paths: [''], hasPthCode: false });
});

test.each(['import os; os.system("x")\n', 'import\tos\n', 'tiny\nimport os', '\ufeffimport os\n'])(
  'finds code in %j',
  (text) => {
    expect(pathsOf({ 'a.pth': text, 'tiny/b.py': '' }).hasPthCode).toBe(true);
  },
);

test.each(['# import os\n', 'important\n', ' import os\n'])('finds no code in %j, as Python does not', (text) => {
  expect(pathsOf({ 'a.pth': text, 'tiny/b.py': '' }).hasPthCode).toBe(false);
});
