import { expect, test } from 'vitest';
import { canonicalJson, reviewableJson, sameJson } from './canonical.ts';

const canonical = (value: unknown): string => Buffer.from(canonicalJson(value)).toString('utf8');

test('writes the example of RFC 8785, 3.2.3, byte for byte', () => {
  const value = {
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000f\u000aA\u0027\u0042\u0022\u005c\\\u0022/',
    literals: [null, true, false],
  };
  expect(canonical(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('sorts keys by UTF-16 units, as in RFC 8785, 3.2.3', () => {
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  expect(Object.values(JSON.parse(canonical(value)) as object)).toEqual([
    'One', // A number-like key, which JSON.parse puts first; in the text it stands second.
    'Carriage Return',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ]);
  expect(canonical(value).startsWith('{"\\r":"Carriage Return","1":"One",')).toBe(true);
});

// RFC 8785, appendix B.
test.each([
  [0, '0'],
  [-0, '0'],
  [5e-324, '5e-324'],
  [1.7976931348623157e308, '1.7976931348623157e+308'],
  [9007199254740992, '9007199254740992'],
  [295147905179352830000, '295147905179352830000'],
  [9.999999999999997e22, '9.999999999999997e+22'],
  [1e23, '1e+23'],
  [999999999999999700000, '999999999999999700000'],
  [1e21, '1e+21'],
  [0.000001, '0.000001'],
  [9.999999999999997e-7, '9.999999999999997e-7'],
  [333333333.3333332, '333333333.3333332'],
])('writes the number %d as %s', (number, text) => {
  expect(canonical(number)).toBe(text);
});

test.each([Number.NaN, Infinity, -Infinity])('refuses %d', (number) => {
  expect(() => canonicalJson({ number })).toThrow(Error);
});

test.each([undefined, () => undefined, Symbol('x')])('refuses what is no JSON value', (value) => {
  expect(() => canonicalJson(value)).toThrow(TypeError);
});

test('leaves out what is undefined, so that an absent field and an undefined one are the same', () => {
  expect(canonical({ a: undefined, b: 1 })).toBe('{"b":1}');
});

test('gives the same bytes whatever the order of keys at any depth', () => {
  expect(canonical([{ b: { d: 1, c: 2 }, a: 3 }])).toBe(canonical([{ a: 3, b: { c: 2, d: 1 } }]));
});

test('keeps the order of lists and the composition of characters', () => {
  expect(canonical(['b', 'a'])).toBe('["b","a"]');
  expect(canonical('\u00e9')).not.toBe(canonical('e\u0301'));
});

test('writes for review with sorted keys, two spaces and a final newline', () => {
  const text = Buffer.from(reviewableJson({ b: [1, { z: 1, y: null }], a: 'é' })).toString('utf8');
  expect(text).toBe(`{
  "a": "é",
  "b": [
    1,
    {
      "y": null,
      "z": 1
    }
  ]
}
`);
});

test.each(['{"1":{"b":1,"a":2},"a":[{"d":1,"c":2}]}', '{"2":1,"10":2}', '{"a":{"b":1},"b":[{"c":1,"d":2}]}'])(
  'writes %s for review as any other value that has the same fields',
  (text) => {
    const value: unknown = JSON.parse(text);
    const turned: unknown = JSON.parse(text, (_, item: unknown) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).toReversed())
        : item,
    );
    expect(reviewableJson(value)).toEqual(reviewableJson(turned));
    expect(JSON.parse(Buffer.from(reviewableJson(value)).toString('utf8'))).toEqual(value);
  },
);

test('keeps a key named __proto__ when writing for review', () => {
  const value: unknown = JSON.parse('{"a":1,"__proto__":{"b":2}}');
  expect(JSON.parse(Buffer.from(reviewableJson(value)).toString('utf8'))).toEqual(value);
  expect(Buffer.from(reviewableJson(value)).toString('utf8')).toContain('"__proto__"');
});

test.each([
  { a: { x: 1, y: [2] }, b: { y: [2], x: 1 }, same: true },
  { a: [1, 2], b: [2, 1], same: false },
  { a: { x: 1 }, b: { x: 1, y: null }, same: false },
  { a: undefined, b: undefined, same: true },
  { a: undefined, b: null, same: false },
])('compares $a with $b', ({ a, b, same }) => {
  expect(sameJson(a, b)).toBe(same);
});
