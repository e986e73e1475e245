/** One value that a server is started with: from the user, or from the manifest. */
import type { EnvironmentInput, NamedArgument, PositionalArgument } from '../../schemas/types.ts';
import { formatWords, hasFormat } from '../../core/input-format.ts';
import { expandPlaceholders, placeholderName, stateFolderName } from '../../core/placeholders.ts';
import type { LaunchContext } from './context.ts';
import type { LaunchProblem } from './program.ts';

/** What a user gave is passed as it is. A preset of the manifest may hold placeholders. */
export type Word = { readonly kind: 'given' | 'preset'; readonly text: string };

export const given = (text: string): Word => ({ kind: 'given', text });
export const preset = (text: string): Word => ({ kind: 'preset', text });

export type Input = EnvironmentInput | NamedArgument | PositionalArgument;

/**
 * Checks a value that the user gave, and returns what is passed to the server. Messages never show it: it may be a
 * secret.
 */
export function accept(
  name: string,
  { name: own, choices, format }: Input,
  value: string,
  context: LaunchContext,
  problems: LaunchProblem[],
): string {
  const allowed = choices?.map((choice) => withState(choice, context));
  if (allowed !== undefined && !allowed.includes(value))
    problems.push({ message: `${name} has a value that is not allowed`, remedy: `give one of ${allowed.join(', ')}` });
  else if (format !== undefined && !hasFormat(value, format))
    problems.push({ message: `${name} must be ${formatWords[format]}`, remedy: 'give it such a value' });
  return format === 'filepath' ? context.resolvePath(value, placeholderName(own)) : value;
}

/** Puts the folder of the server where `${state}` stands, and changes no other placeholder. */
export const withState = (text: string, { stateFolder }: LaunchContext): string =>
  expandPlaceholders(text, (name) => (name === stateFolderName ? stateFolder : `\${${name}}`));

/** That the user must give it. */
export const missing = (name: string, { description }: Input, remedy: string): LaunchProblem => ({
  message: `${name} is missing: ${description}`,
  remedy,
});
