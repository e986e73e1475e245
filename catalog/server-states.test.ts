import { expect, test } from 'vitest';
import type { ChangedPath } from './objects/changed-paths.ts';
import type { Mode } from './objects/tree.ts';
import { ServerStates } from './server-states.ts';
import { storedLines } from './stored-lines.ts';

const id = (digit: string): string => digit.repeat(40);
const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 20, hour));
const file = (path: string, digit?: string, mode: Mode = '100644'): ChangedPath => ({
  path,
  ...(digit !== undefined && { after: { mode, id: id(digit) } }),
});

/** The states, as name, commit, manifest and lock. */
const shown = (states: ServerStates): string[] =>
  states.all.map(({ name, commit, manifest, lock }) => [name, commit[0], manifest[0], lock[0]].join(' '));

function example(): ServerStates {
  const states = new ServerStates();
  states.add({ id: id('a'), committedAt: at(1) }, [file('servers/x.yaml', '1')]);
  states.add({ id: id('b'), committedAt: at(2) }, [file('servers/x.lock.json', '2'), file('README.md', '9')]);
  states.add({ id: id('c'), committedAt: at(3) }, [file('servers/x.yaml', '3'), file('servers/y.yaml', '4')]);
  return states;
}

test('a server has a state once it has a manifest and a lock, and another with each change of one of them', () => {
  expect(shown(example())).toEqual(['x b 1 2', 'x c 3 2']);
  expect([...example().current]).toEqual([
    ['x', { manifest: id('3'), lock: id('2') }],
    ['y', { manifest: id('4') }],
  ]);
});

test('what was deleted is no longer current, and stays in the past', () => {
  const states = example();
  states.add({ id: id('d'), committedAt: at(4) }, [file('servers/x.yaml'), file('servers/x.lock.json')]);
  expect([...states.current.keys()]).toEqual(['y']);
  expect(shown(states)).toEqual(['x b 1 2', 'x c 3 2']);
});

test.each<[string, Mode]>([
  ['a link', '120000'],
  ['the commit of another repository', '160000'],
])('%s in place of a file is no file of a server', (_, mode) => {
  const states = example();
  states.add({ id: id('d'), committedAt: at(4) }, [file('servers/x.lock.json', '5', mode)]);
  expect(states.current.get('x')).toEqual({ manifest: id('3') });
  expect(shown(states)).toHaveLength(2);
});

test('files in folders of servers/ belong to no server', () => {
  const states = new ServerStates();
  states.add({ id: id('a'), committedAt: at(1) }, [file('servers/x/y.yaml', '1'), file('other/servers/x.yaml', '1')]);
  expect(states.current.size).toBe(0);
});

test('what is stored goes on where it ended', () => {
  const stored = ServerStates.from(example().toBytes(id('c')));
  expect(stored?.commit).toBe(id('c'));
  const change = [file('servers/y.lock.json', '6')];
  const [whole, continued] = [example(), stored?.states ?? new ServerStates()];
  for (const states of [whole, continued]) states.add({ id: id('d'), committedAt: at(4) }, change);
  expect(continued.all).toEqual(whole.all);
  expect(continued.current).toEqual(whole.current);
});

test.each<[string, Uint8Array]>([
  ['cut short', example().toBytes(id('c')).subarray(0, 100)],
  ['of another format', storedLines({ format: 2 }, () => [{ commit: id('a') }])],
  ['with a branch for a commit', example().toBytes('main')],
  ['without a commit', storedLines({ format: 1 }, () => [])],
])('what is stored %s is found out again', (_, bytes) => {
  expect(ServerStates.from(bytes)).toBeUndefined();
});
