/** bubblewrap (https://github.com/containers/bubblewrap): no files but those given, no environment, mostly no network. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { maxSandboxCpuSeconds, maxSandboxFolderBytes, maxSandboxMemoryBytes, maxSandboxTasks } from '../core/limits.ts';

/** What a program in the sandbox sees. */
export interface Confinement {
  /** Folders and files that it may read, at their own paths. */
  readonly read: readonly string[];
  /** An empty folder that it may write to, gone afterwards: its home and where it starts. */
  readonly folder: string;
  readonly environment: ReadonlyMap<string, string>;
  /** Whether it may use the machine's network. */
  readonly network?: boolean;
}

/** What a dynamically linked program needs of the system. */
const systemFolders = ['/usr', '/lib', '/lib64', '/lib32', '/bin', '/etc/ld.so.cache', '/etc/ssl', '/nix/store'];

/** What finding a host by its name needs. */
const networkFiles = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/ca-certificates'];

/** The command line that runs another one confined. */
export const confined = async (command: readonly string[], confinement: Confinement): Promise<string[]> =>
  commandLine(command, confinement, await (found ??= lookAround()));

/** Bounds that not every machine can set, as the words that set them; empty where it cannot. */
interface Bounds {
  /** Before each `--tmpfs`: otherwise each may fill half of the machine's memory. */
  readonly size: readonly string[];
  /** Within a user namespace of its own a program could mount what it likes, as large as it likes. */
  readonly namespaces: readonly string[];
  /** Before the command. The address space has no bound: Node reserves far more of it than it ever uses. */
  readonly resources: readonly string[];
}

const unbounded: Bounds = { size: [], namespaces: [], resources: [] };
const bounded: Bounds = {
  // bubblewrap 0.7
  size: ['--size', `${maxSandboxFolderBytes}`],
  // bubblewrap 0.8; some containers do not allow it.
  namespaces: ['--unshare-user', '--disable-userns'],
  // util-linux. Counted for each process, but for `nproc`, which does not bind root.
  resources: [
    '/usr/bin/prlimit',
    ...[`--nproc=${maxSandboxTasks}`, `--cpu=${maxSandboxCpuSeconds}`, '--core=0'],
    ...[`--data=${maxSandboxMemoryBytes}`, `--fsize=${maxSandboxFolderBytes}`, '--'],
  ],
};

let found: Promise<Bounds> | undefined;

/** Each bound that works here. Tried once, for real: an option in the help is not yet one that the system allows. */
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
    // Both are folders in memory too, without a size.
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
    ...['--chdir', folder, '--', ...resources, ...command],
  ];
}

const runs = (bounds: Bounds): Promise<boolean> => {
  const nothing: Confinement = { read: [], folder: '/home/sandbox', environment: new Map() };
  // In a process of its own: before Linux 5.14 a busy user has more of them already than we let a server have.
  const command = ['/bin/sh', '-c', '/usr/bin/true & wait $!'];
  return promisify(execFile)('bwrap', commandLine(command, nothing, bounds).slice(1), {
    timeout: 10_000,
  }).then(
    () => true,
    () => false,
  );
};

let tried: Promise<boolean> | undefined;

/** Whether this machine lets us confine programs. Tried once, for real: having bubblewrap is not yet being allowed to. */
export const canConfine = (): Promise<boolean> => (tried ??= runs(unbounded));
