import { expect, test } from 'vitest';
import { isCached } from './wheel-files.ts';

const paths = new Set(['a/b.py', 'top.py']);

test.each(['a/__pycache__/b.cpython-311.pyc', 'a/__pycache__/b.cpython-310.opt-2.pyc', '__pycache__/top.pypy-73.pyc'])(
  'takes %s for what Python compiled of the source beside it',
  (path) => expect(isCached(path, paths)).toBe(true),
);

test.each([
  ['without its source', 'a/__pycache__/c.cpython-311.pyc'],
  ['with its source elsewhere', 'b/__pycache__/top.cpython-311.pyc'],
  ['that Python runs without a source', 'a/b.pyc'],
  ['that is no cache', 'a/__pycache__/b.py'],
  ['that is native code', 'a/__pycache__/b.cpython-311.so'],
  ['without the name of a Python', 'a/__pycache__/b.pyc'],
  ['in a folder that only looks like it', 'a/x__pycache__/b.cpython-311.pyc'],
  ['in capitals', 'a/__PYCACHE__/b.cpython-311.pyc'],
  ['further down', 'a/__pycache__/x/b.cpython-311.pyc'],
])('does not take a file %s for one', (_, path) => {
  expect(isCached(path, paths)).toBe(false);
});
