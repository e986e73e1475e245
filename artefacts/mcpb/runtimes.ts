import satisfies from 'semver/functions/satisfies.js';
import type { Platform } from '../../core/platform.ts';
import { Refusal } from '../../core/refusal.ts';
import type { McpbClosure } from '../../schemas/types.ts';
import type { LockOf } from '../kind.ts';
import { pythonOf, unfit } from '../pypi/for-platform.ts';
import { takesPython } from '../pypi/version-range.ts';
import { programOn } from '../trees/program.ts';

/**
 * Whether what runs a bundle on this machine is of a version that the bundle asks for. `node` is the version of the Node
 * that starts servers, which is this one.
 * @throws Refusal E_UNSUPPORTED
 */
export function checkRuntimes(
  { name, closure: { archive } }: LockOf<McpbClosure>,
  platform: Platform,
  node = process.versions.node,
): void {
  const { runtimes = {} } = archive;
  const { type } = programOn(archive, platform.os);
  if (type === 'node' && runtimes.node !== undefined && !satisfies(node, runtimes.node, loose))
    throw new Refusal(
      'E_UNSUPPORTED',
      `${name} needs Node ${runtimes.node}, and this one is ${node}`,
      'start this program with a Node that fits: servers run with the same one',
    );
  if (type === 'python' && runtimes.python !== undefined) {
    const python = pythonOf(platform);
    if (!takesPython(runtimes.python, python.version.join('.'))) throw unfit(name, runtimes.python, python);
  }
}

const loose = { loose: true, includePrerelease: true };
