import type { GitObjects } from './git-objects.ts';

/**
 * The same objects, where each commit and tree is asked for once: one run comes back to them, and a forge counts its
 * questions. Files are not remembered, since they are many and large.
 */
export function rememberObjects(objects: GitObjects): GitObjects {
  return {
    commit: onceEach((id) => objects.commit(id)),
    tree: onceEach((id) => objects.tree(id)),
    blob: (id) => objects.blob(id),
  };
}

/** A failure is not remembered. */
function onceEach<T>(read: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (id) => {
    const found = known.get(id) ?? read(id);
    known.set(id, found);
    found.catch(() => known.delete(id));
    return found;
  };
}
