import { expect, test } from 'vitest';
import type { Problem } from '../../core/problem.ts';
import { annotationLines } from './annotations.ts';

const problem = (change: Partial<Problem> = {}): Problem => ({
  code: 'not-allowed',
  file: 'servers/a.yaml',
  line: 3,
  column: 5,
  message: 'x is y',
  remedy: 'write z',
  ...change,
});

test('gives one command for each problem, errors first', () => {
  expect(annotationLines([problem({ severity: 'warning' }), problem({ line: 7 })])).toEqual([
    '::error file=servers/a.yaml,line=7,endLine=7,col=5,title=not-allowed::x is y%0Awrite z',
    '::warning file=servers/a.yaml,line=3,endLine=3,col=5,title=not-allowed::x is y%0Awrite z',
  ]);
});

test('leaves out the place that a problem does not have', () => {
  const { line: _, column: __, ...whole } = problem();
  expect(annotationLines([whole, { ...whole, file: '' }])).toEqual([
    '::error file=servers/a.yaml,title=not-allowed::x is y%0Awrite z',
    '::error title=not-allowed::x is y%0Awrite z',
  ]);
});

/** As GitHub's runner takes a line apart. */
function parsed(line: string): { command: string; properties: Record<string, string>; message: string } {
  const {
    command = '',
    words = '',
    data = '',
  } = /^::(?<command>\w+) (?<words>.*?)::(?<data>.*)$/su.exec(line)?.groups ?? {};
  const undone = (text: string): string => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  const properties = words.split(',').map((word) => {
    const [name, value] = [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)];
    return [name, undone(value.replaceAll('%3A', ':').replaceAll('%2C', ','))];
  });
  return { command, properties: Object.fromEntries(properties) as Record<string, string>, message: undone(data) };
}

test.each([
  ['a line end', 'a\n::error::forged'],
  ['a carriage return', 'a\r::error::forged'],
  ['the separator of commands', 'a::b,title=c::d'],
  ['percent codes', '100%0A %25 %2C'],
  ['a comma and a colon', 'a,line=1:b'],
  ['the older form of commands', 'a ##[set-env name=x]y'],
  ['a bidirectional override', 'a\u202eb'],
])('lets no text with %s out of its place', (_, hostile) => {
  const lines = annotationLines([problem({ file: `servers/${hostile}`, message: hostile, remedy: hostile })]);
  expect(lines).toHaveLength(1);
  const [line = ''] = lines;
  expect(line).not.toMatch(/[\r\n\u202e]|##\[/u);
  const { command, properties, message } = parsed(line);
  expect(command).toBe('error');
  expect(Object.keys(properties)).toEqual(['file', 'line', 'endLine', 'col', 'title']);
  expect(properties).toMatchObject({ line: '3', title: 'not-allowed' });
  expect(message.split('\n')).toHaveLength(2);
});

test('counts them first where GitHub would not show all, and gives each all the same', () => {
  const many = Array.from({ length: 11 }, (_, index) =>
    problem({ file: `servers/${index % 2}.yaml`, code: index === 0 ? 'secret' : 'unlocked' }),
  );
  const lines = annotationLines(many);
  expect(lines).toHaveLength(12);
  expect(lines[0]).toBe(
    '::error title=11 problems in 2 files::GitHub shows 10 of them; the log of this step has them all%0Aunlocked: 10%0Asecret: 1',
  );
  expect(annotationLines(many.slice(1))).toHaveLength(10);
});
