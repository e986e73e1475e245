import { launcherWords, wordsToAdd } from '../../../schemas/launcher.ts';
import type { EnvironmentInput, Environment, Manifest } from '../../../schemas/types.ts';

/** The command that runs a server, with a placeholder in angle brackets for each required argument. */
export function runCommand(manifest: Manifest, environment: Environment): string {
  const needed = wordsToAdd(manifest);
  const given = needed.length === 0 ? [] : ['--', ...needed];
  return [...launcherWords(manifest.name, environment), ...given].join(' ');
}

/** The variables that must be set before the server can start. */
export function neededVariables(manifest: Manifest): EnvironmentInput[] {
  return (manifest.launch?.environment ?? []).filter((input) => input.required === true && input.default === undefined);
}

/** Whether an endpoint wants secrets that must be kept before. */
export const needsSecrets = ({ remote }: Manifest): boolean =>
  [...(remote?.headers ?? []), ...(remote?.variables ?? [])].some(
    ({ required, secret }) => required === true && secret === true,
  );
