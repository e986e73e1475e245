import { didYouMean } from '../../core/did-you-mean.ts';
import type { Manifest, PypiClosure } from '../../schemas/types.ts';
import type { LockOf } from '../kind.ts';
import type { LaunchProblem, Program } from '../launch/program.ts';
import { rootPart } from './parts.ts';

/** The function behind the manifest's command, or behind the package's only script. */
export function pypiProgram(manifest: Manifest, lock: LockOf<PypiClosure>): Program | LaunchProblem {
  const { url } = lock.artefact;
  const entry = rootPart(lock)?.entry;
  const scripts = new Map(
    Object.entries((entry !== undefined && 'scripts' in entry ? entry.scripts : undefined) ?? {}),
  );
  const names = [...scripts.keys()].join(', ');
  const command = manifest.launch?.command;
  if (command === undefined && scripts.size !== 1)
    return {
      message: `${url} has ${scripts.size} scripts, not one${names === '' ? '' : `: ${names}`}`,
      remedy: 'name one of them in launch.command',
    };
  const called = command === undefined ? [...scripts.values()][0] : scripts.get(command);
  if (called === undefined)
    return {
      message: `${url} has no script ${command ?? ''}${didYouMean(command ?? '', scripts.keys())}`,
      remedy: `name one of its scripts in launch.command: ${names}`,
    };
  const [module = '', call = ''] = called.split(':');
  return { runs: 'python', module, call };
}
