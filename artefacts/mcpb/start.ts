/**
 * How a bundle is started: the `server` of its manifest.json. Only its own files are, by Node, by Python or by themselves;
 * whatever fetches or chooses code while it starts is refused.
 */
import { isLoaderVariable } from '../../core/environment.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { Refusal } from '../../core/refusal.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { outsideCommand, programAt, runtimeNamed, scriptOf, type TreeProgram } from '../tree-program.ts';
import { innerPath } from './placeholders.ts';

/** As Node names them. */
export type System = 'linux' | 'darwin' | 'win32';

export interface BundleProgram extends TreeProgram {
  /** The words after the entry. They may hold placeholders. */
  readonly arguments: readonly string[];
}

export interface BundleStart {
  readonly program: BundleProgram;
  /** By name. The values may hold placeholders. */
  readonly environment: ReadonlyMap<string, string>;
}

/** Where messages put what they say of the bundle. */
interface Around {
  readonly what: string;
  readonly files: ReadonlyMap<string, PackageFile>;
  /** Throws that the manifest.json is not what the format says. */
  readonly refuse: (why: string) => never;
}

/** @throws Refusal E_ARCHIVE, E_UNSUPPORTED */
export function startOn(system: System, server: JsonObject, around: Around): BundleStart {
  const { what, refuse } = around;
  if (server.type === 'uv')
    throw new Refusal(
      'E_UNSUPPORTED',
      `${what} is of the type uv: its packages are fetched when the server starts`,
      'use a bundle that holds its packages, or the same server from PyPI',
    );
  const { command, words, variables, isOwn } = configured(system, server, refuse);
  const program = programOf(system, command, words, around);
  const named = typeof server.entry_point === 'string' ? innerPath(server.entry_point) : undefined;
  const isNamed = program.entry === named || program.entry === `${named ?? ''}.exe`;
  if (server.entry_point !== undefined && !isOwn && !isNamed)
    refuse(`names ${show(server.entry_point)} as its entry point, and starts ${program.entry}`);
  const { environment, modules } = readVariables(program, variables, around);
  return { program: { ...program, modules }, environment };
}

interface Configured {
  readonly command: string;
  readonly words: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
  /** Whether the system has a command or words of its own, so that it may start another file than all others. */
  readonly isOwn: boolean;
}

/** What a system has of its own stands in place of the command, the words or the variables that all have. */
function configured(system: System, server: JsonObject, refuse: Around['refuse']): Configured {
  const { type, entry_point: entry, mcp_config: config } = server;
  if (config === undefined && typeof entry === 'string')
    return type === 'binary'
      ? { command: entry, words: [], variables: new Map(), isOwn: false }
      : { command: String(type), words: [entry], variables: new Map(), isOwn: false };
  if (!isJsonObject(config)) return refuse('does not say how it is started');
  const overrides = isJsonObject(config.platform_overrides) ? config.platform_overrides[system] : undefined;
  const own = isJsonObject(overrides) ? overrides : {};
  const command = own.command ?? config.command;
  const words = own.args ?? config.args ?? [];
  const variables = own.env ?? config.env ?? {};
  if (typeof command !== 'string' || command === '') return refuse('has no command');
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string'))
    return refuse('has arguments that are not all text');
  if (!isJsonObject(variables)) return refuse('has an env that is no object');
  const pairs = Object.entries(variables).map(([name, value]): [string, string] =>
    typeof value === 'string' ? [name, value] : refuse(`gives ${show(name)} a value that is no text`),
  );
  return { command, words, variables: new Map(pairs), isOwn: (own.command ?? own.args) !== undefined };
}

function programOf(system: System, command: string, words: readonly string[], around: Around): BundleProgram {
  const { what, files, refuse } = around;
  const runtime = runtimeNamed(command);
  if (runtime === undefined) {
    const path = innerPath(command);
    // Without a folder it is a program that the system looks for, whatever lies in the bundle.
    const isPlainName = path === command && !command.includes('/') && !files.has(command);
    if (path === undefined || path === '' || isPlainName) throw outsideCommand(command, what);
    // The format says so: a program of Windows may be named without its ending.
    const file = (system === 'win32' ? files.get(`${path}.exe`) : undefined) ?? files.get(path);
    if (file === undefined) return refuse(`starts ${path}, which it does not hold`);
    return { ...programAt(file, what), arguments: words };
  }
  const at = words.findIndex((word) => !word.startsWith('-'));
  for (const option of at === -1 ? words : words.slice(0, at))
    if (!harmless[runtime].test(option))
      throw new Refusal(
        'E_UNSUPPORTED',
        `${what} starts ${runtime} with ${show(option)} before its own file: that may decide which code is loaded`,
        'use a bundle that starts its own file directly',
      );
  const script = at === -1 ? undefined : words[at];
  if (script === undefined) return refuse(`starts ${runtime} without a file`);
  const path = innerPath(script);
  if (path === undefined)
    throw new Refusal(
      'E_UNSUPPORTED',
      `${what} starts ${runtime} with ${show(script)}, which is no file of its own`,
      'use a bundle that starts its own file',
    );
  if (!files.has(path)) return refuse(`starts ${path === '' ? 'its own folder' : path}, which it does not hold`);
  return { ...scriptOf(runtime, path), arguments: words.slice(at + 1) };
}

/** Options that change nothing about which code is loaded. They are left out: a host starts a runtime in its own way. */
const harmless = {
  node: /^--(?:no-warnings|no-deprecation|trace-warnings|trace-uncaught|enable-source-maps|unhandled-rejections=[a-z-]+|max-old-space-size=\d+)$/u,
  python: /^-(?:[uBIsESO]+)$/u,
} as const;

/** Without meaning for a Python that is started isolated, as hosts do it; none decides which code is loaded. */
const pythonOwn = /^PYTHON(?:UNBUFFERED|IOENCODING|UTF8|DONTWRITEBYTECODE|NOUSERSITE|FAULTHANDLER|HASHSEED|SAFEPATH)$/u;

/**
 * The folders of PYTHONPATH that the bundle holds go where a host searches for modules, so that a bundle finds what it carries.
 * Every other variable that decides which code is loaded is refused.
 */
function readVariables(
  { type, modules: own }: TreeProgram,
  variables: ReadonlyMap<string, string>,
  { what, files, refuse }: Around,
): { readonly environment: ReadonlyMap<string, string>; readonly modules: readonly string[] } {
  const environment = new Map<string, string>();
  const modules = new Set(own);
  const holds = (folder: string): boolean =>
    folder === '' || [...files.keys()].some((path) => path.startsWith(`${folder}/`));
  for (const [name, value] of variables) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/u.test(name)) refuse(`sets ${show(name)}, which is no name of a variable`);
    if (type === 'python' && name === 'PYTHONPATH') {
      for (const each of value.split(/[:;]/u).filter((folder) => folder !== '')) {
        const folder = innerPath(each);
        if (folder === undefined) throw decidesCode(what, `${name} to ${show(each)}`);
        if (holds(folder)) modules.add(folder);
      }
    } else if (type !== 'binary' && pythonOwn.test(name)) continue;
    else if (isLoaderVariable(name)) throw decidesCode(what, name);
    else environment.set(name, value);
  }
  return { environment, modules: [...modules] };
}

const decidesCode = (what: string, set: string): Refusal =>
  new Refusal(
    'E_UNSUPPORTED',
    `${what} sets ${set}, which decides which code is loaded`,
    'use a bundle that starts its own file without it',
  );

const show = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 200);
