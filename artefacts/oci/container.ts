/**
 * The command line that starts a locked image in Podman or Docker. The container gets what the manifest permits and nothing more:
 * mounts, network and variables; no capability, no other account, and a file system that it cannot write.
 */
import type { Manifest } from '../../schemas/types.ts';
import {
  maxContainerFiles,
  maxContainerFolderBytes,
  maxContainerMemoryBytes,
  maxContainersTasks,
  maxContainerTasks,
} from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import type { LockedImage } from './locked-images.ts';
import { mountsOf, stateInContainer, usesState, type Mount } from './mounts.ts';

/** A program that runs containers. */
export interface ContainerEngine {
  readonly kind: 'podman' | 'docker';
  /** Its absolute path. */
  readonly program: string;
  /** Words before each command of it. */
  readonly options: readonly string[];
}

/** The parts of this machine that decide about the words. */
export interface ContainerMachine {
  readonly os: NodeJS.Platform;
  /** As Node names it. */
  readonly cpu: string;
  /** Whoever runs this. Absent on Windows. */
  readonly account?: { readonly uid: number; readonly gid: number };
  /** The most that this process may allow others (`ulimit -H`). */
  readonly hardLimits?: { readonly files: number; readonly tasks: number };
}

/** What is started, from verified documents and the values of the user. */
export interface ContainerLaunch {
  /** Of the artefact's address. */
  readonly repository: { readonly host: string; readonly path: string };
  readonly image: LockedImage;
  readonly server: Pick<Manifest, 'name' | 'launch' | 'permissions'>;
  /** The words after the entrypoint. Paths in them are those inside of the container. */
  readonly arguments: readonly string[];
  /** The server's variables, beside those of the image. */
  readonly environment: ReadonlyMap<string, string>;
  /** What `${name}` means in a permission: absolute paths of this machine, by the name of the input. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
  /** The folder of this machine that `${state}` means. */
  readonly stateFolder: string;
  /** Tells this container from others of the same server. */
  readonly id: string;
}

export interface ContainerCommand {
  /** The container's name. */
  readonly name: string;
  /** After the engine's own options. */
  readonly words: readonly string[];
  /** Variables that the engine itself must get, because they are not on the command line, where everybody could read them. */
  readonly environment: ReadonlyMap<string, string>;
}

/** @throws Refusal E_UNSUPPORTED */
export function containerCommand(
  { kind }: Pick<ContainerEngine, 'kind'>,
  launch: ContainerLaunch,
  machine: ContainerMachine,
): ContainerCommand {
  const { server, image, repository } = launch;
  const name = `countersign-${server.name}-${launch.id}`;
  const state: Mount[] = usesState(server)
    ? [{ source: launch.stateFolder, target: stateInContainer, write: true }]
    : [];
  const mounts = [...state, ...mountsOf(server, launch.paths, machine.os)];
  const variables = placeVariables(launch, kind);
  return {
    name,
    words: [
      ...['run', '--interactive', '--rm', '--pull=never', '--name', name],
      // `none`: what a server says to its client would be kept in the engine's logs otherwise.
      ...['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--ipc=private', '--log-driver=none'],
      '--no-healthcheck',
      `--network=${networkOf(kind, server)}`,
      ...accountWords(kind, machine, mounts),
      ...[`--pids-limit=${maxContainerTasks}`, `--memory=${maxContainerMemoryBytes}`],
      ...(kind === 'podman' ? podmanWords(machine) : []),
      // An engine would keep these outside of the image, without a limit, and would not remove all of them.
      ...['/tmp', ...(image.volumes ?? [])].flatMap((folder) => ['--tmpfs', `${folder}:${inMemory}`]),
      ...mounts.flatMap(({ source, target, write }) => [
        '--mount',
        `type=bind,source=${source},target=${target}${write ? '' : ',readonly'}`,
      ]),
      ...variables.words,
      imageName(repository, image),
      ...launch.arguments,
    ],
    environment: variables.environment,
  };
}

/** By digest, so that no tag can lead elsewhere. */
export const imageName = (
  { host, path }: ContainerLaunch['repository'],
  { manifest }: Pick<LockedImage, 'manifest'>,
): string => `${host}/${path}@${manifest.digest}`;

const inMemory = `rw,noexec,nosuid,nodev,size=${maxContainerFolderBytes}`;

/**
 * All or nothing: an engine has no list of hosts. A server with entries under `permissions.network` can reach every host, until
 * a proxy lets only those through; one without entries can reach none, not even this machine.
 */
function networkOf(kind: ContainerEngine['kind'], { permissions }: ContainerLaunch['server']): string {
  if ((permissions?.network ?? []).length === 0) return 'none';
  // Podman's word for its default: a bridge, or what stands for one where root does not run it.
  return kind === 'podman' ? 'private' : 'bridge';
}

/** Nobody, who owns nothing. */
const nobody = 65_534;

/**
 * Where a server gets files of the user, it runs as the user, without any capability: as another account it could not read them.
 * Podman without root can make the user and nobody the same.
 */
function accountWords(
  kind: ContainerEngine['kind'],
  { os, account }: ContainerMachine,
  mounts: readonly Mount[],
): string[] {
  const asNobody = ['--user', `${nobody}:${nobody}`];
  if (mounts.length === 0 || account === undefined) return asNobody;
  if (kind === 'podman' && account.uid !== 0) return [...asNobody, `--userns=keep-id:uid=${nobody},gid=${nobody}`];
  // On other systems the engine runs in a machine of its own, which maps all accounts.
  return os === 'linux' ? ['--user', `${account.uid}:${account.gid}`] : asNobody;
}

/**
 * Podman gives variables of proxies on, unless told otherwise, and volumes of an image a place on the disk. As root it raises the
 * limits to a million, which the system refuses where this process has a lower hard limit and not the right to raise it. Beside
 * /tmp it gives /run and /var/tmp in memory, which counts as the server's own memory.
 */
const podmanWords = ({ account, hardLimits: limits }: ContainerMachine): string[] => [
  ...['--http-proxy=false', '--env-host=false', '--image-volume=ignore'],
  ...(account?.uid === 0 && limits !== undefined
    ? [
        ...['--ulimit', both('nofile', Math.min(limits.files, maxContainerFiles))],
        ...['--ulimit', both('nproc', Math.min(limits.tasks, maxContainersTasks))],
      ]
    : []),
];

const both = (name: string, limit: number): string => `${name}=${limit}:${limit}`;

/** Variables that an engine or what it is made of reads itself: it must not get a server's values for them. */
const ofEngines =
  /^(PATH|HOME|USER|LOGNAME|TMP|TEMP|TMPDIR|SHELL|TERM|TZ|LANG|GODEBUG|GOGC|GOMAXPROCS|GOMEMLIMIT|GOTRACEBACK|SSLKEYLOGFILE|SSL_CERT_(FILE|DIR)|NOTIFY_SOCKET|SSH_AUTH_SOCK|REGISTRY_AUTH_FILE|_?(LC|XDG|DBUS|LISTEN|SYSTEMD|OTEL|DOCKER|CONTAINERS?|PODMAN|BUILDAH|STORAGE|NETAVARK)_.*|(HTTPS?|ALL|NO|FTP)_PROXY)$/iu;

/**
 * Docker gives these to every container where its own configuration names proxies. A name without a value, which the engine's
 * environment does not have either, means that the container does not have it.
 */
const proxies = ['HTTP', 'HTTPS', 'FTP', 'NO', 'ALL']
  .map((scheme) => `${scheme}_PROXY`)
  .flatMap((name) => [name, name.toLowerCase()]);

function placeVariables(
  { server, environment }: ContainerLaunch,
  kind: ContainerEngine['kind'],
): {
  readonly words: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
} {
  const secrets = new Set((server.launch?.environment ?? []).filter(({ secret }) => secret).map(({ name }) => name));
  const [shown, hidden] = [new Map<string, string>(), new Map<string, string>()];
  for (const [name, value] of environment) {
    if (!ofEngines.test(name)) hidden.set(name, value);
    else if (!secrets.has(name)) shown.set(name, value);
    else
      throw new Refusal(
        'E_UNSUPPORTED',
        `the variable ${name} of ${server.name} is secret, and container engines read one of this name themselves`,
        'ask the maintainer of the server for another name of it',
      );
  }
  const unset = kind === 'docker' ? proxies.filter((name) => !environment.has(name)) : [];
  return {
    words: [
      ...[...shown].flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...[...hidden.keys(), ...unset].flatMap((name) => ['--env', name]),
    ],
    environment: hidden,
  };
}
