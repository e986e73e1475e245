/**
 * What a user must give before the launcher can start a server. What has a default is not asked for: clients ask for all
 * that is listed, and each further word makes another command than the one that allow-lists name.
 */
import type { Argument, Manifest } from '../../../schemas/types.ts';
import { inputJson, type Input } from './server-json-format.ts';

/** The words behind `--`, in the order in which the manifest declares them. */
export const askedWords = (manifest: Manifest): readonly Input[] => [
  ...(manifest.launch?.arguments ?? []).flatMap(argumentWords),
  ...endpointWords(manifest),
];

/** Variables. Secrets that the launcher keeps itself are among them: it takes them from either place. */
export const mustBeSet = ({ launch }: Manifest): readonly Input[] =>
  (launch?.environment ?? [])
    .filter(({ required, default: preset }) => required === true && preset === undefined)
    .map((input) => ({ name: input.name, ...inputJson(input) }));

function argumentWords(argument: Argument): readonly Input[] {
  if (argument.type === 'fixed' || argument.required !== true || argument.default !== undefined) return [];
  const repeated = argument.repeated === true && { isRepeated: true };
  switch (argument.type) {
    case 'positional':
      return [{ type: 'positional', valueHint: argument.name, ...inputJson(argument), ...repeated }];
    case 'named':
      // An option without a value is a fixed word; as a named argument, clients would ask for its value.
      return argument.flag === true
        ? [{ type: 'positional', value: argument.name }]
        : [{ type: 'named', name: argument.name, ...inputJson(argument), ...repeated }];
    default:
      return argument satisfies never;
  }
}

/** Of an endpoint, what is no secret: the launcher keeps those itself. */
const endpointWords = ({ remote }: Manifest): readonly Input[] =>
  [...(remote?.variables ?? []), ...(remote?.headers ?? []).filter(({ value }) => value === undefined)]
    .filter(({ required, secret, default: preset }) => required === true && secret !== true && preset === undefined)
    .map((input) => ({ type: 'named', ...inputJson(input), name: `--${input.name}` }));
