/**
 * How clients start a server: the launcher's words. Allow-lists of clients compare them word for word, so that they are
 * made here alone, for the pages and for all other published files.
 */
import type { Argument, Environment, EnvironmentInput, HeaderInput, Manifest, RemoteVariable } from './types.ts';

/** The program's name and its words. It is never started through `npx`, which would run whatever has that name on npm. */
export const launcherWords = (name: string, environment: Environment): [command: string, ...words: string[]] =>
  wordsOf('run', name, environment);

/** What proves a server without starting it. `name` may have a version: `name@1.2.0`. */
export const verifyWords = (name: string, environment: Environment): [command: string, ...words: string[]] =>
  wordsOf('verify', name, environment);

/** What signs a person in at the endpoint that a server is. */
export const loginWords = (name: string, environment: Environment): [command: string, ...words: string[]] =>
  wordsOf('login', name, environment);

/** What asks for a secret of a server and keeps it. `secret` is as `secretName` gives it. */
export const keepWords = (name: string, secret: string, environment: Environment): readonly string[] => [
  ...['countersign', 'credentials', 'set', name, secret],
  ...trustWords(environment),
];

/** Headers and what stands in them may have hyphens in their names; a variable and the name of a file may not. */
export const secretName = (name: string): string => name.replaceAll(/[^A-Za-z0-9_]/gu, '_');

const wordsOf = (what: string, name: string, environment: Environment): [string, ...string[]] => [
  'countersign',
  what,
  name,
  ...trustWords(environment),
];

const trustWords = (environment: Environment): string[] =>
  environment === 'development' ? ['--trust', '.registry/trust.json'] : [];

/**
 * What a user must add after `--` before the server can start, with a placeholder in angle brackets for each value.
 * Nothing where the words above are enough.
 */
export const wordsToAdd = (manifest: Manifest): string[] => [
  ...askedArguments(manifest).flatMap(placeholders),
  ...askedOfEndpoint(manifest).flatMap(({ name }) => [`--${name}`, `<${name}>`]),
];

/** The arguments without which it cannot start. */
export const askedArguments = ({ launch }: Manifest): AskedArgument[] =>
  (launch?.arguments ?? []).flatMap((argument) =>
    argument.type === 'fixed' || argument.required !== true || argument.default !== undefined ? [] : [argument],
  );

export type AskedArgument = Exclude<Argument, { readonly type: 'fixed' }>;

/** What a user gives for the address and the headers of an endpoint: what must be there, is no secret and has no value. */
export const askedOfEndpoint = ({ remote }: Manifest): (HeaderInput | RemoteVariable)[] =>
  [...(remote?.variables ?? []), ...(remote?.headers ?? []).filter(({ value }) => value === undefined)].filter(
    ({ required, secret, default: preset }) => required === true && secret !== true && preset === undefined,
  );

/** The variables that must be set before the server can start. */
export const askedVariables = ({ launch }: Manifest): EnvironmentInput[] =>
  (launch?.environment ?? []).filter(({ required, default: preset }) => required === true && preset === undefined);

function placeholders(argument: AskedArgument): string[] {
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
