import type { Fault } from '../core/problem.ts';

/** A problem that only a new lock can fix. */
export const lockFault = (code: string, message: string): Fault => ({
  code,
  message,
  remedy: 'run `registry lock` again',
});
