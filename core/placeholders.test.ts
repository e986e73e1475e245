import { expect, test } from 'vitest';
import { expandPlaceholders, placeholderName, placeholdersIn } from './placeholders.ts';

test.each([
  ['--url=https://${HOST}:${PORT}/', ['HOST', 'PORT']],
  ['$HOST {HOST} ${HOST', []],
  ['${}', ['']],
  ['${${a}}', ['${a']],
])('finds the placeholders of %s', (text, names) => {
  expect(placeholdersIn(text)).toEqual(names);
});

test('replaces each once: a value that looks like a placeholder stays as it is', () => {
  const values = new Map([
    ['a', '${b} $& $1'],
    ['b', 'no'],
  ]);
  expect(expandPlaceholders('${a}-${a}', (name) => values.get(name) ?? '')).toBe('${b} $& $1-${b} $& $1');
});

test('takes the hyphens from an option', () => {
  expect([placeholderName('--log-level'), placeholderName('HOST')]).toEqual(['log-level', 'HOST']);
});
