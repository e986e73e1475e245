import { expect, test } from 'vitest';
import { readPackageQuery } from './package-query.ts';

const both = ['npm', 'pypi'] as const;

test.each([
  ['lodash', 'lodash', '*', both],
  ['@scope/name', '@scope/name', '*', both],
  ['@scope/name@^1.2.0', '@scope/name', '^1.2.0', ['npm']],
  ['lodash@*', 'lodash', '*', both],
  ['lodash@<4.17.21', 'lodash', '<4.17.21', both],
  ['lodash@>=1 <2', 'lodash', '>=1 <2', ['npm']],
  ['httpx@0.28.1', 'httpx', '0.28.1', both],
  ['httpx@>=0.27,<0.28', 'httpx', '>=0.27,<0.28', ['pypi']],
  ['httpx==0.28.1', 'httpx', '==0.28.1', ['pypi']],
  ['httpx<0.28', 'httpx', '<0.28', ['pypi']],
  ['httpx >= 0.27, < 0.28', 'httpx', '>= 0.27, < 0.28', ['pypi']],
  ['httpx~=0.27', 'httpx', '~=0.27', ['pypi']],
  ['httpx!=0.28.1', 'httpx', '!=0.28.1', ['pypi']],
  ['httpx===0.28.1', 'httpx', '===0.28.1', ['pypi']],
])('reads %j', (text, name, range, types) => {
  expect(readPackageQuery(text)).toMatchObject({ name, range, types });
});

test('knows which registries cannot read a range that was meant for all', () => {
  expect(readPackageQuery('a@^1.0.0')).toMatchObject({ types: ['npm'], unread: ['pypi'] });
  expect(readPackageQuery('a@~=1.0')).toMatchObject({ types: both, unread: [] });
  expect(readPackageQuery('a==1.0')).toMatchObject({ types: ['pypi'], unread: [] });
});

test.each(['', '@', 'a@', 'a@ ', 'a@newest', 'a==', 'a==newest', 'a>', '@scope/name@', '<1'])(
  'takes %j for no question about a package',
  (text) => {
    expect(readPackageQuery(text)).toBeUndefined();
  },
);
