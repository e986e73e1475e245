/** The `registry` command: for maintainers, contributors and CI. */
import { Command, CommanderError } from 'commander';
import { endingOf, exitCodes } from '../core/exit.ts';
import { print, say } from '../host/output.ts';
import { version } from './version.ts';

const program = new Command('registry')
  .description('Keeps a registry of MCP servers: manifests in git, approvals signed, files published.')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(registry --help lists the commands)');
/** By name, in the order of the help. Only the one that is run is loaded: each brings what it needs. */
const commands: ReadonlyMap<string, () => Promise<(program: Command) => void>> = new Map([
  ['new', async () => (await import('./commands/new.ts')).create],
  ['lock', async () => (await import('./commands/lock.ts')).lock],
  ['validate', async () => (await import('./commands/validate.ts')).validate],
  ['diff', async () => (await import('./commands/diff.ts')).diff],
  ['capture', async () => (await import('./commands/capture.ts')).capture],
  ['scan', async () => (await import('./commands/scan.ts')).scan],
  ['update', async () => (await import('./commands/update.ts')).update],
  ['outdated', async () => (await import('./commands/outdated.ts')).outdated],
  ['who-uses', async () => (await import('./commands/who-uses.ts')).whoUses],
  ['report', async () => (await import('./commands/report.ts')).report],
  ['revoke', async () => (await import('./commands/lifecycle.ts')).revoke],
  ['deprecate', async () => (await import('./commands/lifecycle.ts')).deprecate],
  ['show', async () => (await import('./commands/show.ts')).show],
  ['sign', async () => (await import('./commands/sign.ts')).sign],
  ['build', async () => (await import('./commands/build.ts')).build],
  ['serve', async () => (await import('./commands/serve.ts')).serve],
  ['dev', async () => (await import('./commands/dev.ts')).dev],
  ['key', async () => (await import('./commands/key.ts')).key],
  ['root', async () => (await import('./commands/root.ts')).root],
  ['keyring', async () => (await import('./commands/keyring.ts')).keyring],
  ['trust', async () => (await import('./commands/trust.ts')).trust],
]);

const asked = commands.get(process.argv[2] ?? '');
for (const load of asked === undefined ? commands.values() : [asked]) (await load())(program);

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
