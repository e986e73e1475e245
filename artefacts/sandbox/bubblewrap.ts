/**
 * The words for bubblewrap (https://github.com/containers/bubblewrap), which starts a program with spaces of its own for
 * processes, mounts, users and the network: it sees only the given files, and gets no right that it did not have.
 *
 * Capture and hosts both use them, and hosts may import no room above this one.
 */
import { existsSync } from 'node:fs';
import { maxSandboxFolderBytes, maxSandboxTasks } from '../../core/limits.ts';

/** A file or a folder that a program sees at its own path. */
export interface Bind {
  readonly path: string;
  readonly write: boolean;
  /** Where it is in the sandbox, if not at the same path. */
  readonly at?: string;
}

/** What a program in the sandbox gets. */
export interface Confinement {
  /** Beside the system's own files, read only. Of two binds, the later one hides what the earlier one has there. */
  readonly files: readonly Bind[];
  /** Empty folders in memory, which it may write to. They are gone when it ends. */
  readonly temporary: readonly string[];
  /** Where it starts. */
  readonly folder: string;
  /**
   * Its whole environment, on the command line, where every account of the machine can read it: for values that are no secrets.
   * Absent: what bubblewrap itself is started with.
   */
  readonly environment?: ReadonlyMap<string, string>;
  /** Whether it may use the machine's network. Otherwise it has a loopback of its own, and nothing else. */
  readonly network: boolean;
  readonly limits: Limits;
}

/** For each process. */
export interface Limits {
  readonly memoryBytes: number;
  /** Absent: no limit. */
  readonly cpuSeconds?: number;
  readonly fileBytes?: number;
}

/** The limits that a machine can set: not every one can set all of them. */
export interface Bounds {
  /** Of folders in memory: otherwise each may fill half of the machine's memory. Since bubblewrap 0.7. */
  readonly size: boolean;
  /**
   * That there are no further user namespaces: in its own, a program could mount anything, in any size. Since bubblewrap 0.8; some
   * containers do not allow it.
   */
  readonly namespaces: boolean;
  /** Of processes and memory, by util-linux. */
  readonly resources: boolean;
}

/** The system files that a dynamically linked program needs, and the certificates that it believes. */
export const systemFolders = [
  ...[
    '/usr',
    '/lib',
    '/lib64',
    '/lib32',
    '/bin',
    '/etc/ld.so.cache',
    '/nix/store',
    '/etc/alternatives',
    '/etc/localtime',
  ],
  ...['/etc/ssl/certs', '/etc/ssl/cert.pem', '/etc/ssl/openssl.cnf', '/etc/ca-certificates', '/etc/pki/tls/certs'],
  ...['/etc/pki/tls/openssl.cnf', '/etc/pki/ca-trust/extracted', '/etc/crypto-policies'],
];

/** The system files that are needed to find a host by its name. */
const networkFiles = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf'];

/** The command line that runs another one in the sandbox. `program` is bubblewrap. */
export function confinedCommand(
  program: string,
  command: readonly string[],
  { files, temporary, folder, environment, network, limits }: Confinement,
  bounds: Bounds,
): string[] {
  return [
    program,
    ...['--unshare-all', ...(network ? ['--share-net'] : [])],
    ...(bounds.namespaces ? ['--unshare-user', '--disable-userns'] : []),
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...(environment === undefined ? [] : ['--clearenv']),
    ...[...(environment ?? [])].flatMap(([name, value]) => ['--setenv', name, value]),
    ...[...systemFolders, ...(network ? networkFiles : [])].flatMap((path) =>
      existsSync(path) ? ['--ro-bind', path, path] : [],
    ),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['/tmp', '/dev/shm', ...temporary].flatMap((path) => [
      ...(bounds.size ? ['--size', `${maxSandboxFolderBytes}`] : []),
      ...['--tmpfs', path],
    ]),
    ...files.flatMap(({ path, write, at = path }) => [write ? '--bind' : '--ro-bind', path, at]),
    // Both are also folders in memory, but without a limit.
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
    ...['--chdir', folder, '--', ...(bounds.resources ? limited(limits) : []), ...command],
  ];
}

/**
 * Limits are counted for each process, except `nproc`, which is counted for each user and ignores root. The address space has no
 * limit, because Node reserves far more of it than it ever uses.
 */
const limited = ({ memoryBytes, cpuSeconds, fileBytes }: Limits): string[] => [
  prlimit,
  ...[`--nproc=${maxSandboxTasks}`, '--core=0', `--data=${memoryBytes}`],
  ...(cpuSeconds === undefined ? [] : [`--cpu=${cpuSeconds}`]),
  ...(fileBytes === undefined ? [] : [`--fsize=${fileBytes}`]),
  '--',
];

const prlimit = '/usr/bin/prlimit';
