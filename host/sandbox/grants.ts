/** From the files that a manifest permits to what a server sees of them: all but what is protected, and no program that it can change. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemFolders, type Bind } from '../../artefacts/sandbox/bubblewrap.ts';
import { systemCode } from '../../core/failure.ts';
import { maxSandboxFiles } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { liesIn, resolved } from './paths.ts';
import type { ProtectedPlace } from './protected.ts';

/** What is kept from a server, whatever it is granted. */
export interface Guard {
  readonly protected: readonly ProtectedPlace[];
  /** Files and folders that are executed, or whose code is loaded: absolute and without links. Nothing in them can be changed. */
  readonly executed: readonly string[];
}

export interface Granted {
  readonly binds: readonly Bind[];
  /** What was granted and does not exist. */
  readonly missing: readonly string[];
}

/**
 * `paths` says of each whether it may be changed.
 * @throws Refusal E_SANDBOX for a grant of what is protected, by whatever name, and for one that cannot be kept apart from it
 */
export function grantedBinds(server: string, paths: ReadonlyMap<string, boolean>, guard: Guard): Granted {
  const found = [...paths].flatMap(([path, write]) =>
    exists(server, path) ? [{ path, real: resolved(path), binds: bindsOf(server, path, write, guard) }] : [],
  );
  const direct = found.flatMap(({ binds }) => binds);
  // The name that it was given by must lead there too; in a folder that is shown, the link itself does.
  const seen = [...direct.map(({ path }) => path), ...systemFolders];
  const named = found
    .filter(({ path, real }) => path !== real && seen.every((each) => !liesIn(path, each)))
    .flatMap(({ path, real, binds }) =>
      binds.map((bind) => ({ ...bind, at: join(path, placeOf(bind).slice(real.length)) })),
    );
  const binds = [...direct, ...named];
  if (binds.length > maxSandboxFiles)
    throw refused(
      server,
      `would be shown ${binds.length} files and folders one by one, more than ${maxSandboxFiles}`,
      'give it the folder of one project, not a folder that protected files lie in',
    );
  return {
    binds: sorted(binds),
    missing: [...paths.keys()].filter((path) => found.every((each) => each.path !== path)),
  };
}

/** A folder comes before what lies in it, which would be hidden otherwise; of two at one place, the one that allows more comes last. */
export const sorted = (binds: readonly Bind[]): Bind[] =>
  binds.toSorted((a, b) => compare(placeOf(a), placeOf(b)) || Number(a.write) - Number(b.write));

const placeOf = ({ path, at = path }: Bind): string => at;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function bindsOf(server: string, path: string, write: boolean, guard: Guard): Bind[] {
  const real = resolved(path);
  const through = real === path ? '' : `, which leads to ${real}`;
  const place = guard.protected.find((each) => liesIn(real, each.path));
  if (place !== undefined)
    throw refused(
      server,
      `may use ${path}${through}, and no server gets that: ${place.path} is ${place.is}`,
      'give it another folder',
    );
  const program = write ? guard.executed.find((each) => liesIn(real, each)) : undefined;
  if (program !== undefined)
    throw refused(
      server,
      `may change ${path}${through}, and programs are started from ${program}`,
      'give it another folder',
    );
  if (real === '/') throw refused(server, `may use ${path}, which is the whole machine`, 'give it one folder');
  return shown(real, write, guard);
}

/**
 * A folder that something protected lies in, or may appear in, is not shown itself: only what lies in it now and is not protected.
 * So nothing protected can appear there later, whoever makes it, and the server can make nothing in this one folder. Links in it
 * are left out, because they may lead anywhere.
 */
function shown(real: string, write: boolean, guard: Guard): Bind[] {
  if (guard.protected.every((place) => !liesIn(place.path, real))) return whole(real, write, guard);
  return readdirSync(real, { withFileTypes: true }).flatMap((entry) => {
    const path = join(real, entry.name);
    const isProtected = guard.protected.some((place) => place.path === path);
    if (isProtected || !(entry.isDirectory() || entry.isFile())) return [];
    if (!write || guard.executed.every((each) => !liesIn(path, each))) return readable(path, write, guard);
    return [{ path, write: false }];
  });
}

/** Another account's folder, which this one may not list, has nothing to show. */
function readable(path: string, write: boolean, guard: Guard): Bind[] {
  try {
    return shown(path, write, guard);
  } catch (error) {
    if (['EACCES', 'EPERM', 'ENOENT'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}

/** With what cannot be changed or seen in it, although the rest can. A link that leads out of it leads nowhere in the sandbox. */
function whole(real: string, write: boolean, { executed }: Guard): Bind[] {
  const inside = (path: string): string[] => {
    const place = resolved(path);
    return place !== real && liesIn(place, real) && existsSync(place) ? [place] : [];
  };
  const fixed = write ? [...executed, ...ofGit(real)].flatMap(inside) : [];
  const hidden = clientFiles.flatMap((name) => inside(join(real, name)));
  // A folder that is a mount of its own cannot be renamed, so that nothing else can take the place of what lies in it.
  const pinned = [...fixed, ...hidden].flatMap((path) => foldersBetween(real, path));
  return [
    ...[real, ...new Set(pinned)].map((path) => ({ path, write })),
    ...fixed.map((path) => ({ path, write: false })),
    ...hidden.map((at) => ({ path: '/dev/null', at, write: false })),
  ];
}

function foldersBetween(folder: string, path: string): string[] {
  const above = dirname(path);
  return above === folder ? [] : [...foldersBetween(folder, above), above];
}

/**
 * What names programs that git starts: the hooks and the settings of a repository. Where it has no folder of hooks, an empty one
 * is made, so that the server cannot.
 */
function ofGit(folder: string): string[] {
  const inner = join(folder, '.git');
  const repository = [inner, folder].find((each) => existsSync(join(each, 'objects')) && resolved(each) === each);
  if (repository === undefined) return [inner];
  const hooks = join(repository, 'hooks');
  mkdirSync(hooks, { recursive: true });
  return [hooks, join(repository, 'config'), join(repository, 'config.worktree')];
}

/** In a project: what names the servers that a client starts there. */
const clientFiles = [
  ...['.mcp.json', '.cursor/mcp.json', '.vscode/mcp.json', '.vscode/tasks.json', '.vscode/settings.json', '.envrc'],
  ...['.codex/config.toml', '.claude/settings.json', '.claude/settings.local.json', '.gemini/settings.json'],
  ...['.kiro/settings/mcp.json', '.zed/settings.json'],
];

/** @throws Refusal E_SANDBOX where it is neither a file nor a folder: a socket reaches another program */
function exists(server: string, path: string): boolean {
  if (!path.startsWith('/') || path.split('/').includes('..'))
    throw refused(
      server,
      `may use ${JSON.stringify(path)}, which is no absolute path`,
      'give an absolute path without `..`',
    );
  try {
    const found = statSync(path);
    if (found.isFile() || found.isDirectory()) return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return false;
    throw refused(server, `may use ${path}, which cannot be looked at`, 'give it another folder', { cause: error });
  }
  throw refused(server, `may use ${path}, which is neither a file nor a folder`, 'give it another folder');
}

const refused = (server: string, why: string, remedy: string, options?: ErrorOptions): Refusal =>
  new Refusal('E_SANDBOX', `${server} ${why}`, remedy, options);
