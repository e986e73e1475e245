/** Compares paths of manifests with paths of policies, as the systems of users would resolve them. */

/** The places of home folders; `*` means any single folder. */
const homes = [
  ['~'],
  ['home', '*'],
  ['var', 'home', '*'],
  ['users', '*'],
  ['c:', 'users', '*'],
  // Windows, as seen from Linux on the same machine.
  ['mnt', '*', 'users', '*'],
];
/** The homes of administrators, for paths of policies and for paths that name another user. */
const administrators = [['root'], ['var', 'root']];

/**
 * Whether a permission covers a forbidden path, something in it, or a folder that contains it. `~` is the home folder of any user.
 * Upper and lower case are the same, because many systems do not distinguish them.
 */
export function pathOverlaps(permission: string, forbidden: string): boolean {
  const never = placesOf(forbidden, [...homes, ...administrators]);
  return placesOf(permission, homes).some((wanted) => never.some((path) => sharesPath(wanted, path)));
}

/** All places that a path may mean. */
function placesOf(path: string, ownHomes: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const [first = '', ...rest] = segmentsOf(path);
  if (first === '~') return ownHomes.map((home) => [...home, ...rest]);
  // `~anna` is the home of another user.
  if (first.startsWith('~')) return [...homes, ...administrators].map((home) => [...home, ...rest]);
  return [first === '' ? [] : [first, ...rest]];
}

/** One path is the beginning of the other. */
function sharesPath(a: readonly string[], b: readonly string[]): boolean {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [one = '', other = ''] = [a[index], b[index]];
    if (one === '**' || other === '**') return true;
    if (!segmentMatches(one, other)) return false;
  }
  return true;
}

/** `*` and `?` in a segment may match anything, and so may a short name of Windows (`SSH~1`): uncertain cases count as overlap. */
const segmentMatches = (a: string, b: string): boolean => a === b || isUncertain(a) || isUncertain(b);

const isUncertain = (segment: string): boolean => /[*?[{]|[^~]~\d/u.test(segment);

/** The part of a path whose value only the user knows. */
export const unknownFolder = '\0';

/** Without `.` and `..`; a path that leaves a home folder, a relative folder or an unknown one may point anywhere. */
function segmentsOf(path: string): string[] {
  const text = folded(withoutScheme(path))
    .replaceAll('\\', '/')
    .replace(/^\/\/[?.]\//u, '/');
  const isAbsolute = text.startsWith('/') || /^[a-z]:/u.test(text);
  const segments: string[] = [];
  for (const segment of text.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') {
      segments.push(windowsSegment(segment));
      continue;
    }
    if (isAbsolute) segments.splice(0, segments.length, ...linkTarget(withoutAlias(segments)));
    const left = segments.pop();
    if (left === '**') return ['**'];
    if (left === undefined ? !isAbsolute : left.includes(unknownFolder) || /^~[^/]*$/u.test(left)) return ['**'];
  }
  return isAbsolute ? withoutAlias(segments) : segments;
}

/** `file:/etc`, `file:///etc` and `file://localhost/etc` are `/etc`, with any character as `%` and two digits. */
function withoutScheme(path: string): string {
  const rest = /^\s*file:(?:\/\/(?:localhost)?(?=[/\\]))?(?<rest>.*)$/isu.exec(path)?.groups?.rest;
  return rest === undefined
    ? path
    : rest.replaceAll(/%([0-7][0-9a-f])/giu, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Where links of every Linux lead: only `..` after one of them tells the difference. */
const links: ReadonlyMap<string, readonly string[]> = new Map([
  ['var/run', ['run']],
  ['var/lock', ['run', 'lock']],
  ['dev/fd', ['**']],
]);

/** The folder that a folder of a path leads to. */
function linkTarget(segments: readonly string[]): readonly string[] {
  for (const [link, target] of links)
    if (segments.slice(0, 2).join('/') === link) return [...target, ...segments.slice(2)];
  return segments;
}

/** Case and composition do not distinguish files on macOS, and characters that show nothing did not on its older disks. */
const folded = (path: string): string =>
  path
    .normalize('NFC')
    .replaceAll(/(?!\0)\p{Default_Ignorable_Code_Point}/gu, '')
    // Upper case first: it also makes an s of a long s.
    .toUpperCase()
    .toLowerCase();

/** Other names for the same folders: macOS keeps /etc and others below /private, Linux shows the root below /proc. */
function withoutAlias(segments: readonly string[]): string[] {
  const path = segments.join('/');
  const plain = path
    .replace(/^(?:proc\/[^/]+(?:\/task\/[^/]+)?\/root(?:\/|$))+/u, '')
    .replace(/^system\/volumes\/data(?:\/|$)/u, '')
    .replace(/^private\/(?=(?:etc|var|tmp)(?:\/|$))/u, '');
  if (/^proc\/[^/]+(?:\/task\/[^/]+)?\/(?:cwd|fd)(?:\/|$)/u.test(plain)) return ['**'];
  return plain === '' ? [] : plain.split('/');
}

/** Windows drops dots and spaces at a name's end, and what follows a colon names a part of the same file. */
const windowsSegment = (segment: string): string =>
  segment.replace(/(?<=[^:]{2}):.*$/u, '').replace(/(?<=[^. ])[. ]+$/u, '');
