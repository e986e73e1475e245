/** The `countersign` command. */
import { Command, CommanderError } from 'commander';
import { endingOf, exitCodes } from '../core/exit.ts';
import { doctor } from './commands/doctor.ts';
import { gc } from './commands/gc.ts';
import { info } from './commands/info.ts';
import { install } from './commands/install.ts';
import { list } from './commands/list.ts';
import { run } from './commands/run.ts';
import { uninstall } from './commands/uninstall.ts';
import { verify } from './commands/verify.ts';
import { print, say } from './output.ts';
import host from './package.json' with { type: 'json' };

const program = new Command('countersign')
  .description('Runs approved MCP servers, and refuses every byte that was not approved.')
  .version(host.version)
  .exitOverride()
  .showHelpAfterError('(countersign --help lists the commands)');
for (const register of [list, info, verify, install, uninstall, gc, run, doctor]) register(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said it already.
    process.exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
  } else {
    const { exitCode, code, message, remedy } = endingOf(error);
    const [command, ...rest] = process.argv.slice(2);
    const words = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
    // The standard output of `run` belongs to the server's client.
    if (words.includes('--json') && command !== 'run')
      print(true, { schemaVersion: 1, error: { code, message, remedy } }, []);
    say(`countersign: ${code}: ${message}\n  ${remedy}`);
    process.exitCode = exitCode;
  }
}
