import { expect, test } from 'vitest';
import { Failure } from '../core/failure.ts';
import { withRemedy } from './start-remedy.ts';

const remedyOf = (message: string): string => {
  const failure = new Failure('capture', `the server's tools could not be captured: ${message}`, 'check it');
  return withRemedy(failure, 'tiny', [], '/home/sandbox').remedy;
};

test.each([
  'httpx.ConnectError: [Errno -3] Temporary failure in name resolution',
  'httpx.ConnectError: All connection attempts failed',
  'OSError: [Errno -2] Name or service not known',
  'Max retries exceeded with url: /v1/tools',
  'TypeError: fetch failed',
])('knows a server without a network by its words: %s', (words) => {
  expect(remedyOf(`it ended with 1: ${words}`)).toContain('run `registry lock tiny --network`');
});

test('says of a server that is silent that it may need time', () => {
  expect(remedyOf('no answer to initialize in 20 s, and wrote nothing')).toMatch(/^where it is a large program/u);
  expect(remedyOf('no answer to initialize in 20 s: give me a key')).toMatch(/^write what it asks for/u);
});
