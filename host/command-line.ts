/**
 * The command line, based on Node's own `parseArgs`. A verified start must be fast, and loading a library for commands
 * takes a quarter of the time that Node itself needs to start.
 */
import { parseArgs } from 'node:util';
import { didYouMean } from '../core/did-you-mean.ts';
import { messageOf, UsageError } from '../core/failure.ts';

/** One option of a command. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** The placeholder for its value in the help. */
  readonly value?: string;
  readonly description: string;
}

export interface CommonOptions {
  readonly trust?: string;
  readonly refresh?: boolean;
  readonly json?: boolean;
}

/** The options that every command takes. */
export const commonOptions = {
  trust: { type: 'string', value: 'file', description: 'the trust config of your registry' },
  refresh: { type: 'boolean', description: 'ask the registry now, even if the cache is still fresh' },
  json: { type: 'boolean', description: 'print the result as JSON, and errors too' },
  help: { type: 'boolean', description: 'show this help' },
} as const satisfies Record<string, OptionSpec>;

export interface CommandSpec {
  readonly name: string;
  /** What its first word may be, if it does one of several things. */
  readonly actions?: readonly string[];
  /** Its words in the help, without the action: `<name[@version]>`. */
  readonly words: string;
  readonly description: string;
  /** The fewest and the most words that it takes. */
  readonly count: readonly [least: number, most: number];
  /** Options in addition to the common ones. */
  readonly options?: Readonly<Record<string, OptionSpec>>;
  /** Whether words after `--` are passed on. */
  readonly passesOn?: true;
  readonly run: (call: Call) => Promise<void>;
}

/** A command as it was called. */
export interface Call {
  readonly words: readonly string[];
  /** What stands after `--`. */
  readonly rest: readonly string[];
  readonly options: CommonOptions & Readonly<Record<string, string | boolean | undefined>>;
}

/** What the program is called, and what it is for. */
export interface ProgramSpec {
  readonly name: string;
  readonly description: string;
  readonly version: string;
}

/** What to do: run a command, or print a text. */
export type Parsed =
  | { readonly kind: 'run'; readonly command: CommandSpec; readonly call: Call }
  | { readonly kind: 'text'; readonly text: string };

/** @throws UsageError */
export function parseCommandLine(
  program: ProgramSpec,
  commands: readonly CommandSpec[],
  argv: readonly string[],
): Parsed {
  const [first, ...others] = commandFirst(argv);
  if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && isPlain(others)))
    return { kind: 'text', text: overview(program, commands) };
  if (first === '--version' || first === '-V') return { kind: 'text', text: program.version };
  const name = first === 'help' ? (others.find((word) => word !== '--json') ?? '') : first;
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined)
    throw new UsageError(
      `there is no command ${JSON.stringify(name)}${didYouMean(
        name,
        commands.map((each) => each.name),
      )}`,
      `${program.name} --help lists the commands`,
    );
  if (first === 'help') return { kind: 'text', text: helpOf(program.name, command) };
  const end = others.indexOf('--');
  const call = parseCall(
    program.name,
    command,
    end === -1 ? others : others.slice(0, end),
    end === -1 ? [] : others.slice(end + 1),
  );
  return call === 'help' ? { kind: 'text', text: helpOf(program.name, command) } : { kind: 'run', command, call };
}

/** `--json` may stand before the command, as behind it. */
const commandFirst = (argv: readonly string[]): readonly string[] =>
  argv[0] === '--json' && argv.length > 1 ? [...argv.slice(1, 2), '--json', ...argv.slice(2)] : argv;

/** Whether no word but `--json` is left. */
const isPlain = (words: readonly string[]): boolean => words.every((word) => word === '--json');

function parseCall(program: string, command: CommandSpec, own: string[], rest: string[]): Call | 'help' {
  const usage = `usage: ${usageOf(program, command)}`;
  const specs = { ...commonOptions, ...command.options };
  const options = Object.fromEntries(Object.entries(specs).map(([name, { type }]) => [name, { type }]));
  let parsed;
  try {
    parsed = parseArgs({ args: own, options, allowPositionals: true });
  } catch (cause) {
    const unknown = own.find(
      (word) => word.startsWith('--') && !Object.hasOwn(specs, word.slice(2).split('=')[0] ?? ''),
    );
    const guess =
      unknown === undefined
        ? ''
        : didYouMean(
            unknown,
            Object.keys(specs).map((name) => `--${name}`),
          );
    throw new UsageError(`${(messageOf(cause).split('. ')[0] ?? '').toLowerCase()}${guess}`, usage, { cause });
  }
  const { values, positionals } = parsed;
  if (values.help === true) return 'help';
  const [least, most] = command.count;
  if (positionals.length < least || positionals.length > most)
    throw new UsageError(
      `${command.name} takes ${least === most ? countedWords(least) : `${countedWords(least)} or more`}, not ${positionals.length}`,
      positionals.length > most && command.passesOn === true ? `${usage}; words for the server stand after --` : usage,
    );
  if (rest.length > 0 && command.passesOn !== true) throw new UsageError('nothing may stand after --', usage);
  return { words: positionals, rest, options: values };
}

const countedWords = (count: number): string => (count === 1 ? '1 word' : `${count} words`);

function overview({ name, description }: ProgramSpec, commands: readonly CommandSpec[]): string {
  const rows = commands.map((command): [string, string] => [
    [command.name, ...wordsOf(command)].join(' '),
    command.description,
  ]);
  return [
    `usage: ${name} <command> [options]`,
    '',
    description,
    '',
    ...table(rows),
    '',
    `${name} help <command> says more; all take --trust, --refresh and --json.`,
  ].join('\n');
}

function helpOf(program: string, command: CommandSpec): string {
  const rows = optionsOf(command).map(([name, { value, description }]): [string, string] => [
    value === undefined ? `--${name}` : `--${name} <${value}>`,
    description,
  ]);
  return [`usage: ${usageOf(program, command)}`, '', command.description, '', ...table(rows)].join('\n');
}

/** Its options with their names, its own before those that every command takes. */
export const optionsOf = (command: CommandSpec): readonly (readonly [name: string, OptionSpec])[] =>
  Object.entries<OptionSpec>({ ...command.options, ...commonOptions });

/** One line: the command with its words. */
export const usageOf = (program: string, command: CommandSpec): string =>
  [
    program,
    command.name,
    ...wordsOf(command),
    '[options]',
    ...(command.passesOn === true ? ['[-- args...]'] : []),
  ].join(' ');

const wordsOf = ({ actions, words }: CommandSpec): string[] =>
  [actions === undefined ? '' : `<${actions.join('|')}>`, words].filter((part) => part !== '');

const screenWidth = 80;

/** Two columns. The second is wrapped to the width that a narrow screen leaves for it. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) =>
    wrapped(right, screenWidth - width - 4).map(
      (line, index) => `  ${(index === 0 ? left : '').padEnd(width)}  ${line}`,
    ),
  );
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
