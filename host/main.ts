/** What the `countersign` command does with its arguments. */
import { endingOf } from '../core/exit.ts';
import { parseCommandLine } from './command-line.ts';
import { print, printFailure } from './output.ts';
import { commands, program } from './program.ts';

/** Sets the exit code of this process; what goes wrong is printed. */
export async function main(argv: readonly string[]): Promise<void> {
  // Looked up in the raw arguments: errors in the arguments are printed as JSON too. What follows `--` is for the server.
  const json = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined).includes('--json');
  try {
    const parsed = parseCommandLine(program, commands, argv);
    if (parsed.kind === 'text') print(json, { schemaVersion: 1, text: parsed.text }, parsed.text.split('\n'));
    // Once the server of `run` has started, the standard output belongs to its client. Only an error can be printed
    // before.
    else await parsed.command.run(parsed.call);
  } catch (error) {
    const { exitCode, code, message, remedy } = endingOf(error, new Date());
    process.exitCode = exitCode;
    const value = { schemaVersion: 1, error: { code, message, remedy } };
    printFailure(json, value, `countersign: ${code}: ${message}`, `  ${remedy}`);
  }
}
