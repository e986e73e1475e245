/** What is started in a tree of files: a script, by Node or by Python, or a program that lies in it. */
import { posix } from 'node:path';
import type { PackageFile } from './archives/tarball.ts';
import { parentOf } from '../core/inner-path.ts';
import { Refusal } from '../core/refusal.ts';

export interface TreeProgram {
  /** Who runs the entry; `binary` stands for nobody: it runs itself. */
  readonly type: 'node' | 'python' | 'binary';
  /** A file in the tree. */
  readonly entry: string;
  /** For Python: folders in the tree that hold modules, in the order in which they are searched. Empty for others. */
  readonly modules: readonly string[];
}

/** A script, which finds the modules beside it as it would without a host. */
export const scriptOf = (type: 'node' | 'python', entry: string): TreeProgram => ({
  type,
  entry,
  modules: type === 'python' ? [parentOf(entry)] : [],
});

/** What fetches packages, or builds them, while it starts a server. */
const resolvers =
  /^(?:npx|npm|pnpx?|yarn|bunx?|deno|tsx|ts-node|corepack|uvx?|pipx?3?|pip3?|pipenv|poetry|hatch|rye|pdm|conda|mamba|micromamba|pixi|go|cargo|dotnet|dnx|jbang|gem|bundle|composer|nix|docker|podman|nerdctl)$/u;

const shells = /^(?:sh|bash|dash|zsh|fish|ksh|csh|tcsh|cmd|powershell|pwsh|env|sudo|cscript|wscript|osascript)$/u;

/** The name of a program, however it is written: without folders, and without the endings that Windows adds. */
const bareName = (command: string): string =>
  posix
    .basename(command.replaceAll('\\', '/'))
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat|com|ps1)$/u, '');

/** Who runs what a command is given, where that is Node or Python by its plain name. */
export function runtimeNamed(command: string): 'node' | 'python' | undefined {
  if (/[/\\]/u.test(command)) return undefined;
  const name = bareName(command);
  if (name === 'node') return 'node';
  return name === 'python' || name === 'python3' ? 'python' : undefined;
}

/** Why a command that is not in the artefact is not run. `what` is what messages call the artefact. */
export function outsideCommand(command: string, what: string): Refusal {
  const name = bareName(command);
  const shown = JSON.stringify(command.slice(0, 200));
  if (resolvers.test(name))
    return new Refusal(
      'E_UNSUPPORTED',
      `${what} starts ${shown}, which fetches or builds code when the server starts`,
      'only code that lies in the artefact can be reviewed: use one that holds all that it runs',
    );
  if (shells.test(name))
    return new Refusal(
      'E_UNSUPPORTED',
      `${what} starts ${shown}, which runs whatever command it is given`,
      'use an artefact that starts its own file, by node, python or itself',
    );
  return new Refusal(
    'E_UNSUPPORTED',
    `${what} starts ${shown}, which is not in it`,
    'use an artefact that starts its own file, by node, python or itself',
  );
}

/**
 * How a file of a tree is started: by its ending, else by its first line, else by itself.
 * @throws Refusal E_UNSUPPORTED where it would have to be built, fetches code when it starts, or is not executable
 */
export function programAt({ path, executable, content }: PackageFile, what: string): TreeProgram {
  const ending = posix.extname(path).toLowerCase();
  if (['.js', '.mjs', '.cjs'].includes(ending)) return scriptOf('node', path);
  if (ending === '.py') return scriptOf('python', path);
  if (/^\.[cm]?tsx?$|^\.jsx$/u.test(ending)) throw unbuilt(`the file ${path}`, what);
  if (/^\.(?:bat|cmd|ps1)$/u.test(ending)) throw outsideCommand('cmd', what);
  if (resolvers.test(bareName(path))) throw outsideCommand(path, what);
  const interpreter = interpreterOf(content);
  const runtime = interpreter === undefined ? undefined : runtimeNamed(interpreter);
  if (runtime !== undefined) return scriptOf(runtime, path);
  if (interpreter !== undefined && resolvers.test(interpreter)) throw outsideCommand(interpreter, what);
  if (!executable && ending !== '.exe')
    throw new Refusal(
      'E_UNSUPPORTED',
      `${path} in ${what} is neither a script of Node or Python, nor marked as executable`,
      'name another file, or ask the publisher to mark it as executable',
    );
  return { type: 'binary', entry: path, modules: [] };
}

/** The program that a script's first line names: `node` for both `#!/usr/bin/node` and `#!/usr/bin/env -S node --flag`. */
function interpreterOf(content: Uint8Array): string | undefined {
  const line = /^#!\s*(?<words>[^\r\n]*)/u.exec(Buffer.from(content.subarray(0, 256)).toString('latin1'))?.groups
    ?.words;
  const words = (line ?? '').split(/\s+/u).filter((word) => word !== '');
  const first = words[0] === undefined ? undefined : bareName(words[0]);
  if (first !== 'env') return first;
  const named = words.slice(1).find((word) => !word.startsWith('-') && !word.includes('='));
  return named === undefined ? undefined : bareName(named);
}

/** Nothing is built: a file that only a build makes is not there. */
export const unbuilt = (file: string, what: string): Refusal =>
  new Refusal(
    'E_UNSUPPORTED',
    `${what} starts ${file}, which has to be built first`,
    'nothing is built here: use an artefact that holds the built files, such as the package that its publisher releases',
  );
