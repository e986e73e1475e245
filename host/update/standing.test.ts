import { expect, test } from 'vitest';
import { launcherPath } from '../../core/metadata.ts';
import type { RegistryState } from '../trust/registry-state.ts';
import { launcherState, launcherWords } from './standing.ts';

const stateWith = (version: string | undefined): RegistryState => {
  const file = { length: 5, hashes: { sha256: 'a'.repeat(64) }, custom: { version: version ?? '' } };
  const targets = { targets: version === undefined ? {} : { [launcherPath]: file } };
  return { chain: { targets } } as unknown as RegistryState;
};

test.each([
  [undefined, 'none', '; the registry publishes no version of it'],
  ['0.9.0', 'older', ', newer than 0.9.0, which is published'],
  ['0.10.0-rc.1', 'older', ', newer than 0.10.0-rc.1, which is published'],
  ['0.10.0', 'same', ', which is the one that is published'],
  ['0.11.0', 'newer', '; 0.11.0 is published: countersign self-update'],
])('a published %s is said to be: %s', (version, standing, words) => {
  const state = launcherState(stateWith(version), '0.10.0');
  expect(state.standing).toBe(standing);
  expect(launcherWords(state)).toBe(`countersign 0.10.0${words}`);
});
