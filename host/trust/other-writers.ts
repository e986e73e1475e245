/** Finds out who, besides the administrator, could change or replace a file. */
import type { Stats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { messageOf } from '../../core/failure.ts';
import { walkPath } from '../../core/path-walk.ts';

/** The only account that may write. */
const root = 0;

/** What the operating system says about an open file, through its handle. */
export type OpenedFile = Pick<Stats, 'dev' | 'ino' | 'uid' | 'mode'>;

/**
 * Returns one sentence for each place where somebody else could: the file itself, and every folder and link on the path
 * to it. Empty if only the administrator can. A place that cannot be looked up counts as one where somebody else could.
 * `opened` is the file that was read; the path must still lead to that file.
 */
export async function otherWriters(
  path: string,
  opened: OpenedFile,
  administrator = root,
  upTo?: string,
): Promise<string[]> {
  if (process.platform !== 'win32') return onPosix(resolve(path), opened, administrator, upTo);
  const places = new Set([...upwards(resolve(path), upTo), ...upwards(await realpath(path), upTo)]);
  const found: string[] = [];
  for (const place of places) found.push(...(await onWindows(place)));
  return found;
}

function upwards(path: string, upTo: string | undefined): string[] {
  const places = [path];
  for (let place = path; place !== dirname(place) && place !== upTo; place = dirname(place))
    places.push(dirname(place));
  return places;
}

function onPosix(path: string, opened: OpenedFile, administrator: number, upTo = '/'): string[] {
  let places;
  try {
    places = walkPath(path);
  } catch (error) {
    return [`who may write ${path} cannot be found out (${messageOf(error)})`];
  }
  const end = places.at(-1)?.found;
  if (end?.dev !== opened.dev || end.ino !== opened.ino) return [`${path} was replaced while it was read`];
  const top = upTo.endsWith('/') ? upTo : `${upTo}/`;
  const found = places
    .toReversed()
    .filter((place) => place.path === upTo || place.path.startsWith(top))
    // The mode of a link has no meaning. What the link leads to is checked too.
    .flatMap((place) => writersOf(place.path, place.found, administrator, !place.found.isSymbolicLink()));
  return [...new Set([...writersOf(places.at(-1)?.path ?? path, opened, administrator, true), ...found])];
}

/**
 * Access control lists need no check of their own: the group's bits of the mode show the most that a list can grant.
 */
function writersOf(
  place: string,
  { uid, mode }: Pick<Stats, 'uid' | 'mode'>,
  administrator: number,
  hasMode: boolean,
): string[] {
  const writable = (mode & 0o022) !== 0 && hasMode;
  return [
    ...(uid === administrator ? [] : [`${place} belongs to the user ${uid}`]),
    ...(writable ? [`${place} can be written by its group or by everybody (mode ${(mode & 0o777).toString(8)})`] : []),
  ];
}

/** An absolute path, so that PATH does not decide which program runs. */
const powershell = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';

async function onWindows(place: string): Promise<string[]> {
  try {
    const { execFile } = await import('node:child_process');
    const { promisify } = await import('node:util');
    const script = '(Get-Acl -LiteralPath $env:COUNTERSIGN_PLACE).Sddl';
    const { stdout } = await promisify(execFile)(powershell, ['-NoProfile', '-NonInteractive', '-Command', script], {
      env: { SystemRoot: 'C:\\Windows', COUNTERSIGN_PLACE: place },
    });
    const kind = (await lstat(place)).isDirectory() ? 'folder' : 'file';
    return writersIn(stdout.trim(), kind).map((sid) => `${place} can be written by ${sid}`);
  } catch (error) {
    return [`who may write ${place} cannot be found out (${messageOf(error)})`];
  }
}

/** SYSTEM, Administrators and TrustedInstaller, by alias and by number. */
const administrators: ReadonlySet<string> = new Set([
  ...['SY', 'S-1-5-18', 'BA', 'S-1-5-32-544'],
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
]);

/**
 * Reads a security descriptor in SDDL
 * (https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format). Returns everybody, except
 * administrators, who may change the file, or delete or rename something in the folder: the owner, and each entry that
 * allows it. Adding files to a folder is harmless to the files in it. A descriptor that cannot be read counts as one
 * that allows somebody.
 */
export function writersIn(sddl: string, kind: 'file' | 'folder'): string[] {
  const owner = /^O:(?<owner>[A-Z]{2}|S-[\d-]+)/u.exec(sddl)?.groups?.owner;
  const list = /D:[A-Z_]*(?<list>(?:\([^()]*\))+)/u.exec(sddl)?.groups?.list;
  // A descriptor without a list allows everybody.
  if (owner === undefined || list === undefined) return [`somebody (${sddl.slice(0, 200)})`];
  const entries = [...list.matchAll(/\((?<entry>[^()]*)\)/gu)].map(({ groups }) => (groups?.entry ?? '').split(';'));
  const harms = kind === 'file' ? beyondReading : takesAway;
  const writers = entries
    .filter(([type = '', flags = '', rights = '']) => !denies.has(type) && !flags.includes('IO') && harms(rights))
    .map((entry) => entry[5] ?? 'somebody');
  return [...new Set([owner, ...writers])].filter((sid) => !administrators.has(sid));
}

const denies: ReadonlySet<string> = new Set(['D', 'OD', 'XD']);

/** Rights are pairs of letters, or a number. */
const lettersIn = (rights: string): readonly string[] => rights.match(/../gu) ?? [''];
const isNumber = (rights: string): boolean => /^0x[\da-f]+$/iu.test(rights);

/** FILE_GENERIC_READ, FILE_GENERIC_EXECUTE and their generic forms; then the letters for parts of them. */
const readAndExecute = 0x001200a9 | 0xa0000000;
const reading: ReadonlySet<string> = new Set(['FR', 'FX', 'GR', 'GX', 'RC', 'CC', 'SW', 'WP', 'LO']);

const beyondReading = (rights: string): boolean =>
  isNumber(rights) ? (Number(rights) & ~readAndExecute) !== 0 : lettersIn(rights).some((right) => !reading.has(right));

/** DELETE, DELETE_CHILD, WRITE_DAC, WRITE_OWNER and all of them together. */
const takingAway = 0x000d0040 | 0x10000000;
const taking: ReadonlySet<string> = new Set(['SD', 'DT', 'WD', 'WO', 'FA', 'GA', '']);

const takesAway = (rights: string): boolean =>
  isNumber(rights) ? (Number(rights) & takingAway) !== 0 : lettersIn(rights).some((right) => taking.has(right));
