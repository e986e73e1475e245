import { askedVariables, keepWords, launcherWords, secretName, wordsToAdd } from '../../../schemas/launcher.ts';
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

/** For each secret without which a server does not start, the command that keeps it. */
export const keepCommands = (manifest: Manifest, environment: Environment): readonly string[] =>
  neededSecrets(manifest).map((secret) => keepWords(manifest.name, secret, environment).join(' '));

/** The secrets without which a server does not start, as `countersign credentials` names them. */
const neededSecrets = (manifest: Manifest): readonly string[] =>
  [...askedVariables(manifest), ...(manifest.remote?.headers ?? []), ...(manifest.remote?.variables ?? [])]
    .filter(({ required, secret, default: preset }) => required === true && secret === true && preset === undefined)
    .map(({ name }) => secretName(name));

/** The other variables that must be set before a server starts. */
export const neededVariables = (manifest: Manifest): readonly string[] =>
  askedVariables(manifest).flatMap(({ name, secret }) => (secret === true ? [] : [name]));
