/**
 * Which package index is asked: the one that uv or pip is configured with on this machine, so that a mirror has to be
 * named only once. A project's own configuration is ignored, because this may run in a folder that is not trusted.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse, TomlError, type TomlTable } from 'smol-toml';
import { isHttp } from '../../core/address.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { isJsonObject } from '../../core/json.ts';
import { maxConfigBytes } from '../../core/limits.ts';
import { readRegularFile } from '../../core/regular-file.ts';

export interface IndexAddress {
  /** With a slash at its end. May hold a user and a password: never print it. */
  readonly url: string;
  /** Where it was found: `PIP_INDEX_URL`, a file, `uv`. */
  readonly source: string;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** `/`, below which the files for all users are. */
  readonly root: string;
  readonly os: NodeJS.Platform;
}

const here = (): Surroundings => ({ env: process.env, home: homedir(), root: '/', os: process.platform });

/**
 * As uv and pip look for it: the environment before the files of the user, and those before the files of the system.
 * What uv is told goes before what pip is told. Undefined where neither is told anything.
 * @throws Failure `index-address` for an address or a file that cannot be used
 */
export function configuredIndex(surroundings: Surroundings = here()): IndexAddress | undefined {
  const { env } = surroundings;
  for (const source of ['UV_DEFAULT_INDEX', 'UV_INDEX_URL'])
    if (isSet(env[source])) return readIndexAddress(env[source], source);
  for (const file of uvFiles(surroundings)) {
    const url = fromFile(file, uvIndex);
    if (url !== undefined) return readIndexAddress(url, file);
  }
  if (isSet(env.PIP_INDEX_URL)) return readIndexAddress(env.PIP_INDEX_URL, 'PIP_INDEX_URL');
  for (const file of pipFiles(surroundings)) {
    const url = fromFile(file, pipIndex);
    if (url !== undefined) return readIndexAddress(url, file);
  }
  return undefined;
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

/** @throws Failure `index-address`, without the address, which may hold a password */
export function readIndexAddress(address: string, source: string): IndexAddress {
  if (!isHttp(address))
    throw wrong(source, 'names a package index that has no http address', 'write the address of its simple interface');
  const url = new URL(address);
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return { url: url.href, source };
}

const wrong = (source: string, what: string, remedy: string, cause?: unknown): Failure =>
  new Failure('index-address', `${source} ${what}`, remedy, { cause });

/** https://docs.astral.sh/uv/concepts/configuration-files/ */
function uvFiles(surroundings: Surroundings): string[] {
  const { UV_NO_CONFIG: none, UV_CONFIG_FILE: given } = surroundings.env;
  if (isSet(none)) return [];
  if (isSet(given)) return [given];
  return [userFolder(surroundings), ...systemFolders(surroundings)].map((folder) => join(folder, 'uv', 'uv.toml'));
}

/** https://pip.pypa.io/en/stable/topics/configuration/ */
function pipFiles(surroundings: Surroundings): string[] {
  const { env, home, root, os } = surroundings;
  const given = env.PIP_CONFIG_FILE;
  // Its way to say that no file counts.
  if (given === '/dev/null' || given === 'nul') return [];
  const name = os === 'win32' ? 'pip.ini' : 'pip.conf';
  const onMac = (folder: string): string[] =>
    os === 'darwin' ? [join(folder, 'Library', 'Application Support', 'pip', name)] : [];
  return [
    ...(isSet(given) ? [given] : []),
    ...onMac(home),
    join(userFolder(surroundings), 'pip', name),
    join(home, os === 'win32' ? 'pip' : '.pip', name),
    ...onMac(root),
    ...systemFolders(surroundings).map((folder) => join(folder, 'pip', name)),
    ...(os === 'win32' ? [] : [join(root, 'etc', name)]),
  ];
}

function userFolder({ env, home, os }: Surroundings): string {
  if (os === 'win32') return isSet(env.APPDATA) ? env.APPDATA : join(home, 'AppData', 'Roaming');
  return isSet(env.XDG_CONFIG_HOME) ? env.XDG_CONFIG_HOME : join(home, '.config');
}

function systemFolders({ env, root, os }: Surroundings): string[] {
  if (os === 'win32') return [isSet(env.PROGRAMDATA) ? env.PROGRAMDATA : String.raw`C:\ProgramData`];
  const etc = join(root, 'etc');
  return [...(isSet(env.XDG_CONFIG_DIRS) ? env.XDG_CONFIG_DIRS.split(':') : [join(etc, 'xdg')]), etc];
}

function fromFile(path: string, find: (text: string) => string | undefined): string | undefined {
  try {
    const terms = { code: 'E_FORMAT', remedy: 'see this file', follow: true } as const;
    return find(readRegularFile(path, maxConfigBytes, terms).bytes.toString('utf8'));
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(cause) ?? '')) return undefined;
    const what = 'cannot be read for the address of the package index';
    // The parser's own message shows some lines, which may hold a password.
    if (cause instanceof TomlError) throw wrong(path, `${what}: line ${cause.line} is no TOML`, 'see this file');
    throw wrong(path, what, 'see this file', cause);
  }
}

/** The default index: `index-url`, or the entry among `index` that says so. */
function uvIndex(text: string): string | undefined {
  const settings: TomlTable = parse(text);
  const indexes = Array.isArray(settings.index) ? settings.index : [];
  const chosen = indexes.find((each) => isJsonObject(each) && each.default === true);
  const found = isJsonObject(chosen) ? chosen.url : settings['index-url'];
  return typeof found === 'string' ? found : undefined;
}

/** `index-url` in the section `global`. Keys may be written with `_`, and values after `:`, as everywhere in such files. */
function pipIndex(text: string): string | undefined {
  let section = '';
  let found: string | undefined;
  for (const line of text.split(/\r?\n/u)) {
    section = /^\[(?<name>[^\]]+)\]/u.exec(line)?.groups?.name ?? section;
    const { key, value } = /^(?<key>[\w-]+)\s*[=:]\s*(?<value>\S.*?)\s*$/u.exec(line)?.groups ?? {};
    if (section === 'global' && key?.toLowerCase().replaceAll('_', '-') === 'index-url') found = value;
  }
  return found;
}
