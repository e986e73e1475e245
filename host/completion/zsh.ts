import { optionsOf, type CommandSpec, type OptionSpec } from '../command-line.ts';

/** A script for zsh: to be sourced, or to be put into a folder of `fpath` as `_countersign`. */
export function zshCompletion(program: string, commands: readonly CommandSpec[]): string {
  const described = commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`).join('\n');
  return `#compdef ${program}
# Completes ${program} in zsh: source it, or put it as _${program} into a folder of fpath.
_${program}() {
  local curcontext=$curcontext state line
  local -a commands
  commands=(
${described}
    'help:say more about a command'
  )
  _arguments -C '--version[print the version]' '1: :->command' '*:: :->words'
  case $state in
    command) _describe command commands ;;
    words)
      case $words[1] in
        help) _describe command commands ;;
${commands.map((command) => `        ${command.name}) _arguments ${argumentsOf(command).map(quoted).join(' ')} ;;`).join('\n')}
      esac ;;
  esac
}
if [ "$funcstack[1]" = _${program} ]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;
}

const argumentsOf = (command: CommandSpec): string[] => [
  ...optionsOf(command).map(([name, option]) => `--${name}[${inBrackets(option.description)}]${valueOf(option)}`),
  ...(command.actions === undefined ? [] : [`1:action:(${command.actions.join(' ')})`]),
  // What follows `--` is for the server.
  ...(command.passesOn === true ? ['1:server: ', '*:argument:_files'] : []),
];

const valueOf = ({ value }: OptionSpec): string =>
  value === undefined ? '' : `:${value}:${value === 'file' ? '_files' : ' '}`;

const inBrackets = (text: string): string => text.replaceAll(/[[\]\\]/gu, String.raw`\$&`);

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
