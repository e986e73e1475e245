/**
 * What a user must give before the launcher can start a server. What has a default is not asked for: clients ask for all
 * that is listed, and each further word makes another command than the one that allow-lists name.
 */
import { askedArguments, askedOfEndpoint, askedVariables, type AskedArgument } from '../../../schemas/launcher.ts';
import type { Manifest } from '../../../schemas/types.ts';
import { inputJson, type Input } from './server-json-format.ts';

/** The words behind `--`, in the order in which the manifest declares them. Secrets of an endpoint are kept by the launcher. */
export const askedWords = (manifest: Manifest): readonly Input[] => [
  ...askedArguments(manifest).map(argumentWord),
  ...askedOfEndpoint(manifest).map((input): Input => ({ type: 'named', ...inputJson(input), name: `--${input.name}` })),
];

/** Variables. Secrets that the launcher keeps itself are among them: it takes them from either place. */
export const mustBeSet = (manifest: Manifest): readonly Input[] =>
  askedVariables(manifest).map((input) => ({ name: input.name, ...inputJson(input) }));

function argumentWord(argument: AskedArgument): Input {
  const repeated = argument.repeated === true && { isRepeated: true };
  switch (argument.type) {
    case 'positional':
      return { type: 'positional', valueHint: argument.name, ...inputJson(argument), ...repeated };
    case 'named':
      // An option without a value is a fixed word; as a named argument, clients would ask for its value.
      return argument.flag === true
        ? { type: 'positional', value: argument.name }
        : { type: 'named', name: argument.name, ...inputJson(argument), ...repeated };
    default:
      return argument satisfies never;
  }
}
