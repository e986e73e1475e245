import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { aRootFile } from '../test/support/metadata.ts';
import { homeOf } from './home.ts';
import { Servers } from './servers.ts';

afterEach(() => vi.unstubAllEnvs());

test('keeps the private files of the account from servers, wherever a client puts its home and its data', () => {
  const { homedir: known } = userInfo();
  vi.stubEnv('HOME', resolve('/elsewhere'));
  vi.stubEnv('USERPROFILE', resolve('/elsewhere'));
  const home = homeOf({ XDG_DATA_HOME: resolve('/data') });
  const trust = {
    config: {
      schemaVersion: 1 as const,
      registry: { id: 'mcp.example.com', url: 'https://mcp.example.com', environment: 'production' as const },
      root: aRootFile(),
      exportedAt: '2026-06-01T12:00:00Z',
    },
    groups: () => new Set<string>(),
    pins: new Map<string, string>(),
    refreshAfterMs: 0,
  };
  const { homes, own } = new Servers(trust, home, new Date('2026-06-01T12:00:00Z')).machine(['/trust.json']);
  expect(homes).toEqual([resolve('/elsewhere'), known]);
  expect(own).toEqual(expect.arrayContaining([join(resolve('/data'), 'countersign'), '/trust.json']));
  expect(own.some((path) => path.startsWith(known) && path.endsWith('countersign'))).toBe(true);
});
