import { canonicalJson, sameJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import type { Fault, Problem } from '../../core/problem.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';
import { makeLock, type Resolver } from './lock.ts';

/**
 * Makes a lock again as of its own date, and says where the two differ. Tools are captured again where that is
 * possible here; where not, that is said too, as a warning.
 * @throws Failure `no-dates`, `no-such-package`; Refusal
 */
export async function repeatLock(
  manifest: Manifest,
  lock: Lock,
  capture: boolean,
  resolver: Resolver,
): Promise<LockProblem[]> {
  const again = await makeLock(manifest, new Date(lock.resolvedAsOf), capture, resolver);
  const problems: LockProblem[] = [...differentPackages(lock, again)];
  for (const field of ['name', 'version', 'artefact'] as const)
    if (!sameJson(lock[field], again[field])) problems.push(differs(`its ${field} is another one`));
  if (lock.closure.root !== again.closure.root) problems.push(differs(`its root is ${again.closure.root}`));
  if (!capture)
    problems.push({
      code: 'tools-not-checked',
      message: `the ${lock.tools.length} tools in the lock were not captured again`,
      remedy: 'run this on Linux with bubblewrap, as CI does',
      severity: 'warning',
    });
  else if (!sameJson([lock.tools, lock.instructions], [again.tools, again.instructions]))
    problems.push(
      differs(`the server shows other tools: ${differentTools(lock, again).join(', ') || 'its instructions'}`),
    );
  return problems;
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

const differentTools = (lock: Lock, again: Lock): string[] =>
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
