import type { LaunchProblem } from '../../artefacts/launch/program.ts';
import { UsageError } from '../../core/failure.ts';
import { say } from '../output.ts';

/** The first thing that the user must change. All others are printed. */
export function usageErrorOf([first, ...more]: readonly LaunchProblem[]): UsageError {
  for (const { message, remedy } of more) say(`countersign: ${message}`, `  ${remedy}`);
  return new UsageError(first?.message ?? 'the server cannot be started', first?.remedy ?? 'report this');
}
