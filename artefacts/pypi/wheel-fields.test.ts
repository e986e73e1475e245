import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { descriptionIn, readFields } from './wheel-fields.ts';

const fieldsOf = (text: string): Record<string, readonly string[]> => Object.fromEntries(readFields(Buffer.from(text)));

const samples: readonly (readonly [string, string])[] = [
  ['fields', 'Name: tiny\nVersion:1.0.0\n'],
  ['the line ends of Windows', 'Name: tiny\r\nLicense: MIT\r\n\r\nText: x\r\n'],
  ['the line ends of old systems', 'Name: tiny\rVersion: 1\r\rText: x'],
  ['names in any case', 'NAME: tiny\nversion: 1\n'],
  ['a field several times', 'Classifier: a\nName: tiny\nclassifier: b\n'],
  ['a value on several lines', 'License: first\n        second\n\tthird\nName: tiny\n'],
  ['an empty line inside a value', 'License: first\n        \n        second\nName: tiny\n'],
  ['no value', 'Name:\nVersion: 1\n'],
  ['colons in values', 'Project-URL: Home, https://example.com/\n'],
  ['text after the fields', 'Name: tiny\n\nVersion: 1\n'],
  ['a line that is no field', 'Name: tiny\nLicense: first\nsecond line\nVersion: 1\n'],
  ['a name with a space', 'Name: tiny\nMy Name: x\nVersion: 1\n'],
  ['letters of any language', 'Name: tiny\nAuthor: J\u00fcrgen \u65e5\u672c\n'],
  ['nothing', ''],
  ['text alone', '\nName: tiny\n'],
];

test.each([
  ['Name: tiny\nClassifier: a\nclassifier: b\n\nName: x\n', { name: ['tiny'], classifier: ['a', 'b'] }],
  ['License: first\n        second\nName: tiny\n', { license: ['first\nsecond'], name: ['tiny'] }],
  ['Name: tiny\nno field\nVersion: 1\n', { name: ['tiny'] }],
  ['  continued\nName: tiny\n', {}],
])('reads the fields of %j', (text, fields) => {
  expect(fieldsOf(text)).toEqual(fields);
});

test('reads fields as Python reads them', (context) => {
  const program = `
import email, json, sys
parsed = [email.message_from_string(text) for text in json.load(sys.stdin.buffer)]
fields = [[[name.lower(), str(value)] for name, value in each.raw_items()] for each in parsed]
json.dump(fields, sys.stdout)
`;
  const { error, status, stdout } = spawnSync('python3', ['-I', '-c', program], {
    encoding: 'utf8',
    input: JSON.stringify(samples.map(([, text]) => text)),
  });
  if (error !== undefined) context.skip('fields are not compared with those of Python: python3 not found');
  expect(status).toBe(0);
  const byPython = JSON.parse(stdout) as [string, string][][];
  const plain = (value: string): string =>
    value
      .split(/\r\n|\r|\n/u)
      .map((line) => line.trim())
      .join('\n')
      .trim();
  for (const [index, [what, text]] of samples.entries()) {
    const expected = new Map<string, string[]>();
    for (const [name, value] of byPython[index] ?? [])
      expected.set(name, [...(expected.get(name) ?? []), plain(value)]);
    expect(
      Object.fromEntries([...readFields(Buffer.from(text))].map(([name, values]) => [name, values.map(plain)])),
      what,
    ).toEqual(Object.fromEntries(expected));
  }
});

test.each([
  ['behind the header', 'Name: notes\n\n# Notes\n\nReads.\n', '# Notes\n\nReads.'],
  ['behind the header of another system', 'Name: notes\r\n\r\n# Notes\r\n', '# Notes'],
  ['in a field', 'Name: notes\nDescription: # Notes\n  Reads.\nVersion: 1\n', '# Notes\nReads.'],
  ['nowhere', 'Name: notes\n', ''],
])('finds the description %s', (_, text, description) => {
  expect(descriptionIn(Buffer.from(text))).toBe(description);
});
