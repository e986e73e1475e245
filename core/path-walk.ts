/** Walks a path as the system does: every folder and every link that it goes through. */
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/** A folder or a link on the path, or what the path leads to. */
export interface Place {
  readonly path: string;
  readonly found: Stats;
}

/** As many links as Linux follows in one path. */
const maxLinks = 40;

/**
 * Walks an absolute path component by component, from the top of the file system, as the system itself does: a link is
 * given, and then everything on the path that it names. The last place is what the path leads to. Not for Windows.
 * @throws what `lstat` throws, and ELOOP where there are too many links
 */
export function walkPath(path: string): Place[] {
  const places: Place[] = [{ path: '/', found: lstatSync('/') }];
  let folder = '/';
  let rest = path.split('/');
  for (let links = 0; rest.length > 0;) {
    const [name = '', ...more] = rest;
    rest = more;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      // Links were followed before this: the folder above is the one that the system goes to.
      folder = dirname(folder);
      continue;
    }
    const place = join(folder, name);
    const found = lstatSync(place);
    places.push({ path: place, found });
    if (!found.isSymbolicLink()) {
      folder = place;
      continue;
    }
    if (++links > maxLinks) throw Object.assign(new Error(`${path} leads through too many links`), { code: 'ELOOP' });
    const target = readlinkSync(place);
    if (isAbsolute(target)) folder = '/';
    rest = [...target.split('/'), ...rest];
  }
  // If a path ends with `..`, its end was already visited before.
  return places.at(-1)?.path === folder ? places : [...places, { path: folder, found: lstatSync(folder) }];
}
