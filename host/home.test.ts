import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { homeFolders, homeOf, usualStores } from './home.ts';

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

afterEach(() => vi.unstubAllEnvs());

test.each(['', 'home', './home'])('takes the home of the account from the system where HOME is %j', (home) => {
  vi.stubEnv('HOME', home);
  vi.stubEnv('USERPROFILE', home);
  const { root } = homeOf({ LOCALAPPDATA: home });
  expect(root.startsWith(userInfo().homedir)).toBe(true);
});

test('knows the home folder of the account beside that of HOME, and a store in each', () => {
  const { homedir: known } = userInfo();
  vi.stubEnv('HOME', resolve('/elsewhere'));
  vi.stubEnv('USERPROFILE', resolve('/elsewhere'));
  expect(homeFolders()).toEqual([resolve('/elsewhere'), known]);
  expect(usualStores().map((store) => store.startsWith(known))).toEqual([false, true]);
  vi.unstubAllEnvs();
  expect(usualStores()).toContain(homeOf({}).root);
});
