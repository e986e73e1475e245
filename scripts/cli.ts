/** The `registry` command: for maintainers, contributors and CI. */
import { Command, CommanderError } from 'commander';
import { endingOf, exitCodes } from '../core/exit.ts';
import { print, say } from '../host/output.ts';
import { build } from './commands/build.ts';
import { dev } from './commands/dev.ts';
import { diff } from './commands/diff.ts';
import { deprecate, revoke } from './commands/lifecycle.ts';
import { key } from './commands/key.ts';
import { keyring } from './commands/keyring.ts';
import { lock } from './commands/lock.ts';
import { create } from './commands/new.ts';
import { outdated } from './commands/outdated.ts';
import { report } from './commands/report.ts';
import { root } from './commands/root.ts';
import { serve } from './commands/serve.ts';
import { show } from './commands/show.ts';
import { sign } from './commands/sign.ts';
import { trust } from './commands/trust.ts';
import { update } from './commands/update.ts';
import { validate } from './commands/validate.ts';
import { whoUses } from './commands/who-uses.ts';
import { version } from './version.ts';

const program = new Command('registry')
  .description('Keeps a registry of MCP servers: manifests in git, approvals signed, files published.')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(registry --help lists the commands)');
for (const register of [
  create,
  lock,
  validate,
  diff,
  update,
  revoke,
  deprecate,
  show,
  whoUses,
  outdated,
  report,
  sign,
  build,
  serve,
  dev,
  key,
  root,
  keyring,
  trust,
])
  register(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said it already.
    process.exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
  } else {
    const { exitCode, code, message, remedy } = endingOf(error);
    if (process.argv.includes('--json'))
      print(true, { schemaVersion: 1, ok: false, error: { code, message, remedy } }, []);
    say(`registry: ${code}: ${message}`, `  ${remedy}`);
    process.exitCode = exitCode;
  }
}
