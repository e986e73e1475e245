/** What is refused in every archive, whatever its format, and in which words. */
import { maxUnpackedBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

/** Of an archive that holds what hosts do not extract, or that is none. `what` is what messages call it. */
export const archiveRefusal = (what: string, why: string, options?: ErrorOptions): Refusal =>
  new Refusal(
    'E_ARCHIVE',
    `${what} ${why}`,
    'tell the operator of the registry: hosts extract plain files only',
    options,
  );

/** Of an archive that unpacks to more than the limit. */
export const tooLarge = (what: string, options?: ErrorOptions): Refusal =>
  new Refusal('E_TOO_LARGE', `${what} unpacks to more than ${maxUnpackedBytes} bytes`, 'do not use it', options);

export const leadsOut = (path: string): string => `holds ${shown(path)}, a path that may lead out of the package`;

/** A path as messages show it: escaped, and only its beginning. */
export const shown = (path: string): string => JSON.stringify(path.slice(0, 200));

interface Place {
  readonly spelling: string;
  readonly kind: 'file' | 'folder';
  readonly inside: Map<string, Place>;
}

/**
 * Why the entries of an archive cannot all lie in one folder, or undefined if they can. Names are the same if
 * `keyOf` gives the same for them.
 */
export function clashIn(
  entries: Iterable<{ readonly path: string; readonly kind: 'file' | 'folder' }>,
  keyOf: (name: string) => string,
): string | undefined {
  const top = new Map<string, Place>();
  for (const { path, kind } of entries) {
    const names = path.split('/');
    const last = names.length - 1;
    let folder = top;
    for (const [index, name] of names.entries()) {
      const kindHere = index === last ? kind : 'folder';
      const key = keyOf(name);
      const before = folder.get(key);
      if (before !== undefined && (before.spelling !== name || before.kind !== kindHere || kindHere === 'file'))
        return clashOf(names.slice(0, index), before, name, kindHere);
      const place = before ?? { spelling: name, kind: kindHere, inside: new Map<string, Place>() };
      if (before === undefined) folder.set(key, place);
      folder = place.inside;
    }
  }
  return undefined;
}

function clashOf(above: readonly string[], before: Place, name: string, kind: Place['kind']): string {
  const pathOf = (last: string): string => [...above, last].join('/');
  if (before.spelling !== name)
    return `holds ${shown(pathOf(before.spelling))} and ${shown(pathOf(name))}, which are one name on some systems`;
  return before.kind === kind
    ? `holds ${shown(pathOf(name))} twice`
    : `holds ${pathOf(name)} as a file and as a folder`;
}

/** Names that are the same on some system: it ignores case, the Unicode form, or dots and spaces at the end. */
export const onAnySystem = (name: string): string =>
  name
    .normalize('NFD')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFC')
    .replace(/[. ]+$/u, '');
