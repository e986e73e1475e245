/** The manual page of a program, in the macros of man(7), from the same table as its help. */
import {
  commonOptions,
  usageOf,
  type CommandSpec,
  type OptionSpec,
  type ProgramSpec,
} from '../../host/command-line.ts';

/** Without a date, so that the same program yields the same bytes. */
export function manPage(program: ProgramSpec, commands: readonly CommandSpec[]): string {
  const { name, description, version } = program;
  return [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}"`,
    '.SH NAME',
    `${name} \\- ${escaped(description.replace(/\.$/u, ''))}`,
    '.SH SYNOPSIS',
    `.B ${name}`,
    escaped('<command> [options]'),
    '.SH COMMANDS',
    ...commands.flatMap((command) => entry(program.name, command)),
    '.SH OPTIONS OF EVERY COMMAND',
    ...options(commonOptions),
    '.SH EXIT STATUS',
    ...statuses.flatMap(([status, meaning]) => ['.TP', `.B ${status}`, escaped(meaning)]),
    '',
  ].join('\n');
}

const statuses = [
  ['0', 'fine'],
  ['1', 'problems were found, or something did not work'],
  ['2', 'wrong usage'],
  ['3', 'refused: what the registry or this machine holds is not what was approved'],
] as const;

const entry = (program: string, command: CommandSpec): string[] => [
  `.SS ${command.name}`,
  '.PP',
  `.B ${escaped(usageOf(program, command))}`,
  '.PP',
  escaped(command.description),
  ...options(command.options ?? {}),
];

const options = (specs: Readonly<Record<string, OptionSpec>>): string[] =>
  Object.entries(specs).flatMap(([name, { value, description }]) => [
    '.TP',
    `.B ${escaped(`--${name}`)}${value === undefined ? '' : ` ${escaped(`<${value}>`)}`}`,
    escaped(description),
  ]);

/** Text that holds no macro or escape, and whose hyphens can be searched and copied. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll('…', '...')
    .replace(/^[.']/u, String.raw`\&$&`);
