/** Where the launch of a manifest contradicts its bundle. */
import type { Manifest } from '../../schemas/types.ts';
import type { Fault } from '../../core/problem.ts';
import type { Bundle } from './manifest.ts';
import { onlyInput } from './placeholders.ts';

/** What a manifest says about a bundle's start that the bundle itself contradicts. */
export function launchFaults(
  bundle: Bundle,
  { command, environment = [] }: NonNullable<Manifest['launch']> = {},
): Fault[] {
  const declared = new Map(environment.map((input) => [input.name, input]));
  const faults: Fault[] = [];
  if (command !== undefined)
    faults.push({
      code: 'bundle-command',
      message: `launch.command is ${command}, but the bundle starts ${bundle.program.entry} and nothing else`,
      remedy: 'remove launch.command',
    });
  for (const [name, value] of bundle.environment) {
    const asked = onlyInput(value);
    const input = asked === undefined ? undefined : bundle.inputs.get(asked);
    if (input === undefined) continue;
    const own = declared.get(name);
    if (own === undefined && input.required)
      faults.push({
        code: 'bundle-input-missing',
        message: `the bundle needs the variable ${name}, and launch.environment does not declare it`,
        remedy: `declare ${name} there, and under permissions.environment`,
      });
    if (own !== undefined && input.isSecret && own.secret !== true)
      faults.push({
        code: 'bundle-input-secret',
        message: `the bundle calls the variable ${name} a secret, and launch.environment does not`,
        remedy: `write secret: true at ${name}`,
      });
  }
  return faults;
}
