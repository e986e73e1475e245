import { expect, test } from 'vitest';
import { asProblem, hasErrors, inOrder, type Problem } from './problem.ts';

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

test.each([
  ['E_SCHEMA_VERSION', 'lock-schema-version'],
  ['no-dates', 'no-dates'],
])('turns the code %s into %s', (code, expected) => {
  const thrown = { code, message: 'it is wrong', remedy: 'fix it' };
  expect(asProblem(thrown, 'lock', 'servers/a.lock.json')).toEqual({
    ...thrown,
    code: expected,
    file: 'servers/a.lock.json',
  });
});
