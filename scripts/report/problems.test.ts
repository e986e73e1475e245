import { expect, test } from 'vitest';
import type { Problem } from '../../core/problem.ts';
import { problemLines } from './problems.ts';

const plain = (_: unknown, text: string): string => text;
const problem = (change: Partial<Problem> = {}): Problem => ({
  code: 'not-allowed',
  file: 'servers/a.yaml',
  line: 1,
  column: 4,
  message: 'x is y',
  remedy: 'write z',
  ...change,
});

test('says where, what, which lines and what to do, and counts', () => {
  expect(problemLines([problem(), problem({ line: 2, severity: 'warning' })], () => 'x: y\nz: a\n', plain)).toEqual([
    'servers/a.yaml:1:4: error: x is y [not-allowed]',
    '> 1 | x: y',
    '    |    ^',
    '  2 | z: a',
    '  3 |',
    '  write z',
    '',
    'servers/a.yaml:2:4: warning: x is y [not-allowed]',
    '  1 | x: y',
    '> 2 | z: a',
    '    |    ^',
    '  3 |',
    '  write z',
    '',
    '1 problem',
  ]);
});

test.each<[string, Problem, string | undefined]>([
  ['cannot be read', problem(), undefined],
  ['is shorter by now', problem({ line: 7 }), 'x: y\n'],
  ['is meant as a whole', { ...problem(), line: undefined } as unknown as Problem, 'x: y\n'],
])('shows no lines of a file that %s', (_, { line, ...rest }, text) => {
  const lines = problemLines([line === undefined ? rest : { ...rest, line }], () => text, plain);
  expect(lines).toHaveLength(4);
  expect(lines[1]).toBe('  write z');
});

test('says a problem of no file without a place', () => {
  const { line: _, column: __, ...rest } = problem({ file: '' });
  expect(problemLines([rest], () => 'x', plain)[0]).toBe(': error: x is y [not-allowed]');
});

test('is silent about nothing', () => {
  expect(problemLines([], () => '', plain)).toEqual([]);
});

test('reads each file once where its problems stand together', () => {
  const read: string[] = [];
  const asked = (file: string): string => {
    read.push(file);
    return 'x: y\n';
  };
  problemLines([problem(), problem(), problem({ file: 'b' })], asked, plain);
  expect(read).toEqual(['servers/a.yaml', 'b']);
});

test('shows no line of a file in which a credential stands', () => {
  const lines = problemLines(
    [problem(), problem({ code: 'secret', line: 2 }), problem({ file: 'b' })],
    (file) => (file === 'b' ? 'x: y\n' : 'x: y\nkey: hunter2\n'),
    plain,
  ).join('\n');
  expect(lines).not.toContain('hunter2');
  expect(lines).toContain('> 1 | x: y');
});

test('shows the lines of the first hundred problems', () => {
  const lines = problemLines(
    Array.from({ length: 120 }, () => problem()),
    () => 'x: y\n',
    plain,
  );
  expect(lines.filter((line) => line.startsWith('> 1 |'))).toHaveLength(100);
  expect(lines.filter((line) => line.includes('error:'))).toHaveLength(120);
});

test('escapes what comes from files, and colours only marks', () => {
  const colours: string[] = [];
  const paint = (colour: string, text: string): string => {
    colours.push(`${colour} ${text}`);
    return `<${text}>`;
  };
  const lines = problemLines([problem({ message: 'a\n::b', file: 'x\u202e.yaml' })], () => 'x: \u001b[31m\n', paint);
  expect(lines.slice(0, 3)).toEqual([
    String.raw`x\u{202e}.yaml:1:4: <error>: a\u{a}::b <[not-allowed]>`,
    String.raw`<>>< 1 |> x: \u{1b}[31m`,
    ' <   |><    ^>',
  ]);
  expect(colours).toContain('red error');
});
