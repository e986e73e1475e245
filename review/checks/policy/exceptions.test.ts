import { expect, test } from 'vitest';
import type { Problem } from '../../../core/problem.ts';
import type { Exception } from '../../../schemas/types.ts';
import { aPolicy } from '../../../test/support/statements.ts';
import { checkExceptions } from './exceptions.ts';

const exception = (change: Partial<Exception> = {}): Exception => ({
  rule: 'install-script',
  server: 'memory',
  artefact: 'npm:@example/memory',
  reason: 'it only updates a list',
  owner: 'security@example.com',
  expires: '2027-01-01',
  ...change,
});

const known = {
  rules: new Set(['install-script', 'malware', 'confusable-name']),
  servers: new Set(['memory', 'unreadable']),
  artefacts: new Map([['memory', 'npm:@example/memory']]),
};

const problemsOf = (given: Exception): Problem[] =>
  checkExceptions(
    {
      file: 'policy.yaml',
      value: aPolicy({ exceptions: [given] }),
      locate: (path) => ({ line: 1, column: path.length }),
    },
    known,
    '2026-11-21',
  );

const found = (change: Partial<Exception>): string[] =>
  problemsOf(exception(change)).map(({ code, message }) => `${code}: ${message}`);

test('has nothing against an exception that is still needed', () => {
  expect(found({})).toEqual([]);
});

test.each(['depd@1.1.2', '@example/a@1.0.0', 'axios@1.18.0 GHSA-aaaa-bbbb-cccc'])(
  'asks for no artefact where the subject is %s',
  (subject) => {
    const { artefact: _, ...without } = exception({ subject });
    expect(problemsOf(without)).toEqual([]);
  },
);

const integrity = `sha512-${'A'.repeat(86)}==`;

test('asks for neither server nor artefact where the bytes of a package are named', () => {
  const { artefact: _, server: __, ...without } = exception({ integrity, subject: 'depd@1.1.2' });
  expect(problemsOf(without)).toEqual([]);
});

test.each<[string, Partial<Exception>]>([
  ['a version of a package', { subject: 'depd@1.1.2' }],
  ['an artefact', { artefact: 'npm:@example/memory' }],
])('wants to know the server, or the bytes, where only %s is named', (_name, change) => {
  const { artefact: _, server: __, ...without } = exception();
  expect(problemsOf({ ...without, ...change })).toMatchObject([
    {
      code: 'exception-without-server',
      message:
        'the exception from install-script names neither a server nor the bytes of a package: it accepts nothing',
    },
  ]);
});

test.each<[string, Partial<Exception>]>([
  ['has no subject', {}],
  ['has a subject that another artefact may have too', { subject: '*:*' }],
])('wants to know the artefact, at the line of the exception, where it %s', (_name, change) => {
  const { artefact: _, ...without } = exception(change);
  expect(problemsOf(without)).toEqual([
    {
      code: 'exception-without-artefact',
      file: 'policy.yaml',
      line: 1,
      column: 3,
      message: 'the exception from install-script for memory does not say in which artefact: it accepts nothing',
      remedy: 'add `artefact: npm:@example/memory`, so that it ends when something else runs',
    },
  ]);
});

test('warns about an exception for an artefact that the server no longer runs', () => {
  expect(problemsOf(exception({ artefact: 'npm:@example/former' }))).toMatchObject([
    {
      code: 'exception-other-artefact',
      severity: 'warning',
      message:
        'the exception from install-script is for npm:@example/former, and memory is npm:@example/memory now: it accepts nothing',
    },
  ]);
});

test('does not check the artefact of a manifest that cannot be read', () => {
  expect(found({ server: 'unreadable' })).toEqual([]);
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
