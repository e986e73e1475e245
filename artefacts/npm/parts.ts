import type { Lock, LockedPackage } from '../../schemas/types.ts';
import type { Part } from '../part.ts';

/** A package at the path where it is installed. */
export const partAt = (path: string, locked: LockedPackage): Part => {
  const { name, version, license, integrity, tree, optional, hasInstallScript, bundled } = locked;
  const platform = platformOf(locked);
  return {
    type: 'npm',
    name,
    version,
    ...(license !== undefined && { license }),
    integrity,
    tree,
    folder: path,
    ...(optional && { optional }),
    ...(hasInstallScript && { hasInstallScript }),
    ...(platform !== '' && { platform }),
    ...(bundled !== undefined && { bundled }),
    entry: locked,
  };
};

/** In words; empty where it runs everywhere. */
export const platformOf = ({ os, cpu, libc }: Pick<LockedPackage, 'os' | 'cpu' | 'libc'>): string =>
  [os, cpu, libc].flatMap((list) => (list === undefined ? [] : [list.join(' ')])).join(', ');

/** The npm packages that a lock pins by their own tarballs, by their paths: what npm's registry can be asked about. */
const npmPlaces = ({ closure }: Lock): [path: string, LockedPackage][] =>
  'packages' in closure && !Array.isArray(closure.packages) ? Object.entries(closure.packages ?? {}) : [];

export const npmPackages = (lock: Lock): LockedPackage[] => npmPlaces(lock).map(([, locked]) => locked);

/** The names of the packages in `node_modules`, by the folder in it: one may lie under another name. */
export function namesByFolder(lock: Lock): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const [path, { name }] of npmPlaces(lock)) {
    const folder = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    names.set(folder, (names.get(folder) ?? new Set()).add(name));
  }
  return names;
}
