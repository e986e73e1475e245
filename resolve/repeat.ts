import { canonicalJson, sameJson } from '../core/canonical.ts';
import { sha256 } from '../core/digest.ts';
import type { Fault, Problem } from '../core/problem.ts';
import type { Lock, Manifest } from '../schemas/types.ts';
import { captureTools, lockedTools } from './capture.ts';
import { makeLock, type Resolver } from './lock.ts';

/**
 * Resolves a lock's closure again as of its own date, and says where the two differ; tools apart.
 * @throws Failure `no-dates`, `no-such-package`; Refusal
 */
export async function repeatClosure(manifest: Manifest, lock: Lock, resolver: Resolver): Promise<Fault[]> {
  const again = await makeLock(manifest, new Date(lock.resolvedAsOf), false, resolver);
  const faults = differentPackages(lock, again);
  for (const field of ['name', 'version', 'artefact'] as const)
    if (!sameJson(lock[field], again[field])) faults.push(differs(`its ${field} is another one`));
  if (lock.closure.root !== again.closure.root) faults.push(differs(`its root is ${again.closure.root}`));
  return faults;
}

/** Where the tools and instructions in a lock are not those that the server showed. */
export const differentCapture = (lock: Lock, shown: Pick<Lock, 'tools' | 'instructions'>): Fault[] =>
  sameJson([lock.tools, lock.instructions], [shown.tools, shown.instructions])
    ? []
    : [
        {
          code: 'tools-differ',
          message: `the server shows other tools than the lock: ${differentTools(lock, shown).join(', ') || 'its instructions'}`,
          remedy: 'run `registry lock` again; if it differs still, find out what the server makes them depend on',
        },
      ];

/**
 * Makes a lock again and says where the two differ. Tools are captured again where that is possible here; where not,
 * that is said too, as a warning.
 * @throws Failure `no-dates`, `no-such-package`; Refusal
 */
export async function repeatLock(
  manifest: Manifest,
  lock: Lock,
  capture: boolean,
  resolver: Resolver,
): Promise<LockProblem[]> {
  const faults: LockProblem[] = await repeatClosure(manifest, lock, resolver);
  // Another closure than the lock's has other tools; there is nothing to compare.
  if (faults.length > 0) return faults;
  if (capture) faults.push(...differentCapture(lock, lockedTools(await captureTools(manifest, lock, resolver))));
  else
    faults.push({
      code: 'tools-not-checked',
      message: `the ${lock.tools.length} tools in the lock were not captured again`,
      remedy: 'run this on Linux with bubblewrap, as CI does',
      severity: 'warning',
    });
  return faults;
}

type LockProblem = Fault & Pick<Problem, 'severity'>;

const differs = (what: string): Fault => ({
  code: 'lock-differs',
  message: `made again as of its date, ${what}`,
  remedy: 'run `registry lock` again; if it differs still, ask who changed the lock',
});

function differentPackages(lock: Lock, again: Lock): Fault[] {
  const paths = [...new Set([...Object.keys(lock.closure.packages), ...Object.keys(again.closure.packages)])].sort();
  return paths.flatMap((path): Fault[] => {
    const was = lock.closure.packages[path];
    const is = again.closure.packages[path];
    return sameJson(was, is) ? [] : [differs(`${path} is ${entry(is)}, not ${entry(was)}`)];
  });
}

const differentTools = (lock: Pick<Lock, 'tools'>, again: Pick<Lock, 'tools'>): string[] =>
  [...new Set([...lock.tools, ...again.tools].map(({ name }) => name))].filter(
    (name) =>
      !sameJson(
        lock.tools.find((tool) => tool.name === name),
        again.tools.find((tool) => tool.name === name),
      ),
  );

type Entry = Lock['closure']['packages'][string] | undefined;

const entry = (locked: Entry): string =>
  locked === undefined
    ? 'missing'
    : `${locked.name}@${locked.version} (entry ${sha256(canonicalJson(locked)).slice(0, 12)}…)`;
