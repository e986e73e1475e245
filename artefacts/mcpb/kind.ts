/** MCPB bundles, as a kind of artefact. */
import type { McpbClosure } from '../../schemas/types.ts';
import type { Kind } from '../kind.ts';
import { tree } from '../trees/kind.ts';
import { launchFaults } from './launch-faults.ts';
import { checkRuntimes } from './runtimes.ts';

export const mcpb: Kind<McpbClosure> = {
  ...tree,
  partsFor: (lock, platform) => {
    checkRuntimes(lock, platform);
    return tree.partsFor(lock, platform);
  },
  launchFaults: ({ launch }, { closure }) => launchFaults(closure.archive, launch),
};
