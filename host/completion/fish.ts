import { optionsOf, type CommandSpec } from '../command-line.ts';

/** A script for fish. */
export function fishCompletion(program: string, commands: readonly CommandSpec[]): string {
  const complete = `complete --command ${program}`;
  const names = commands.map(({ name }) => name).join(' ');
  return [
    `# Completes ${program} in fish: source it, or put it into a folder of completions.`,
    `${complete} --no-files`,
    ...commands.flatMap((command) => {
      const { name, description, actions, passesOn } = command;
      const seen = `__fish_seen_subcommand_from ${name}`;
      return [
        `${complete} --condition __fish_use_subcommand --arguments ${name} --description ${quoted(description)}`,
        ...(actions === undefined
          ? []
          : [
              `${complete} --condition '${seen}; and not __fish_seen_subcommand_from ${actions.join(' ')}' --arguments '${actions.join(' ')}'`,
            ]),
        ...optionsOf(command).map(([option, { value, description: what }]) =>
          [
            `${complete} --condition '${seen}' --long-option ${option}`,
            ...(value === undefined ? [] : ['--require-parameter']),
            ...(value === 'file' ? ['--force-files'] : []),
            `--description ${quoted(what)}`,
          ].join(' '),
        ),
        // What follows is for the server.
        ...(passesOn === true
          ? [`${complete} --condition '${seen}; and contains -- -- (commandline -poc)' --force-files`]
          : []),
      ];
    }),
    `${complete} --condition __fish_use_subcommand --arguments help --description ${quoted('say more about a command')}`,
    `${complete} --condition '__fish_seen_subcommand_from help' --arguments '${names}'`,
    `${complete} --condition __fish_use_subcommand --long-option version --description ${quoted('print the version')}`,
    '',
  ].join('\n');
}

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/gu, '\\$&')}'`;
