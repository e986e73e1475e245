import type { Manifest, OciClosure } from '../../schemas/types.ts';
import type { LockOf } from '../kind.ts';
import type { LaunchProblem, Program } from '../launch/program.ts';
import { platformName } from './platforms.ts';

/** An image says itself what it starts. The words of the manifest stand behind its entrypoint, in place of its command. */
export function ociProgram(manifest: Manifest, { artefact, closure }: LockOf<OciClosure>): Program | LaunchProblem {
  const { command, arguments: words = [] } = manifest.launch ?? {};
  if (command !== undefined)
    return {
      message: `${artefact.url} is an image, which says itself what it starts`,
      remedy: 'leave launch.command out',
    };
  const open = closure.images.find(({ entrypoint }) => entrypoint === undefined);
  // Without an entrypoint, an engine takes the first of the words for the program.
  if (open !== undefined && (words.length > 0 || open.command === undefined))
    return {
      message: `${artefact.url} has no entrypoint for ${platformName(open)}, so nothing says which program gets the words`,
      remedy: 'use an image with an entrypoint',
    };
  return { runs: 'container' };
}
