import { expect, test } from 'vitest';
import { JsonError, parseJson } from './json.ts';

const parse = (text: string): unknown => parseJson(Buffer.from(text, 'utf8'));
const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);

test.each([
  ['at the top', '{"a":1,"a":2}', 7],
  ['inside an object', '{"x":{"a":1,"a":2}}', 12],
  ['inside a list in a list', '[[{"a":1,"b":2,"a":3}]]', 15],
  ['after an inner object that has it too', '{"a":{"a":1},"b":2,"a":3}', 19],
  ['where one of them is escaped', '{"a":1,"\\u0061":2}', 7],
  ['where both are escaped in their own way', '{"\\/":1,"\\u002f":2}', 8],
  ['before a colon after white space', '{"a" \n\t: 1, "a"\r\n:2}', 12],
  ['where the key is empty', '{"":1,"":2}', 6],
  ['where the key is __proto__', '{"__proto__":1,"__proto__":2}', 15],
])('refuses a key that stands there twice %s, and says where', (_, text, offset) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ name: 'JsonError', offset }));
  expect(() => parse(text)).toThrow(/^the key ".*" twice$/u);
});

test.each([
  ['in two objects beside each other', '[{"a":1},{"a":2}]'],
  ['in an object and one inside it', '{"a":{"a":{"a":1}}}'],
  ['as a key and as a value', '{"a":"a","b":"a"}'],
  ['with a colon inside the strings', '{"a:":"\\":\\"","a":":","b":"{\\"a\\":1,\\"a\\":2}"}'],
  ['as differently composed characters', '{"\u00e9":1,"e\u0301":2}'],
  ['with brackets inside strings', '{"a":"}]{[","b":"\\\\"}'],
])('accepts one key %s', (_, text) => {
  expect(parse(text)).toEqual(JSON.parse(text));
});

test('says the key in a message, but never a long one whole', () => {
  const key = 'k'.repeat(5000);
  expect(() => parse(`{"${key}":1,"${key}":2}`)).toThrow(`the key "${'k'.repeat(80)}" twice`);
});

test.each(['"\\ud800"', '"\\udc00"', '["\\ud83d x"]', '{"\\udfff":1}', '"\\ud83d\\ud83d\\ude00"'])(
  'refuses half of a surrogate pair: %s',
  (text) => {
    expect(() => parse(text)).toThrow('half of a surrogate pair');
  },
);

test('accepts whole surrogate pairs, escaped or not', () => {
  expect(parse('["\\ud83d\\ude00","😀"]')).toEqual(['😀', '😀']);
});

test.each([
  ['2^53', '9007199254740992'],
  ['-2^53', '-9007199254740992'],
  ['an integer that a double rounds', '[123456789012345678901]'],
  ['a large integer as a power', '{"n":1e20}'],
  ['a number beyond all doubles', '1e999'],
  ['a negative one', '-1e999'],
])('refuses %s', (_, text) => {
  expect(() => parse(text)).toThrow('a number that a double cannot hold');
});

test.each([
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['-9007199254740991', Number.MIN_SAFE_INTEGER],
  ['-0', -0],
  ['1.5e-3', 0.0015],
  ['0.1', 0.1],
  ['"9007199254740993"', '9007199254740993'],
])('accepts %s', (text, value) => {
  expect(parse(text)).toBe(value);
});

test.each([
  ['lists', '[', ']'],
  ['objects', '{"a":', '}'],
])('accepts %s nested 64 deep and refuses 65', (_, open, close) => {
  const at = (depth: number): string => open.repeat(depth - 1) + (open === '[' ? '[]' : '{}') + close.repeat(depth - 1);
  // Spaces are nothing that serializing gives.
  for (const before of ['', ' ']) {
    expect(parse(before + at(64))).toEqual(JSON.parse(at(64)));
    expect(() => parse(before + at(65))).toThrow('nested more than 64 deep');
  }
});

test('counts what is open, not what was opened', () => {
  expect(parse(`[${Array.from({ length: 200 }, () => '{"a":[]}').join(',')}]`)).toHaveLength(200);
});

test('refuses nesting that no stack would hold', () => {
  expect(() => parse(nested(100_000, '[', ']'))).toThrow(JsonError);
});

test.each([
  ['a byte order mark', Buffer.from('\ufeff{}'), 'not JSON: it begins with a byte order mark'],
  ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'not UTF-8'],
  ['a cut sequence', Buffer.from([0x22, 0xe2, 0x82, 0x22]), 'not UTF-8'],
  ['an encoded surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'not UTF-8'],
  ['UTF-16', Buffer.from('{}', 'utf16le'), 'not JSON'],
  ['nothing', Buffer.alloc(0), 'not JSON'],
  ['a comment', Buffer.from('{} // x'), 'not JSON'],
  ['a second value', Buffer.from('{}{}'), 'not JSON'],
  ['a trailing comma', Buffer.from('[1,]'), 'not JSON'],
  ['NaN', Buffer.from('NaN'), 'not JSON'],
])('refuses %s', (_, bytes, message) => {
  expect(() => parseJson(bytes)).toThrow(expect.objectContaining({ name: 'JsonError', message }));
});

test('keeps __proto__ and constructor as keys of their own', () => {
  const value = parse('{"__proto__":{"polluted":true},"constructor":1}') as object;
  expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect('polluted' in value).toBe(false);
});

/** mulberry32: the same numbers from 0 to 1 in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const alphabet = [
  'a',
  'b',
  '"',
  '\\',
  ':',
  '{',
  '}',
  '[',
  ']',
  ',',
  '\n',
  '\u0000',
  '\u2028',
  'é',
  '😀',
  ' ',
  '1',
  'e',
];

function anyString(next: () => number): string {
  return Array.from({ length: Math.floor(next() * 8) }, () => alphabet[Math.floor(next() * alphabet.length)]).join('');
}

function anyValue(next: () => number, depth: number): unknown {
  const count = Math.floor(next() * 4);
  switch (Math.floor(next() * (depth === 0 ? 5 : 7))) {
    case 0:
      return null;
    case 1:
      return next() < 0.5;
    case 2:
      return Math.floor((next() - 0.5) * 2 ** 54);
    case 3:
      return (next() - 0.5) * 10 ** Math.floor(next() * 30 - 15) + 0.5;
    case 4:
      return anyString(next);
    case 5:
      return Array.from({ length: count }, () => anyValue(next, depth - 1));
    default:
      return Object.fromEntries(Array.from({ length: count }, () => [anyString(next), anyValue(next, depth - 1)]));
  }
}

test('reads back every value that is written as JSON, however it is spaced', () => {
  const next = random(20_261_120);
  for (let round = 0; round < 2000; round++) {
    const value = anyValue(next, 5);
    const text = `${JSON.stringify(value, null, round % 3)}${round % 2 === 0 ? '' : '\n'}`;
    let read: unknown;
    try {
      read = parse(text);
    } catch (error) {
      throw new Error(`round ${round}: ${text}`, { cause: error });
    }
    expect(read).toEqual(value);
  }
});

/** As generated files are laid out. */
const laidOut = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const deep = (depth: number): unknown => (depth === 0 ? 1 : { a: deep(depth - 1) });

test.each([
  ['an integer that a double rounds', { a: 2 ** 53 }, 'a number that a double cannot hold'],
  ['a large integer as a power', [1e21], 'a number that a double cannot hold'],
  ['half of a surrogate pair', { a: '\ud800' }, 'half of a surrogate pair'],
  ['half of one in a key', { '\udc00': 1 }, 'half of a surrogate pair'],
  ['nesting beyond the limit', deep(65), 'nested more than 64 deep'],
])('refuses %s, though the file is as generated files are', (_, value, message) => {
  for (const text of [laidOut(value), JSON.stringify(value)]) expect(() => parse(text)).toThrow(message);
});

test.each([[deep(64)], [{ a: Number.MAX_SAFE_INTEGER }], [{ a: 0.1, b: -1.5e-7 }], ['\\ud800'], [{}], [[]]])(
  'accepts %j as generated files are laid out',
  (value) => {
    expect(parse(laidOut(value))).toEqual(value);
  },
);

test('refuses every object of which one key is repeated', () => {
  const next = random(7);
  for (let round = 0; round < 500; round++) {
    const key = JSON.stringify(anyString(next));
    const [a, b, c] = Array.from({ length: 3 }, () => JSON.stringify(anyValue(next, 2)));
    expect(() => parse(`{${key}:${a},"between":${b},${key}:${c}}`)).toThrow(JsonError);
  }
});
