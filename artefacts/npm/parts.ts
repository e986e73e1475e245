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

const platformOf = ({ os, cpu, libc }: LockedPackage): string =>
  [os, cpu, libc].flatMap((list) => (list === undefined ? [] : [list.join(' ')])).join(', ');

/** The npm packages that a lock pins by their own tarballs: what npm's registry can be asked about. */
export const npmPackages = ({ closure }: Lock): LockedPackage[] =>
  closure.kind === 'npm' ? Object.values(closure.packages) : [];

/** The names of the packages in `node_modules`, by the folder in it: one may lie under another name. */
export function namesByFolder({ closure }: Lock): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const [path, { name }] of closure.kind === 'npm' ? Object.entries(closure.packages) : []) {
    const folder = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    names.set(folder, (names.get(folder) ?? new Set()).add(name));
  }
  return names;
}
