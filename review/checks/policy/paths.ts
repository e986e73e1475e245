/** Paths as manifests and policies write them, and whether one of them holds the other. */

/** Where home folders lie; `*` stands for any one folder. */
const homes = [['~'], ['home', '*'], ['root'], ['var', 'root'], ['users', '*'], ['c:', 'users', '*']];

/**
 * Whether a permission covers a forbidden path, something in it, or a folder around it. `~` is the home folder of
 * anybody; upper and lower case are the same, as they are on half of the machines.
 */
export function pathOverlaps(permission: string, forbidden: string): boolean {
  const wanted = segmentsOf(permission);
  const [first, ...rest] = segmentsOf(forbidden);
  const never = first === '~' ? homes.map((home) => [...home, ...rest]) : [[first ?? '', ...rest]];
  return never.some((path) => sharesPath(wanted, first === undefined ? [] : path));
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

/** `*` and `?` in a segment may stand for anything: what is not certain overlaps. */
const segmentMatches = (a: string, b: string): boolean => a === b || /[*?[{]/u.test(a) || /[*?[{]/u.test(b);

/** Without `.` and `..`; a way out of a home folder may lead anywhere. */
function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  for (const segment of path.replaceAll('\\', '/').toLowerCase().split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(windowsSegment(segment));
    else if (segments.at(-1) === '~') return ['**'];
    else segments.pop();
  }
  return segments;
}

/** Windows drops dots and spaces at a name's end. */
const windowsSegment = (segment: string): string => segment.replace(/(?<=[^. ])[. ]+$/u, '');
