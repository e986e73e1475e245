import { expect, test } from 'vitest';
import { maxChallengeLength } from '../../core/limits.ts';
import { challengeIn, type Challenge } from './challenge.ts';

test.each<[string | null, Challenge]>([
  [null, {}],
  ['', {}],
  ['Basic realm="x"', {}],
  ['Bearer', {}],
  ['Bearer resource_metadata="https://a.example/x"', { resourceMetadata: 'https://a.example/x' }],
  ['bearer Error=insufficient_scope , scope="a b"', { error: 'insufficient_scope', scope: 'a b' }],
  [
    'Basic realm="a", Bearer error="invalid_token", error_description="no, \\"not\\" error=x"',
    { error: 'invalid_token' },
  ],
  ['Bearer scope="a\u0000b", error="<b>"', {}],
  [`Bearer error=x${' '.repeat(maxChallengeLength)}`, {}],
])('reads %j', (header, challenge) => {
  expect(challengeIn(header)).toEqual(challenge);
});
