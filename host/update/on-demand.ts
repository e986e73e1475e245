/** What is published of this program, for commands that say so. What updates it is in host/on-demand.ts. */
export { launcherState, launcherWords } from './standing.ts';
