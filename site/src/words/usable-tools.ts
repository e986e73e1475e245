import type { CatalogServer } from '../../../schemas/types.ts';

/** The names of the tools that agents may use: the manifest may allow some of all. */
export function usableTools({ manifest, tools }: Pick<CatalogServer, 'manifest' | 'tools'>): readonly string[] {
  const names = tools.map(({ name }) => name);
  const allowed = manifest.tools?.allow && new Set(manifest.tools.allow);
  return allowed === undefined ? names : names.filter((name) => allowed.has(name));
}
