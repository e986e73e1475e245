import { expect, test } from 'vitest';
import { hasErrors, inOrder, type Problem } from './problem.ts';

const problem = (change: Partial<Problem>): Problem => ({ code: 'x', file: 'a', message: '', remedy: '', ...change });

test('orders by file, line, column and code, and leaves the list as it is', () => {
  const expected = [
    problem({ file: 'a' }),
    problem({ file: 'a', line: 2, column: 1, code: 'a' }),
    problem({ file: 'a', line: 2, column: 1, code: 'b' }),
    problem({ file: 'a', line: 2, column: 10 }),
    problem({ file: 'a', line: 10, column: 1 }),
    problem({ file: 'b', line: 1 }),
  ];
  const shuffled = [3, 5, 1, 0, 4, 2].flatMap((index) => expected[index] ?? []);
  const before = [...shuffled];
  expect(inOrder(shuffled)).toEqual(expected);
  expect(shuffled).toEqual(before);
});

test('fails for an error and not for warnings', () => {
  expect(hasErrors([])).toBe(false);
  expect(hasErrors([problem({ severity: 'warning' })])).toBe(false);
  expect(hasErrors([problem({ severity: 'warning' }), problem({})])).toBe(true);
});
