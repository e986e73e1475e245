/** Compares paths of manifests with paths of policies. */

/** The places of home folders; `*` means any single folder. */
const homes = [['~'], ['home', '*'], ['root'], ['var', 'root'], ['users', '*'], ['c:', 'users', '*']];

/**
 * Whether a permission covers a forbidden path, something in it, or a folder that contains it. `~` is the home folder of any user.
 * Upper and lower case are the same, because many systems do not distinguish them.
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

/** `*` and `?` in a segment may match anything, so uncertain cases count as overlap. */
const segmentMatches = (a: string, b: string): boolean => a === b || /[*?[{]/u.test(a) || /[*?[{]/u.test(b);

/** Without `.` and `..`; a path that leaves a home folder may point anywhere. */
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
