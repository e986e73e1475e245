/**
 * How clients start a server: the launcher's words. Allow-lists of clients compare them word for word, so that they are
 * made here alone, for the pages and for all other published files.
 */
import type { Argument, Environment, Manifest } from './types.ts';

/** The program's name and its words. It is never started through `npx`, which would run whatever has that name on npm. */
export const launcherWords = (name: string, environment: Environment): [command: string, ...words: string[]] => [
  'countersign',
  'run',
  name,
  ...(environment === 'development' ? ['--trust', '.registry/trust.json'] : []),
];

/**
 * What a user must add after `--` before the server can start, with a placeholder in angle brackets for each value.
 * Nothing where the words above are enough.
 */
export const wordsToAdd = (manifest: Manifest): string[] => [
  ...(manifest.launch?.arguments ?? []).flatMap(placeholders),
  ...endpointWords(manifest),
];

/** What a user gives for the address and the headers of an endpoint: what must be there, is no secret and has no value. */
const endpointWords = ({ remote }: Manifest): string[] =>
  [...(remote?.variables ?? []), ...(remote?.headers ?? []).filter(({ value }) => value === undefined)]
    .filter(({ required, secret, default: preset }) => required === true && secret !== true && preset === undefined)
    .flatMap(({ name }) => [`--${name}`, `<${name}>`]);

function placeholders(argument: Argument): string[] {
  if (argument.type === 'fixed' || argument.required !== true || argument.default !== undefined) return [];
  const more = argument.repeated === true ? '…' : '';
  switch (argument.type) {
    case 'positional':
      return [`<${argument.name}>${more}`];
    case 'named':
      return argument.flag === true ? [argument.name] : [argument.name, `<${argument.name.replace(/^-+/, '')}>${more}`];
    default:
      return argument satisfies never;
  }
}
