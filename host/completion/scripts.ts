import type { CommandSpec } from '../command-line.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

/** By the name of the shell, what writes its script. */
export const completionScripts: ReadonlyMap<string, (program: string, commands: readonly CommandSpec[]) => string> =
  new Map([
    ['bash', bashCompletion],
    ['zsh', zshCompletion],
    ['fish', fishCompletion],
  ]);
