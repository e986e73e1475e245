import { Failure, messageOf, systemCode } from '../../core/failure.ts';
import { asProblem, type Problem } from '../../core/problem.ts';
import { Refusal } from '../../core/refusal.ts';

/**
 * Whatever ended the work on one server, as its own problem: it is not approved, and all others go on. Nothing of what
 * failed is signed, so that catching it loosens nothing.
 */
export function faultOf(error: unknown, what: string, file: string): Problem {
  if (error instanceof Refusal || error instanceof Failure) return asProblem(error, what, file);
  return {
    code: `${what}-failed`,
    file,
    message: `this server is not approved: ${systemCode(error) ?? 'an error'} (${messageOf(error)})`,
    remedy: 'run `registry sign` again; if it fails again, look at the disk and at what the message names',
  };
}
