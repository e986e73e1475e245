import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { homeOf } from './home.ts';

test('puts everything below XDG_DATA_HOME', () => {
  const data = resolve('/data');
  const home = homeOf({ XDG_DATA_HOME: data });
  expect(home.root).toBe(join(data, 'countersign'));
  expect(home.audit).toEqual({
    file: join(data, 'countersign', 'audit.jsonl'),
    folder: join(data, 'countersign', 'audit'),
  });
});

test.each([undefined, '', 'data', './data', '~/data'])('passes over the XDG_DATA_HOME %s', (given) => {
  const { root } = homeOf({ XDG_DATA_HOME: given, LOCALAPPDATA: join(homedir(), 'AppData', 'Local') });
  expect(root.startsWith(homedir())).toBe(true);
  expect(root).not.toContain('data/countersign');
});
