/** The `countersign` command. */
import { endingOf } from '../core/exit.ts';
import { parseCommandLine } from './command-line.ts';
import { audit } from './commands/audit.ts';
import { credentials } from './commands/credentials.ts';
import { doctor } from './commands/doctor.ts';
import { gc } from './commands/gc.ts';
import { info } from './commands/info.ts';
import { install } from './commands/install.ts';
import { list } from './commands/list.ts';
import { run } from './commands/run.ts';
import { status } from './commands/status.ts';
import { uninstall } from './commands/uninstall.ts';
import { verify } from './commands/verify.ts';
import { print, say } from './output.ts';
import host from './package.json' with { type: 'json' };

const program = {
  name: 'countersign',
  description: 'Runs approved MCP servers, and refuses every byte that was not approved.',
  version: host.version,
};
const commands = [list, info, verify, install, uninstall, credentials, gc, run, status, audit, doctor];
const argv = process.argv.slice(2);
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
  if (json) print(true, { schemaVersion: 1, error: { code, message, remedy } }, []);
  say(`countersign: ${code}: ${message}`, `  ${remedy}`);
  process.exitCode = exitCode;
}
