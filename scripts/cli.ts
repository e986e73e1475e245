/** The `registry` command: for maintainers, contributors and CI. */
import { Command, CommanderError } from 'commander';
import { endingOf, exitCodes } from '../core/exit.ts';
import { leaveOutRelativeHome } from '../core/home-variable.ts';
import { printFailure, say, writeAll } from '../host/output.ts';
import { version } from './version.ts';

leaveOutRelativeHome(process.env);

const program = new Command('registry')
  .description('Keeps a registry of MCP servers: manifests in git, approvals signed, files published.')
  .version(version)
  .exitOverride()
  // It repeats words that it does not know.
  .configureOutput({
    writeOut: (text) => writeAll(1, text),
    outputError: (text) => say(...text.trimEnd().split('\n')),
  })
  .showHelpAfterError('(registry --help lists the commands)');
/** By name, in the order of the help. Only the one that is run is loaded: each brings what it needs. */
const commands: ReadonlyMap<string, () => Promise<(program: Command) => void>> = new Map([
  ['new', () => import('./commands/new.ts').then(({ create }) => create)],
  ['lock', () => import('./commands/lock.ts').then(({ lock }) => lock)],
  ['validate', () => import('./commands/validate.ts').then(({ validate }) => validate)],
  ['diff', () => import('./commands/diff.ts').then(({ diff }) => diff)],
  ['capture', () => import('./commands/capture.ts').then(({ capture }) => capture)],
  ['scan', () => import('./commands/scan.ts').then(({ scan }) => scan)],
  ['update', () => import('./commands/update.ts').then(({ update }) => update)],
  ['outdated', () => import('./commands/outdated.ts').then(({ outdated }) => outdated)],
  ['who-uses', () => import('./commands/who-uses.ts').then(({ whoUses }) => whoUses)],
  ['report', () => import('./commands/report.ts').then(({ report }) => report)],
  ['revoke', () => import('./commands/lifecycle.ts').then(({ revoke }) => revoke)],
  ['deprecate', () => import('./commands/lifecycle.ts').then(({ deprecate }) => deprecate)],
  ['show', () => import('./commands/show.ts').then(({ show }) => show)],
  ['sign', () => import('./commands/sign.ts').then(({ sign }) => sign)],
  ['timestamp', () => import('./commands/timestamp.ts').then(({ timestamp }) => timestamp)],
  ['reindex', () => import('./commands/reindex.ts').then(({ reindex }) => reindex)],
  ['views', () => import('./commands/views.ts').then(({ views }) => views)],
  ['build', () => import('./commands/build.ts').then(({ build }) => build)],
  ['publish', () => import('./commands/publish.ts').then(({ publish }) => publish)],
  ['status', () => import('./commands/status.ts').then(({ status }) => status)],
  ['rollback', () => import('./commands/rollback.ts').then(({ rollback }) => rollback)],
  ['serve', () => import('./commands/serve.ts').then(({ serve }) => serve)],
  ['dev', () => import('./commands/dev.ts').then(({ dev }) => dev)],
  ['key', () => import('./commands/key.ts').then(({ key }) => key)],
  ['root', () => import('./commands/root.ts').then(({ root }) => root)],
  ['keyring', () => import('./commands/keyring.ts').then(({ keyring }) => keyring)],
  ['launcher', () => import('./commands/launcher.ts').then(({ launcher }) => launcher)],
  ['trust', () => import('./commands/trust.ts').then(({ trust }) => trust)],
]);

const asked = commands.get(process.argv[2] ?? '');
for (const load of asked === undefined ? commands.values() : [asked]) (await load())(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said it to people already.
    const isWrong = error.exitCode !== 0;
    process.exitCode = isWrong ? exitCodes.usage : exitCodes.fine;
    if (isWrong && process.argv.includes('--json')) {
      const message = error.message.replace(/^error: /u, '');
      const remedy = 'see `registry --help`, or --help behind a command';
      printFailure(true, { schemaVersion: 1, ok: false, error: { code: 'usage', message, remedy } });
    }
  } else {
    const { exitCode, code, message, remedy } = endingOf(error);
    process.exitCode = exitCode;
    const value = { schemaVersion: 1, ok: false, error: { code, message, remedy } };
    printFailure(process.argv.includes('--json'), value, `registry: ${code}: ${message}`, `  ${remedy}`);
  }
}
