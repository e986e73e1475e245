import type { CatalogRegistry } from '../../../schemas/types.ts';

type Registry = Pick<CatalogRegistry, 'repository' | 'branch'>;

/** Addresses in the repository of the manifests; nothing where the registry does not say which one it is. */
export const pullRequestAddress = (registry: Registry, number: number): string | undefined =>
  below(registry, `pull/${number}`);

export const commitAddress = (registry: Registry, commit: string): string | undefined =>
  below(registry, `commit/${commit}`);

export const editAddress = (registry: Registry, name: string): string | undefined =>
  below(registry, `edit/${registry.branch ?? 'main'}/servers/${name}.yaml`);

export const reportAddress = (registry: Registry, name: string, version: string): string | undefined =>
  below(registry, `issues/new?title=${encodeURIComponent(`${name} ${version}: `)}`);

const below = ({ repository }: Registry, path: string): string | undefined =>
  repository === undefined ? undefined : `${repository}/${path}`;
