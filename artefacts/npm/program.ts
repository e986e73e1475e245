import { didYouMean } from '../../core/did-you-mean.ts';
import type { Manifest, NpmClosure } from '../../schemas/types.ts';
import type { LockOf } from '../kind.ts';
import type { LaunchProblem, Program } from '../launch/program.ts';

/** The file behind the manifest's command, or behind the package's only bin. */
export function npmProgram(manifest: Manifest, { artefact, closure }: LockOf<NpmClosure>): Program | LaunchProblem {
  const bins = new Map(Object.entries(closure.packages[closure.root]?.bin ?? {}));
  const command = manifest.launch?.command;
  if (command === undefined && bins.size !== 1)
    return {
      message: `${artefact.url} has ${bins.size} bins, not one${bins.size === 0 ? '' : `: ${[...bins.keys()].join(', ')}`}`,
      remedy: 'name one of them in launch.command',
    };
  const file = command === undefined ? [...bins.values()][0] : bins.get(command);
  if (file === undefined)
    return {
      message: `${artefact.url} has no bin ${command ?? ''}${didYouMean(command ?? '', bins.keys())}`,
      remedy: `name one of its bins in launch.command: ${[...bins.keys()].join(', ')}`,
    };
  return { runs: 'node', script: `${closure.root}/${file}` };
}
