/**
 * Plans how an approved server is started: only from the verified manifest and lock, and the values that they let users
 * give.
 */
import type { Lock, Manifest } from '../../schemas/types.ts';
import { programOf } from '../kinds.ts';
import type { LaunchContext } from './context.ts';
import { placeInputs } from './place.ts';
import { isProblem, type LaunchProblem, type Program } from './program.ts';

/** What a host executes. */
export interface LaunchPlan {
  readonly program: Program;
  readonly arguments: readonly string[];
  /** The server's whole environment. */
  readonly environment: ReadonlyMap<string, string>;
}

export type Planned =
  | { readonly ok: true; readonly plan: LaunchPlan }
  | { readonly ok: false; readonly problems: readonly LaunchProblem[] };

/** Plans a launch, or lists everything that the user must give or leave out. */
export function planLaunch(manifest: Manifest, lock: Lock, context: LaunchContext): Planned {
  const program = programOf(manifest, lock, context.os);
  const inputs = placeInputs(manifest, context);
  const problems = [...(isProblem(program) ? [program] : []), ...transportProblems(manifest), ...inputs.problems];
  if (problems.length > 0 || isProblem(program)) return { ok: false, problems };
  return { ok: true, plan: { program, arguments: inputs.arguments, environment: inputs.environment } };
}

/** A server that listens on a port cannot be started yet: clients talk to this program over its standard input. */
function transportProblems({ name, launch }: Manifest): LaunchProblem[] {
  if (launch?.transport === undefined) return [];
  return [
    {
      message: `${name} speaks ${launch.transport.type} on a port, and only servers that speak over standard input can be started`,
      remedy: 'ask its maintainer here for a version that speaks over standard input, or wait for a later countersign',
    },
  ];
}
