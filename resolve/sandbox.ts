/**
 * bubblewrap (https://github.com/containers/bubblewrap): only the given files, only the given environment, and usually no
 * network.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { maxSandboxCpuSeconds, maxSandboxFolderBytes, maxSandboxMemoryBytes, maxSandboxTasks } from '../core/limits.ts';

/** The files, environment and network of a program in the sandbox. */
export interface Confinement {
  /** Folders and files that it may read, at their own paths. */
  readonly read: readonly string[];
  /** An empty folder that it may write to: its home and working folder. It is removed afterwards. */
  readonly folder: string;
  readonly environment: ReadonlyMap<string, string>;
  /** Whether it may use the machine's network. */
  readonly network?: boolean;
}

/** The system files that a dynamically linked program needs. */
const systemFolders = ['/usr', '/lib', '/lib64', '/lib32', '/bin', '/etc/ld.so.cache', '/etc/ssl', '/nix/store'];

/** The system files that are needed to find a host by its name. */
const networkFiles = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/ca-certificates'];

/** The command line that runs another one in the sandbox. */
export const confined = async (command: readonly string[], confinement: Confinement): Promise<string[]> =>
  commandLine(command, confinement, await (found ??= lookAround()));

/** Options for limits that not every machine can set; empty if this one cannot. */
interface Bounds {
  /** Before each `--tmpfs`: otherwise each may fill half of the machine's memory. */
  readonly size: readonly string[];
  /** In its own user namespace, a program could mount anything, in any size. */
  readonly namespaces: readonly string[];
  /** Before the command. The address space has no limit, because Node reserves far more of it than it ever uses. */
  readonly resources: readonly string[];
}

const unbounded: Bounds = { size: [], namespaces: [], resources: [] };
const bounded: Bounds = {
  // bubblewrap 0.7
  size: ['--size', `${maxSandboxFolderBytes}`],
  // bubblewrap 0.8; some containers do not allow it.
  namespaces: ['--unshare-user', '--disable-userns'],
  // util-linux. These limits are counted for each process, except `nproc`, which is counted for each user and ignores root.
  resources: [
    '/usr/bin/prlimit',
    ...[`--nproc=${maxSandboxTasks}`, `--cpu=${maxSandboxCpuSeconds}`, '--core=0'],
    ...[`--data=${maxSandboxMemoryBytes}`, `--fsize=${maxSandboxFolderBytes}`, '--'],
  ],
};

let found: Promise<Bounds> | undefined;

/** Each limit that works here. Each is really tried once, because the system may not allow an option that the help lists. */
async function lookAround(): Promise<Bounds> {
  const [size, namespaces, resources] = await Promise.all(
    (['size', 'namespaces', 'resources'] as const).map(async (key) =>
      (await runs({ ...unbounded, [key]: bounded[key] })) ? bounded[key] : [],
    ),
  );
  return { size: size ?? [], namespaces: namespaces ?? [], resources: resources ?? [] };
}

function commandLine(
  command: readonly string[],
  { read, folder, environment, network = false }: Confinement,
  { size, namespaces, resources }: Bounds,
): string[] {
  return [
    'bwrap',
    ...[
      '--unshare-all',
      ...(network ? ['--share-net'] : []),
      ...namespaces,
      '--die-with-parent',
      '--new-session',
      '--cap-drop',
      'ALL',
      '--clearenv',
    ],
    ...['--setenv', 'HOME', folder],
    ...[...environment].flatMap(([name, value]) => ['--setenv', name, value]),
    ...[...systemFolders, ...(network ? networkFiles : [])].flatMap((path) =>
      existsSync(path) ? ['--ro-bind', path, path] : [],
    ),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['/tmp', '/dev/shm', folder].flatMap((path) => [...size, '--tmpfs', path]),
    ...read.flatMap((path) => ['--ro-bind', path, path]),
    // Both are also folders in memory, but without a limit.
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
    ...['--chdir', folder, '--', ...resources, ...command],
  ];
}

const runs = (bounds: Bounds): Promise<boolean> => {
  const nothing: Confinement = { read: [], folder: '/home/sandbox', environment: new Map() };
  // In its own process: before Linux 5.14, a busy user may already have more processes than a server is allowed.
  const command = ['/bin/sh', '-c', '/usr/bin/true & wait $!'];
  return promisify(execFile)('bwrap', commandLine(command, nothing, bounds).slice(1), {
    timeout: 10_000,
  }).then(
    () => true,
    () => false,
  );
};

let tried: Promise<boolean> | undefined;

/** Whether programs can run in a sandbox here. It is really tried once, because bubblewrap may be installed but not allowed. */
export const canConfine = (): Promise<boolean> => (tried ??= runs(unbounded));
