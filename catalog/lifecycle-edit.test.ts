import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { LifecycleEntry } from '../schemas/types.ts';
import { withLifecycleEntry } from './lifecycle-edit.ts';

const entry: LifecycleEntry = { versions: '<1.2.0', state: 'revoked', since: '2026-11-02', reason: "It's broken: #1" };
const added = `  - versions: '<1.2.0'
    state: 'revoked'
    since: '2026-11-02'
    reason: 'It''s broken: #1'
`;

test.each<[string, string, string]>([
  ['none yet', 'name: x # a comment\n', `name: x # a comment\nlifecycle:\n${added}`],
  ['none yet, and no last line end', 'name: x', `name: x\nlifecycle:\n${added}`],
  [
    'entries at the end',
    "name: x\nlifecycle:\n  # why\n  - versions: '1'\n    state: deprecated # soon\n",
    `name: x\nlifecycle:\n  # why\n  - versions: '1'\n    state: deprecated # soon\n${added}`,
  ],
  [
    'entries in the middle, without indentation',
    "lifecycle:\n- versions: '1'\n\n# the rest\ntags: [a]\n",
    `lifecycle:\n- versions: '1'\n${added.replaceAll(/^ {2}/gmu, '')}\n# the rest\ntags: [a]\n`,
  ],
])('adds an entry where there are %s, and leaves the rest as it is', (_, before, after) => {
  expect(withLifecycleEntry(before, entry)).toBe(after);
});

test('writes a list on one line out, and an empty one too', () => {
  const one = withLifecycleEntry('lifecycle: [{ versions: "1", state: deprecated }]\ntags: [a]\n', entry);
  expect(parse(one)).toEqual({ lifecycle: [{ versions: '1', state: 'deprecated' }, entry], tags: ['a'] });
  expect(parse(withLifecycleEntry('lifecycle: []\nname: x\n', entry))).toEqual({ lifecycle: [entry], name: 'x' });
});

test('adds one after the other', () => {
  const twice = withLifecycleEntry(withLifecycleEntry('name: x\n', entry), { ...entry, versions: ['2.0'] });
  expect(parse(twice)).toEqual({ name: 'x', lifecycle: [entry, { ...entry, versions: ['2.0'] }] });
});

test('refuses what is no list', () => {
  expect(() => withLifecycleEntry('lifecycle: none\n', entry)).toThrow('lifecycle is no list');
});
