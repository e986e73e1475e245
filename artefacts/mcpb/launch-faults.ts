/** Where the launch of a manifest contradicts its bundle. */
import type { BundleVariable, Manifest } from '../../schemas/types.ts';
import type { Fault } from '../../core/problem.ts';

/** What a bundle says about its start, as a lock holds it. */
export interface BundleWishes {
  readonly program: { readonly entry: string };
  readonly variables?: readonly BundleVariable[];
}

/** What a manifest says about a bundle's start that the bundle itself contradicts. */
export function launchFaults(
  { program, variables = [] }: BundleWishes,
  { command, environment = [] }: NonNullable<Manifest['launch']> = {},
): Fault[] {
  const declared = new Map(environment.map((input) => [input.name, input]));
  const faults: Fault[] = [];
  if (command !== undefined)
    faults.push({
      code: 'bundle-command',
      message: `launch.command is ${command}, but the bundle starts ${program.entry} and nothing else`,
      remedy: 'remove launch.command',
    });
  for (const { name, required, secret } of variables) {
    const own = declared.get(name);
    if (own === undefined && required)
      faults.push({
        code: 'bundle-input-missing',
        message: `the bundle needs the variable ${name}, and launch.environment does not declare it`,
        remedy: `declare ${name} there, and under permissions.environment`,
      });
    if (own !== undefined && secret && own.secret !== true)
      faults.push({
        code: 'bundle-input-secret',
        message: `the bundle calls the variable ${name} a secret, and launch.environment does not`,
        remedy: `write secret: true at ${name}`,
      });
  }
  return faults;
}
