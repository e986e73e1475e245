import { expect, test } from 'vitest';
import { parseRequirement } from './requirement.ts';

test.each<[string, string, string[], string]>([
  ['httpx', 'httpx', [], ''],
  [' Zope.Interface_X >= 4 ', 'zope-interface-x', [], '>= 4'],
  ['httpx (>=0.27,<1)', 'httpx', [], '>=0.27,<1'],
  ['httpx[Http2, socks_proxy,]~=0.27', 'httpx', ['http2', 'socks-proxy'], '~=0.27'],
  ['a[]==1.*', 'a', [], '==1.*'],
  ['a===1.0+local', 'a', [], '===1.0+local'],
])('reads %j', (text, name, extras, range) => {
  expect(parseRequirement(text)).toEqual({ name, extras, range });
});

test('reads a marker with it', () => {
  expect(parseRequirement("a>1 ; python_version < '3.11'")?.marker).toMatchObject({ variable: 'python_version' });
  expect(parseRequirement('a>1;')?.marker).toBeUndefined();
});

test.each([
  ['a @ https://example.com/a-1.0-py3-none-any.whl'],
  ['a@file:///tmp/a.whl'],
  ['a[x] @ git+https://example.com/a'],
  ['https://example.com/a-1.0-py3-none-any.whl'],
  ['./a-1.0-py3-none-any.whl'],
  ['--index-url=https://example.com a'],
  ['-r requirements.txt'],
  ['a b'],
  ['a>=1 b'],
  ['a>=one'],
  ['a>=1,'],
  ['a (>=1'],
  ['_a'],
  [''],
])('takes %j for no version of a package', (text) => {
  expect(parseRequirement(text)).toBeUndefined();
});

test('takes no longer for a long one', () => {
  for (const text of [`${'a'.repeat(2_000)}@`, `a${' '.repeat(2_000)}@`, `a[${','.repeat(2_000)}`])
    expect(parseRequirement(text)).toBeUndefined();
});

test('refuses a marker that is none', () => {
  expect(() => parseRequirement('a; os.system("x")')).toThrow(expect.objectContaining({ code: 'E_FORMAT' }));
});
