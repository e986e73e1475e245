import { expect, test } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { argumentsDigest, outcomeOf } from './event.ts';

test('tells a refusal from a failure', () => {
  expect(outcomeOf(new Refusal('E_REVOKED', 'it is revoked', 'run another'))).toEqual({
    outcome: 'refused',
    code: 'E_REVOKED',
    message: 'it is revoked',
  });
  expect(outcomeOf(new Failure('network', 'no network', 'try again'))).toEqual({
    outcome: 'failed',
    message: 'no network',
  });
  expect(outcomeOf('a word')).toEqual({ outcome: 'failed', message: 'a word' });
});

test('gives the same arguments the same digest, in whatever order they came', () => {
  expect(argumentsDigest({ a: 1, b: [2] })).toBe(argumentsDigest({ b: [2], a: 1 }));
  expect(argumentsDigest({ a: 1 })).not.toBe(argumentsDigest({ a: '1' }));
});
