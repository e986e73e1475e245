import { expect, test } from 'vitest';
import { reasonIn, variablesIn } from './last-words.ts';

const crash = (error: string): string => `/server/index.js:3
  throw new Error(text);
  ^

${error}
    at Object.<anonymous> (/server/index.js:3:9)
    at node:internal/main/run_main_module:33:47 {
  code: 'EKEY'
}

Node.js v24.21.0
`;

test.each([
  ['a crash of Node', crash('Error: API_KEY must begin with sk-'), 'Error: API_KEY must begin with sk-'],
  ['an error with a code', crash('TypeError [ERR_X]: no key'), 'TypeError [ERR_X]: no key'],
  [
    'an error of several lines',
    crash('ZodError: [\n  {\n    "path": ["API_KEY"],\n    "message": "Required"\n  }\n]'),
    'ZodError: [ "path": ["API_KEY"], "message": "Required"',
  ],
  ['words of its own', 'starting\nNOTION_TOKEN is required\nbye\n', 'NOTION_TOKEN is required bye'],
  ['words that name no error', 'starting\nno luck\n', 'no luck'],
  ['colours', '\u001b[31mError: no key\u001b[39m\n', 'Error: no key'],
])('finds the reason in %s', (_, words, reason) => {
  expect(reasonIn(words)).toBe(reason);
});

test.each(['', '\n \n', 'Node.js v24.21.0\n'])('finds none in %j', (words) => {
  expect(reasonIn(words)).toBeUndefined();
});

test('has a limited length', () => {
  expect(reasonIn(`Error: ${'x'.repeat(10_000)}`)).toHaveLength(500);
});

test('finds the names of variables, and no similar words', () => {
  expect([
    ...variablesIn('set NOTION_TOKEN or (A_B2), not ERR_MODULE_NOT_FOUND, EAI_AGAIN, HTTP, my_NAME_X or NOTION_TOKEN'),
  ]).toEqual(['NOTION_TOKEN', 'A_B2']);
  expect([...variablesIn("KeyError: 'PATH', KeyError: 'jira', HTTP")]).toEqual(['PATH']);
});
