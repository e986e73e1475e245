import { expect, test } from 'vitest';
import { didYouMean, nearest } from './did-you-mean.ts';

test.each([
  ['maintaner', ['maintainer', 'name'], 'maintainer'],
  ['NAME', ['maintainer', 'name'], 'name'],
  ['comand', ['comment', 'command'], 'command'],
  ['ab', ['abcd', 'abc'], 'abc'],
  ['x', ['y', 'z'], 'y'],
  ['filesytem', ['filesystem'], 'filesystem'],
  ['', ['ab'], 'ab'],
])('of %j and %j the nearest is %s', (word, candidates, found) => {
  expect(nearest(word, candidates)).toBe(found);
});

test.each([
  ['postgres', ['mysql', 'sqlite']],
  ['ab', ['wxyz']],
  ['anything', []],
  ['abc', ['abcdef']],
  ['abcdefghi', ['xxxxefghi']],
])('finds nothing near %j in %j', (word, candidates) => {
  expect(nearest(word, candidates)).toBeUndefined();
  expect(didYouMean(word, candidates)).toBe('');
});

test('tolerates one change in three letters of a long word', () => {
  expect(nearest('abcdefghi', ['xxxdefghi'])).toBe('xxxdefghi');
});

test('asks in words', () => {
  expect(didYouMean('postgers', new Set(['postgres']))).toBe(' (did you mean postgres?)');
});
