import { optionsOf, type CommandSpec, type OptionSpec } from '../command-line.ts';

/** A script for bash, 3.2 and newer, that needs no other. The names in it come from our own table: none needs quoting. */
export function bashCompletion(program: string, commands: readonly CommandSpec[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const options = commands.flatMap(optionsOf);
  const files = optionNames(options, ({ value }) => value === 'file');
  const values = optionNames(options, ({ value }) => value !== undefined);
  return `# Completes ${program} in bash: source it, or put it into a folder of completions.
_${program}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} IFS=$' \\t\\n'
  local command='' action='' offered='' index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
      # What follows is for the server.
      --) compopt -o default 2>/dev/null; return ;;
      ${values}) ((index++)) ;;
      -*) ;;
      *) if [ -z "$command" ]; then command=\${COMP_WORDS[index]}; else action=\${COMP_WORDS[index]}; fi ;;
    esac
  done
  case $before in
    ${files}) compopt -o default 2>/dev/null; return ;;
    ${values}) return ;;
  esac
  case $command in
    '') offered='${names} help --help --version' ;;
    help) offered='${names}' ;;
${commands.map((command) => `    ${caseOf(command)}`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$offered" -- "$word"))
}
complete -F _${program} ${program}
`;
}

function caseOf(command: CommandSpec): string {
  const options = optionsOf(command)
    .map(([name]) => `--${name}`)
    .join(' ');
  const actions =
    command.actions === undefined ? '' : ` [ -n "$action" ] || offered+=' ${command.actions.join(' ')}' ;`;
  return `${command.name}) offered='${options}' ;${actions};`;
}

/** A pattern that matches the options of which this is so. */
const optionNames = (
  options: readonly (readonly [string, OptionSpec])[],
  matches: (option: OptionSpec) => boolean,
): string => [...new Set(options.flatMap(([name, option]) => (matches(option) ? [`--${name}`] : [])))].join(' | ');
