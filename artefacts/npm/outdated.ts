import type { Documents } from '../documents.ts';
import type { Outdated } from '../newer.ts';
import { rangesIn } from './dependencies.ts';
import { newerVersions } from './newer.ts';
import type { Packages } from './places.ts';

/** The root is left out: the manifest says which version it is. */
export function outdatedIn(root: string, packages: Packages, documents: Documents, asOf: Date): Outdated[] {
  const ranges = rangesIn(packages);
  return [...packages].flatMap(([path, { name, version }]): Outdated[] => {
    const document = path === root ? undefined : documents.of({ type: 'npm', name });
    if (document === undefined) return [];
    const wanted = ranges.get(path) ?? [];
    const fits = (candidate: string): boolean => wanted.every((range) => range.test(candidate));
    const { newest } = newerVersions(document, version, 0, asOf, fits);
    return newest === undefined ? [] : [{ type: 'npm', name, version, newest }];
  });
}
