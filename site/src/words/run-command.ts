import { launcherWords, wordsToAdd } from '../../../schemas/launcher.ts';
import type { Environment, Manifest } from '../../../schemas/types.ts';

/**
 * The command that runs a server, with a placeholder in angle brackets for each required argument. It is shown as it is
 * installed: where it is not, `npx` would run whatever has that name on npm.
 */
export const runCommand = (manifest: Manifest, environment: Environment): string =>
  launchWords(manifest, environment).join(' ');

/** The same in words: the program that proves a server before it starts it, and what it is given. */
export function launchWords(manifest: Manifest, environment: Environment): readonly [program: string, ...string[]] {
  const [program, ...words] = launcherWords(manifest.name, environment);
  const needed = wordsToAdd(manifest);
  return [program, ...words, ...(needed.length === 0 ? [] : ['--', ...needed])];
}

/** Whether an endpoint wants secrets that must be kept before. */
export const needsSecrets = ({ remote }: Manifest): boolean =>
  [...(remote?.headers ?? []), ...(remote?.variables ?? [])].some(
    ({ required, secret }) => required === true && secret === true,
  );
