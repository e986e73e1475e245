/** Gives a server its environment. */
import type { EnvironmentInput, Manifest } from '../../schemas/types.ts';
import { isLoaderVariable } from '../../core/environment.ts';
import { credentialOf } from '../../core/secret-inputs.ts';
import type { LaunchContext } from './context.ts';
import type { LaunchProblem } from './program.ts';
import { accept, given, missing, preset, type Word } from './inputs.ts';

export interface PlacedEnvironment {
  readonly variables: ReadonlyMap<string, Word>;
  /** What the user set, by name. */
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly LaunchProblem[];
}

/** Only declared variables: the values of the host's own, and defaults. */
export function placeEnvironment(manifest: Manifest, context: LaunchContext): PlacedEnvironment {
  const problems: LaunchProblem[] = [];
  const variables = new Map<string, Word>();
  const values = new Map<string, string>();
  for (const input of manifest.launch?.environment ?? []) {
    const variable = `the variable ${input.name}`;
    // `validate` refuses such a manifest. It is checked again here, because another program may have made the approval.
    if (isLoaderVariable(input.name)) {
      problems.push({ message: `${variable} decides which code is loaded`, remedy: 'no manifest may declare it' });
      continue;
    }
    const value = context.environment[input.name];
    if (value !== undefined && value !== '') {
      const accepted = accept(variable, input, value, context, problems);
      values.set(input.name, accepted);
      variables.set(input.name, given(accepted));
    } else if (input.default !== undefined) variables.set(input.name, preset(input.default));
    else if (input.required === true) problems.push(missing(variable, input, remedyFor(input, manifest)));
  }
  return { variables, values, problems };
}

/** A secret is asked for where the host keeps it, with what the manifest says of how to get it. */
function remedyFor({ name, secret }: EnvironmentInput, manifest: Manifest): string {
  if (secret !== true) return 'set it in the environment of countersign';
  const { source, scope } = credentialOf(manifest, name) ?? {};
  const command = `run \`countersign credentials set ${manifest.name} ${name}\``;
  return source === undefined
    ? command
    : `${command}; you get it from ${JSON.stringify(source)}, and it must allow ${JSON.stringify(scope)}`;
}
