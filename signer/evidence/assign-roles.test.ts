import { expect, test } from 'vitest';
import { assignRoles } from './assign-roles.ts';

test('gives each role a person of its own, and changes an earlier choice for it', () => {
  const candidates = new Map([
    ['platform', ['alice', 'bob']],
    ['security', ['alice']],
    ['data-protection', ['bob', 'carol']],
  ]);
  expect(assignRoles(candidates)).toEqual(
    new Map([
      ['platform', 'bob'],
      ['security', 'alice'],
      ['data-protection', 'carol'],
    ]),
  );
});

test('counts nobody twice', () => {
  const candidates = new Map([
    ['platform', ['alice']],
    ['security', ['alice']],
  ]);
  expect(assignRoles(candidates)).toEqual({ unfilled: 'security' });
});
