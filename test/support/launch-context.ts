import type { LaunchContext } from '../../artefacts/launch/context.ts';

/** A start on Linux, with nothing given by the user. */
export const launchContext = (change: Partial<LaunchContext> = {}): LaunchContext => ({
  os: 'linux',
  given: [],
  environment: {},
  stateFolder: '/home/user/state',
  resolvePath: (path) => `/home/user/${path}`,
  ...change,
});
