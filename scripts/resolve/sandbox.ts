/** bubblewrap (https://github.com/containers/bubblewrap): no network, no files but those given, no environment. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/** What a program in the sandbox sees. */
export interface Confinement {
  /** Folders and files that it may read, at their own paths. */
  readonly read: readonly string[];
  /** An empty folder that it may write to, gone afterwards: its home and where it starts. */
  readonly folder: string;
  readonly environment: ReadonlyMap<string, string>;
}

/** What a dynamically linked program needs of the system. */
const systemFolders = ['/usr', '/lib', '/lib64', '/lib32', '/bin', '/etc/ld.so.cache', '/etc/ssl', '/nix/store'];

/** The command line that runs another one confined. */
export function confined(command: readonly string[], { read, folder, environment }: Confinement): string[] {
  return [
    'bwrap',
    ...['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'],
    ...['--setenv', 'HOME', folder],
    ...[...environment].flatMap(([name, value]) => ['--setenv', name, value]),
    ...systemFolders.flatMap((path) => (existsSync(path) ? ['--ro-bind', path, path] : [])),
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', folder],
    ...read.flatMap((path) => ['--ro-bind', path, path]),
    ...['--chdir', folder, '--', ...command],
  ];
}

let tried: Promise<boolean> | undefined;

/** Whether this machine lets us confine programs. Tried once, for real: having bubblewrap is not yet being allowed to. */
export const canConfine = (): Promise<boolean> =>
  (tried ??= promisify(execFile)(
    'bwrap',
    confined(['/usr/bin/true'], { read: [], folder: '/home/sandbox', environment: new Map() }).slice(1),
    { timeout: 10_000 },
  ).then(
    () => true,
    () => false,
  ));
