import type { Argument, EnvironmentInput, Environment, Manifest } from '../../../schemas/types.ts';

/** The command that runs a server, with a placeholder in angle brackets for each required argument. */
export function runCommand(manifest: Manifest, environment: Environment): string {
  const command =
    environment === 'development'
      ? ['npx', 'countersign', 'run', manifest.name, '--trust', '.registry/trust.json']
      : ['countersign', 'run', manifest.name];
  const needed = (manifest.launch?.arguments ?? []).flatMap(placeholders);
  return [...command, ...(needed.length === 0 ? [] : ['--', ...needed])].join(' ');
}

/** The variables that must be set before the server can start. */
export function neededVariables(manifest: Manifest): EnvironmentInput[] {
  return (manifest.launch?.environment ?? []).filter((input) => input.required === true && input.default === undefined);
}

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
