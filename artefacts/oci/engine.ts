/** Finds the program that runs containers, fetches images with it by digest, and asks which it has. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, type Stats } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { Failure, systemCode } from '../../core/failure.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { engineDeadlineMs, imagePullDeadlineMs, maxEngineAnswerBytes, maxEngineWords } from '../../core/limits.ts';
import { walkPath } from '../../core/path-walk.ts';
import { howShared } from '../../core/private.ts';
import { Refusal } from '../../core/refusal.ts';
import { imageName, type ContainerEngine, type ContainerLaunch, type ContainerMachine } from './container.ts';
import type { LockedImage } from './locked-images.ts';
import { isLoopbackHost } from './registry.ts';

/** Where systems and their package managers put programs. The PATH is never asked: the user may put anything there. */
const systemFolders = [
  '/usr/bin',
  '/usr/local/bin',
  '/opt/homebrew/bin',
  'C:\\Program Files\\Docker\\Docker\\resources\\bin',
];

type Kind = ContainerEngine['kind'];
const kinds: readonly Kind[] = ['podman', 'docker'];

/**
 * The engine that an administrator configured, by its absolute path, or the first one of the system.
 * @throws Refusal E_TRUST_CONFIG; Failure `no-container-engine`
 */
export function findEngine(configured?: string, folders: readonly string[] = systemFolders): ContainerEngine {
  if (configured !== undefined) {
    const kind = kinds.find((each) => basename(configured).replace(/\.exe$/u, '') === each);
    const why =
      !isAbsolute(configured) || kind === undefined ? 'is no absolute path of podman or docker' : whyNot(configured);
    if (why !== undefined || kind === undefined)
      throw new Refusal(
        'E_TRUST_CONFIG',
        `the container engine ${configured} ${why}`,
        'name another one in the trust config',
      );
    return { kind, program: configured, options: optionsOf(kind) };
  }
  const reasons: string[] = [];
  for (const kind of kinds)
    for (const folder of folders) {
      const program = join(folder, process.platform === 'win32' ? `${kind}.exe` : kind);
      const why = existsSync(program) ? whyNot(program) : 'is not there';
      if (why === undefined) return { kind, program, options: optionsOf(kind) };
      if (why !== 'is not there') reasons.push(`${program} ${why}`);
    }
  throw new Failure(
    'no-container-engine',
    `neither podman nor docker is installed for all users${reasons.map((reason) => `; ${reason}`).join('')}`,
    'install Podman or Docker, or ask your administrator to name one in the trust config',
  );
}

/** Why a program is not to be trusted; undefined if only this account and administrators can change it. */
function whyNot(path: string): string | undefined {
  try {
    // Folders in `Program Files` belong to administrators.
    if (process.platform === 'win32') return existsSync(path) ? undefined : 'is not there';
    const places = walkPath(resolve(path));
    for (const place of places.slice(0, -1)) {
      // The rights of a link count for nothing, but its owner can replace it.
      const found = place.found.isSymbolicLink() ? { uid: place.found.uid, mode: 0 } : ofFolder(place.found);
      const why = howShared(found);
      if (why !== undefined) return `lies behind ${place.path}, which ${why}`;
    }
    const last = places.at(-1)?.found;
    if (last?.isFile() !== true || (last.mode & 0o111) === 0) return 'is no program';
    return howShared(last);
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? 'is not there' : `cannot be looked at (${systemCode(error) ?? 'unknown'})`;
  }
}

/**
 * On macOS, Homebrew and Docker let the group of administrators write to their folders. The setgid bit of a folder says nothing,
 * and in one with the sticky bit only owners can replace something.
 */
function ofFolder({ uid, gid, mode }: Stats): Pick<Stats, 'uid' | 'mode'> {
  const administrators = process.platform === 'darwin' && gid === 80 ? 0o020 : 0;
  return { uid, mode: (mode & 0o1000) === 0 ? mode & 0o777 & ~administrators : 0 };
}

/**
 * crun, the usual runtime of Podman, starts nothing where both versions of cgroups are mounted; runc does.
 */
function optionsOf(kind: Kind): string[] {
  if (kind !== 'podman' || !existsSync('/sys/fs/cgroup/unified/cgroup.procs')) return [];
  const runc = ['/usr/sbin/runc', '/usr/bin/runc'].find((path) => existsSync(path) && whyNot(path) === undefined);
  return runc === undefined ? [] : ['--runtime', runc];
}

/** This process and its machine. */
export function thisMachine(): ContainerMachine {
  const uid = process.geteuid?.();
  const gid = process.getegid?.();
  const limits = hardLimits();
  return {
    os: process.platform,
    cpu: process.arch,
    ...(uid !== undefined && gid !== undefined && { account: { uid, gid } }),
    ...(limits !== undefined && { hardLimits: limits }),
  };
}

function hardLimits(): ContainerMachine['hardLimits'] {
  if (process.platform !== 'linux') return undefined;
  const text = readFileSync('/proc/self/limits', 'latin1');
  const limitOf = (name: string): number => {
    const [, hard] = new RegExp(`^${name} +\\S+ +(\\S+)`, 'mu').exec(text) ?? [];
    return hard === undefined || hard === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(hard);
  };
  return { files: limitOf('Max open files'), tasks: limitOf('Max processes') };
}

/** What an engine needs of the user's own variables: where it runs, where its configuration is, and how it reaches registries. */
const needed =
  /^(HOME|USER|LOGNAME|LANG|LC_ALL|TMPDIR|XDG_RUNTIME_DIR|XDG_CONFIG_HOME|XDG_DATA_HOME|DBUS_SESSION_BUS_ADDRESS|DOCKER_(HOST|CONTEXT|CONFIG|CERT_PATH|TLS_VERIFY)|CONTAINER_(HOST|SSHKEY|CONNECTION)|REGISTRY_AUTH_FILE|SSH_AUTH_SOCK|(HTTPS?|NO)_PROXY|https?_proxy|no_proxy|SSL_CERT_(FILE|DIR)|SystemRoot|SystemDrive|ProgramData|ProgramFiles|USERPROFILE|APPDATA|LOCALAPPDATA|TEMP|TMP|PATHEXT)$/u;

/** The engine starts other programs by their names. They are the system's. */
const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/opt/homebrew/bin'];

/** The environment of the engine, without variables of servers. */
export const engineEnvironment = (
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> => ({
  ...Object.fromEntries(Object.entries(environment).filter(([name]) => needed.test(name))),
  PATH: process.platform === 'win32' ? environment['PATH'] : systemPath.join(':'),
});

interface Answer {
  /** Null where it did not end by itself. */
  readonly code: number | null;
  readonly output: string;
  /** What it said of an error, as it can be shown. */
  readonly said: string;
}

/** @throws Failure `container-engine` where it cannot be started */
function ask(
  engine: ContainerEngine,
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  timeout = engineDeadlineMs,
): Promise<Answer> {
  const bounds = { timeout, killSignal: 'SIGKILL', maxBuffer: maxEngineAnswerBytes } as const;
  const started = { ...bounds, env: engineEnvironment(environment) };
  return new Promise((done, fail) => {
    execFile(engine.program, [...engine.options, ...words], started, (error, output, errors) => {
      if (
        error !== null &&
        typeof error.code === 'string' &&
        error.code.startsWith('E') &&
        !error.code.startsWith('ERR_')
      )
        fail(engineFailure(engine, `cannot be started (${error.code})`));
      else
        done({
          code: error === null ? 0 : typeof error.code === 'number' ? error.code : null,
          output,
          said: shown(errors),
        });
    });
  });
}

/** A registry may have written a part of it. */
const shown = (errors: string): string =>
  (errors.trim().split('\n').at(-1) ?? '')
    .replaceAll(/[^\u0020-\u007e]/gu, ' ')
    .trim()
    .slice(0, maxEngineWords);

const engineFailure = (
  { program }: ContainerEngine,
  why: string,
  remedy = `look at what \`${program} info\` says`,
): Failure => new Failure('container-engine', `${program} ${why}`, remedy);

/**
 * Fetches exactly one image. The engine checks the digests of the manifest, the config and each layer itself.
 * @throws Failure `image-pull`, `container-engine`; Refusal as `imageState`
 */
export async function pullImage(
  engine: ContainerEngine,
  repository: ContainerLaunch['repository'],
  image: LockedImage,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const name = imageName(repository, image);
  // Docker speaks plain http to this machine without being told.
  const plain = engine.kind === 'podman' && isLoopbackHost(repository.host) ? ['--tls-verify=false'] : [];
  const { code, said } = await ask(engine, ['pull', '--quiet', ...plain, name], environment, imagePullDeadlineMs);
  if (code === 0 && (await imageState(engine, repository, image, environment)) === 'there') return;
  throw new Failure(
    'image-pull',
    `${engine.program} could not fetch ${name}${said === '' ? '' : `: ${said}`}`,
    `check that you may read it: ${engine.kind} login ${repository.host}`,
  );
}

/**
 * Whether the engine has the image with this manifest, and its config is the locked one.
 * @throws Failure `container-engine`; Refusal E_DIGEST where it has another image under this digest
 */
export async function imageState(
  engine: ContainerEngine,
  repository: ContainerLaunch['repository'],
  image: LockedImage,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<'there' | 'absent'> {
  const name = imageName(repository, image);
  const { code, output, said } = await ask(engine, ['image', 'inspect', name], environment);
  if (code !== 0 && /not known|no such image|not found/iu.test(said)) return 'absent';
  if (code !== 0) throw engineFailure(engine, `does not say whether it has ${name}: ${said}`);
  const { Id: id, RepoDigests: names } = firstOf(output);
  const config = typeof id === 'string' ? `sha256:${id.replace(/^sha256:/u, '')}` : 'none';
  // Docker on containerd calls an image by its manifest.
  const ids = engine.kind === 'docker' ? [image.config.digest, image.manifest.digest] : [image.config.digest];
  const digests = (Array.isArray(names) ? names : []).map((each) => String(each).split('@').at(-1));
  if (!ids.includes(config) || !digests.includes(image.manifest.digest))
    throw new Refusal(
      'E_DIGEST',
      `${engine.program} has the image ${config} as ${name}, whose config is ${image.config.digest}`,
      `remove it with \`${engine.kind} image rm ${name}\`; it is fetched again`,
    );
  return 'there';
}

function firstOf(output: string): Readonly<Record<string, unknown>> {
  try {
    const [first] = parseJson(Buffer.from(output)) as unknown[];
    return isJsonObject(first) ? first : {};
  } catch {
    // What says nothing is another image.
    return {};
  }
}

/** Removes an image that no container uses. Nothing happens where it is not there. @throws Failure `container-engine` */
export async function removeImage(
  engine: ContainerEngine,
  repository: ContainerLaunch['repository'],
  image: LockedImage,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if ((await imageState(engine, repository, image, environment)) === 'absent') return;
  const name = imageName(repository, image);
  const { code, said } = await ask(engine, ['image', 'rm', name], environment);
  if (code !== 0) throw engineFailure(engine, `does not remove ${name}: ${said}`, 'end the servers that use it');
}

/** Podman would wait ten seconds for the server to end. */
export const removalOf = ({ kind }: ContainerEngine, name: string): string[] => [
  'rm',
  '--force',
  ...(kind === 'podman' ? ['--time', '0'] : []),
  name,
];

/** Ends and removes a container. Nothing happens where it is not there. @throws Failure `container-engine` */
export async function removeContainer(
  engine: ContainerEngine,
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { code, said } = await ask(engine, removalOf(engine, name), environment);
  if (code !== 0 && !/no such container/iu.test(said)) throw engineFailure(engine, `does not remove ${name}: ${said}`);
}
