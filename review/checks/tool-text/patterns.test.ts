import { readFile, readdir } from 'node:fs/promises';
import { isSafePattern } from 'redos-detector';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { maxPatternSearches, maxPatternSteps } from '../../../core/limits.ts';
import { shapeOf } from './pattern-shape.ts';
import { patternChecker, patternsOf } from './patterns.ts';

const judge = (source: string): string => {
  const found = patternChecker()(source);
  return found === undefined ? 'fine' : `${found.level} ${found.rule.replace('schema-pattern-', '')}`;
};

test.each([
  // The time doubles with each repetition.
  ['(a+)+$', 'block ambiguous'],
  ['^(a|a)*$', 'block ambiguous'],
  ['^(\\d+)*$', 'block ambiguous'],
  ['(x+x+)+y', 'block ambiguous'],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 'block ambiguous'],
  ['^(.*a){20}$', 'block ambiguous'],
  ['^.*.*(a+)+$', 'block ambiguous'],
  ['^(?=(a+)+$)a', 'block ambiguous'],
  ['^(?:(?<word>\\w+) ?)+$', 'block ambiguous'],
  ['^(\\p{L}*\\p{Lu}*)*$', 'block ambiguous'],
  // The time grows like a power of the length.
  ['^[^@]+@[^@]+\\.[^@]+$', 'note ambiguous'],
  ['[a-z]*'.repeat(12), 'review ambiguous'],
  // Expressions for mail addresses, host names and versions that libraries write into schemas.
  [
    "^(?!\\.)(?!.*\\.\\.)([A-Za-z0-9_'+\\-\\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$",
    'note ambiguous',
  ],
  ['^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$', 'note ambiguous'],
  ['^v?\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$', 'fine'],
  ['^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$', 'fine'],
  ['^https?:\\/\\/', 'fine'],
  ['^(.|\\n)+$', 'fine'],
  ['^(\\d{1,3},?){3}$', 'fine'],
  ['^(\\d{1,3},?){30}$', 'block ambiguous'],
  ['^[(+*]{1,2}\\(\\+$', 'fine'],
  // Expressions that cannot be judged are reported.
  ['^(?i:a)+$', 'review unjudged'],
  ['(a)(b)\\2+', 'review unjudged'],
  ['(', 'review invalid'],
])('judges %s: %s', (source, expected) => {
  expect(judge(source)).toBe(expected);
});

test.each([
  ['a{2,}b{0,61}c{4}d{1,3}e{2}', ['a+b*c{3}d{1,3}e{2}']],
  ['(?<year>\\d+)(?:x)', ['(?:\\d+)(?:x)']],
  ['^(?=.*a)+b(?<!c{9})$', ['^b$', '.*a', 'c{3}']],
  ['[\\p{L}\\d]\\p{N}\\P{Lu}', ['[A-Za-z\\d][0-9][^A-Z]']],
  ['\\([*+]\\+{x', ['\\([*+]\\+{x']],
])('simplifies %s to %j', (source, parts) => {
  expect(shapeOf(source).parts).toEqual(parts);
});

test('stops searching when the budget is spent, and reports the expressions that remain', () => {
  const checkNext = patternChecker();
  const found = Array.from({ length: 2_000 }, (_, index) => checkNext(`^x${index}[a-z]+$`));
  expect(found.filter((each) => each === undefined)).toHaveLength(maxPatternSearches);
  expect(found.filter((each) => each?.rule === 'schema-pattern-unjudged')).toHaveLength(2_000 - maxPatternSearches);
});

test('judges the same expression once', () => {
  const checkNext = patternChecker();
  const found = Array.from({ length: 2_000 }, () => checkNext('^[a-z]+$'));
  expect(found.filter((each) => each !== undefined)).toEqual([]);
});

test('the package that searches for ambiguity counts its steps', () => {
  expect(isSafePattern('^(?:(a|a)*(b|b)*)+$', { maxSteps: maxPatternSteps, timeout: Infinity })).toMatchObject({
    safe: false,
    error: 'hitMaxSteps',
  });
});

test('finds expressions wherever a schema has them, each once, and does not confuse them with a parameter called pattern', () => {
  const definition = {
    description: 'pattern',
    inputSchema: {
      properties: {
        pattern: { type: 'string', pattern: 'a' },
        list: { type: 'array', items: [{ anyOf: [{ pattern: 'b' }, { pattern: 'a' }] }] },
      },
      patternProperties: { '^c$': { pattern: 'd' } },
    },
    outputSchema: { additionalProperties: { pattern: 'e' } },
  };
  expect(patternsOf(definition)).toEqual([
    { where: 'inputSchema.properties.pattern.pattern', source: 'a' },
    { where: 'inputSchema.properties.list.items.0.anyOf.0.pattern', source: 'b' },
    { where: 'inputSchema.patternProperties.^c$', source: '^c$' },
    { where: 'inputSchema.patternProperties.^c$.pattern', source: 'd' },
    { where: 'outputSchema.additionalProperties.pattern', source: 'e' },
  ]);
});

test('our own expressions pass this check', async () => {
  const folder = new URL('./', import.meta.url);
  const own: string[] = [];
  for (const file of await readdir(folder)) {
    if (file.endsWith('.test.ts')) continue;
    const code = ts.createSourceFile(file, await readFile(new URL(file, folder), 'utf8'), ts.ScriptTarget.Latest);
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) own.push(node.text.slice(1, node.text.lastIndexOf('/')));
      node.forEachChild(visit);
    };
    visit(code);
  }
  expect(own.length).toBeGreaterThan(50);
  expect(own.map((source) => `${judge(source)} ${source}`).filter((line) => !/^(?:fine|note)/u.test(line))).toEqual([]);
});
