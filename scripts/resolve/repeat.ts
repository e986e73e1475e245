import type { Fault } from '../../core/problem.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';
import { makeLock, type Resolver } from './lock.ts';

/**
 * Resolves a lock's manifest again as of the lock's own date, and says where the closures differ. Tools are not
 * captured again.
 * @throws Failure `no-dates`, `no-such-package`; Refusal
 */
export async function repeatLock(manifest: Manifest, lock: Lock, resolver: Resolver): Promise<Fault[]> {
  const { closure } = await makeLock(manifest, new Date(lock.resolvedAsOf), false, resolver);
  const paths = [...new Set([...Object.keys(lock.closure.packages), ...Object.keys(closure.packages)])].sort();
  return paths.flatMap((path): Fault[] => {
    const was = lock.closure.packages[path];
    const is = closure.packages[path];
    if (JSON.stringify(was) === JSON.stringify(is) || sameEntry(was, is)) return [];
    return [
      {
        code: 'lock-differs',
        message: `${path} is ${entry(was)} in the lock, and resolves to ${entry(is)} as of ${lock.resolvedAsOf}`,
        remedy: 'run `registry lock` again; if it differs still, ask who changed the lock',
      },
    ];
  });
}

type Entry = Lock['closure']['packages'][string] | undefined;

const sameEntry = (a: Entry, b: Entry): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.name === b.name &&
  a.version === b.version &&
  a.integrity === b.integrity &&
  a.tree === b.tree;

const entry = (locked: Entry): string =>
  locked === undefined ? 'missing' : `${locked.name}@${locked.version} (${locked.integrity.slice(0, 18)}…)`;
