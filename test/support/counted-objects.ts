import type { GitObjects } from '../../catalog/objects/git-objects.ts';

/** The same objects, and what was asked of them. */
export function countedObjects(objects: GitObjects): GitObjects & { readonly asked: string[] } {
  const asked: string[] = [];
  const noted =
    <T>(kind: string, ask: (id: string) => Promise<T>) =>
    (id: string): Promise<T> => {
      asked.push(`${kind} ${id}`);
      return ask(id);
    };
  return {
    asked,
    commit: noted('commit', (id) => objects.commit(id)),
    tree: noted('tree', (id) => objects.tree(id)),
    blob: noted('blob', (id) => objects.blob(id)),
  };
}
