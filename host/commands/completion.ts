import { didYouMean } from '../../core/did-you-mean.ts';
import { UsageError } from '../../core/failure.ts';
import type { CommandSpec } from '../command-line.ts';
import { print, writeAll } from '../output.ts';

/** `countersign completion`: the script with which a shell completes the words of these commands. */
export const completion = (program: string, commands: () => readonly CommandSpec[]): CommandSpec => ({
  name: 'completion',
  actions: ['bash', 'zsh', 'fish'],
  words: '',
  description: 'print the script that completes commands and options in your shell',
  count: [1, 1],
  run: async ({ words: [shell = ''], options }) => {
    const { completionScripts } = await import('../completion/scripts.ts');
    const write = completionScripts.get(shell);
    if (write === undefined)
      throw new UsageError(
        `there is no completion for ${JSON.stringify(shell)}${didYouMean(shell, completionScripts.keys())}`,
        `write one of ${[...completionScripts.keys()].join(', ')}`,
      );
    const script = write(program, commands());
    if (options.json === true) print(true, { schemaVersion: 1, shell, script }, []);
    else writeAll(1, script);
  },
});
