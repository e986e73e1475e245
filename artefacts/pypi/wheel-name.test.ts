import { expect, test } from 'vitest';
import { expandTags, isSameVersion, parseWheelName } from './wheel-name.ts';

test('takes the name of a wheel apart', () => {
  expect(parseWheelName('Zope_Interface-8.7-1build2-cp311-abi3-win_amd64.whl')).toEqual({
    name: 'zope-interface',
    version: '8.7',
    build: '1build2',
    tags: [{ python: 'cp311', abi: 'abi3', platform: 'win_amd64' }],
  });
});

test('gives every combination of tags', () => {
  const { tags = [], ...rest } =
    parseWheelName('six-1.17.0-py2.py3-none-manylinux1_x86_64.manylinux_2_5_x86_64.whl') ?? {};
  expect(rest).toEqual({ name: 'six', version: '1.17.0' });
  expect(tags.map(({ python, abi, platform }) => `${python} ${abi} ${platform}`)).toEqual([
    'py2 none manylinux1_x86_64',
    'py2 none manylinux_2_5_x86_64',
    'py3 none manylinux1_x86_64',
    'py3 none manylinux_2_5_x86_64',
  ]);
});

test.each([
  ['pytz-2026.6.post1-py3-none-any.whl', '2026.6.post1'],
  ['a-1!2.0-py3-none-any.whl', '1!2.0'],
  ['a-1.0+local_1-py3-none-any.whl', '1.0+local_1'],
  ['a-1.0_1-py3-none-any.whl', '1.0_1'],
  ['a-1.0rc1-py3-none-any.whl', '1.0rc1'],
])('reads the version of %s', (fileName, version) => {
  expect(parseWheelName(fileName)?.version).toBe(version);
});

test.each([
  'tiny-1.0.0.tar.gz',
  'tiny-1.0.0-py3-none-any.zip',
  'tiny-1.0.0-py3-none-any.WHL',
  'tiny-1.0.0-py3-none.whl',
  'tiny-1.0.0-x1-py3-none-any.whl',
  'tiny-1.0.0-1-2-py3-none-any.whl',
  'tiny-new-py3-none-any.whl',
  '-1.0.0-py3-none-any.whl',
  '_tiny-1.0.0-py3-none-any.whl',
  'tiny-1.0.0-py3..py2-none-any.whl',
  'tiny-1.0.0-py3-none-.whl',
  'tiny-1.0.0-py3-none-any.whl\n',
  '../tiny-1.0.0-py3-none-any.whl',
  'tiny-1.0.0-py3-none-a/b.whl',
])('takes %j for no name of a wheel', (fileName) => {
  expect(parseWheelName(fileName)).toBeUndefined();
});

test.each(['', 'py3', 'py3-none', 'py3-none-any-more', 'py3-none-', '-none-any'])('takes %j for no tags', (text) => {
  expect(expandTags(text)).toBeUndefined();
});

test('takes no more tags than the limit', () => {
  const ten = Array.from({ length: 10 }, (_, number) => `t${number}`).join('.');
  expect(expandTags(`${ten}-${ten}-${ten}`)).toHaveLength(1_000);
  expect(expandTags(`${ten}.more-${ten}-${ten}`)).toBeUndefined();
});

test.each([
  ['1.0', '1.0.0', true],
  ['1.0+a_1', '1.0+a.1', true],
  ['1.0_1', '1.0.post1', true],
  ['1.0RC1', '1.0rc1', true],
  ['1.0', '1.0.1', false],
  ['1.0', '1.0+a', false],
  ['1.0', '1!1.0', false],
  ['', '', false],
  ['new', 'new', false],
  ['1.0', 'new', false],
  ['new', '1.0', false],
])('says of the versions %s and %s that they are the same: %s', (one, other, same) => {
  expect(isSameVersion(one, other)).toBe(same);
});

test('takes no name that no file system takes: each tag multiplies the others', () => {
  const named = (length: number): string =>
    `${'x'.repeat(length - '-1.0-py3-none-any.whl'.length)}-1.0-py3-none-any.whl`;
  expect(parseWheelName(named(255))).toBeDefined();
  expect(parseWheelName(named(256))).toBeUndefined();
});
