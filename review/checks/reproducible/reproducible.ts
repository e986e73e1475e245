/** Whether a lock is what its manifest resolves to, as of the date that it states. */
import { Failure } from '../../../core/failure.ts';
import { NetworkFailure } from '../../../core/address.ts';
import { asProblem } from '../../../core/problem.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { Lock, Manifest } from '../../../schemas/types.ts';
import type { Resolver } from '../../../resolve/lock.ts';
import { repeatClosure } from '../../../resolve/repeat.ts';
import type { Observation } from '../../verdict/finding.ts';
import { reproducibleRules } from './rules.ts';

const ids: ReadonlySet<string> = new Set(reproducibleRules.map(({ id }) => id));

/** @throws NetworkFailure: what could not be asked is no pass */
export async function checkReproducible(
  manifest: Manifest,
  lock: Lock,
  resolver: Resolver,
  now: Date,
): Promise<Observation[]> {
  const observe = (rule: string, message: string, remedy: string): Observation => ({
    rule: ids.has(rule) ? rule : 'lock-unresolvable',
    level: 'block',
    subject: 'closure',
    message,
    remedy,
  });
  if (new Date(lock.resolvedAsOf) > now)
    return [
      observe(
        'lock-from-the-future',
        `the lock was resolved as of ${lock.resolvedAsOf}, and it is ${now.toISOString().slice(0, 19)}Z`,
        'run `registry lock` again, with a clock that is right',
      ),
    ];
  try {
    const faults = await repeatClosure(manifest, lock, resolver);
    return faults.map(({ code, message, remedy }) => observe(code, message, remedy));
  } catch (error) {
    if (error instanceof NetworkFailure || !(error instanceof Failure || error instanceof Refusal)) throw error;
    const { code, message, remedy } = asProblem(error, 'lock', '');
    return [observe(code === 'no-such-package' ? 'lock-vanished' : code, message, remedy)];
  }
}
