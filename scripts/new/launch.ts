/** How the server is started: what is asked of it, and what becomes `launch` of the manifest. */
import { UsageError } from '../../core/failure.ts';
import { namesSecret } from '../../resolve/hint-names.ts';
import type { ArgumentHint, VariableHint } from '../../resolve/hints.ts';
import type { Argument, EnvironmentInput, Launch } from '../../schemas/types.ts';
import type { Found } from './found.ts';
import { faultIn, faultInList, wordsIn } from './fields.ts';
import type { NewOptions } from './options.ts';
import type { Questions } from './questions.ts';

export async function askLaunch(found: Found, options: NewOptions, questions: Questions): Promise<Launch> {
  const command = await askCommand(found, questions);
  const words = await askArguments(found, options, questions);
  const environment = await askEnvironment(found, options, questions);
  return {
    ...(command !== undefined && { command }),
    ...(words.length > 0 && { arguments: words }),
    ...(environment.length > 0 && { environment }),
    ...transportOf(found, [...words, ...environment]),
  };
}

/** As the package says. Where the author took away what tells the server its port, that is not said. */
function transportOf(
  { hints: { transport } }: Found,
  inputs: readonly (Argument | EnvironmentInput)[],
): Pick<Launch, 'transport'> {
  if (transport === undefined) return {};
  const { port_input: input, ...rest } = transport;
  const isThere = inputs.some((each) => 'name' in each && each.name === input);
  return { transport: isThere ? transport : rest };
}

async function askCommand(
  { commands, commandFault }: Found,
  { answer, given }: Questions,
): Promise<string | undefined> {
  if (commands.length < 2 && commandFault === undefined && !given.has('--command')) return undefined;
  return answer({
    option: '--command',
    text:
      commandFault === undefined ? 'which of its commands starts the server' : 'which of its files starts the server',
    example: commandFault === undefined ? 'mcp-postgres' : 'server/index.js',
    suggested: commands[0],
    ...(commands.length > 0 && commandFault === undefined && { allowed: commands }),
    check: (each) => faultIn('command', each) ?? commandFault?.(each),
  });
}

async function askArguments({ hints }: Found, options: NewOptions, { answer }: Questions): Promise<Argument[]> {
  const suggested = hints.arguments.filter(({ required, fixed }) => required && fixed === undefined);
  const names = await answer({
    option: '--arg',
    text: 'what a user must give it after --',
    example: 'directory or --database',
    optional: true,
    suggested: suggested.map(({ name }) => name).join(' ') || undefined,
    check: faultInList('argument'),
  });
  const fixed = [...hints.arguments.flatMap(({ fixed: word }) => word ?? []), ...(options.fixedArg ?? [])];
  return [
    ...fixed.map((value) => ({ type: 'fixed' as const, value })),
    ...wordsIn(names).map((name): Argument => {
      const hint = suggested.find((each) => each.name === name);
      const input = {
        name,
        description: hint?.description ?? `What the server takes as ${name}.`,
        required: true,
        ...(namesSecret(name) && { secret: true }),
        ...formatOf(name, hint),
        ...presetOf(hint),
        ...(hint?.repeated === true && { repeated: true }),
      };
      return name.startsWith('-') ? { type: 'named', ...input } : { type: 'positional', ...input };
    }),
  ];
}

async function askEnvironment(
  { hints }: Found,
  options: NewOptions,
  { answer, given }: Questions,
): Promise<EnvironmentInput[]> {
  const fault = faultInList('environment')(options.env?.join(' ') ?? '');
  if (fault !== undefined) throw new UsageError(`--env: ${fault}`, 'give --env once for each variable');
  const names = await answer({
    option: '--env',
    text: 'the environment variables that it is given',
    example: 'NOTION_TOKEN',
    optional: true,
    suggested:
      [...new Set([...hints.variables.map(({ name }) => name), ...(options.env ?? [])])].join(' ') || undefined,
    check: faultInList('environment'),
  });
  return [...new Set(wordsIn(names))].map((name): EnvironmentInput => {
    const hint = hints.variables.find((each) => each.name === name);
    const isSecret = (hint?.secret ?? namesSecret(name)) || given.has(`--credential-source ${name}`);
    return {
      name,
      description:
        hint?.description ?? (isSecret ? 'A credential of the service that it uses.' : 'A setting of the server.'),
      ...(hint?.required === true && { required: true }),
      ...(isSecret && { secret: true }),
      ...(hint?.format !== undefined && { format: hint.format }),
      ...(!isSecret && presetOf(hint)),
    };
  });
}

/** The value that counts where a user gives none, and the only ones that do. */
const presetOf = (hint: ArgumentHint | VariableHint | undefined): Pick<EnvironmentInput, 'default' | 'choices'> => ({
  ...(hint?.default !== undefined && { default: hint.default }),
  ...(hint?.choices !== undefined && { choices: [...hint.choices] }),
});

/** As the package says, or as the name suggests. */
function formatOf(name: string, hint: ArgumentHint | undefined): Pick<EnvironmentInput, 'format'> {
  if (hint?.format !== undefined) return { format: hint.format };
  return /(?:path|dir|directory|file|folder|root|vault|workspace)s?$/iu.test(name) ? { format: 'filepath' } : {};
}
