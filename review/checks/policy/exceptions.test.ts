import { expect, test } from 'vitest';
import type { Exception } from '../../../schemas/types.ts';
import { aPolicy } from '../../../test/support/statements.ts';
import { checkExceptions } from './exceptions.ts';

const exception = (change: Partial<Exception> = {}): Exception => ({
  rule: 'install-script',
  server: 'memory',
  reason: 'it only updates a list',
  owner: 'security@example.com',
  expires: '2027-01-01',
  ...change,
});

const known = { rules: new Set(['install-script', 'malware']), servers: new Set(['memory']) };

const found = (change: Partial<Exception>): string[] =>
  checkExceptions(
    {
      file: 'policy.yaml',
      value: aPolicy({ exceptions: [exception(change)] }),
      locate: (path) => ({ line: 1, column: path.length }),
    },
    known,
    '2026-11-21',
  ).map(({ code, message }) => `${code}: ${message}`);

test('has nothing against an exception that is still needed', () => {
  expect(found({})).toEqual([]);
});

test.each<[Partial<Exception>, string]>([
  [
    { expires: '2026-11-21' },
    'exception-expired: the exception from install-script for memory has not been valid since 2026-11-21',
  ],
  [{ rule: 'instal-script' }, 'exception-unknown-rule: there is no rule instal-script (did you mean install-script?)'],
  [{ rule: 'malware' }, 'exception-from-malware: malware is never accepted'],
  [{ server: 'memmory' }, 'exception-unknown-server: there is no server memmory (did you mean memory?)'],
])('finds what is wrong with an exception: %o', (change, expected) => {
  expect(found(change)).toEqual([expected]);
});
