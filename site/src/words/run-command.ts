import type { Argument, EnvironmentInput, Environment, Manifest } from '../../../schemas/types.ts';

/**
 * The command that runs a server, with a placeholder in angle brackets for each required argument. It is shown as it is
 * installed: where it is not, `npx` would run whatever has that name on npm.
 */
export function runCommand(manifest: Manifest, environment: Environment): string {
  const trusting = environment === 'development' ? ['--trust', '.registry/trust.json'] : [];
  const needed = [...(manifest.launch?.arguments ?? []).flatMap(placeholders), ...endpointWords(manifest)];
  const given = needed.length === 0 ? [] : ['--', ...needed];
  return ['countersign', 'run', manifest.name, ...trusting, ...given].join(' ');
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
