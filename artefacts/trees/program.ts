import type { LockedArchive, LockedProgram, Manifest } from '../../schemas/types.ts';
import type { LockOf } from '../kind.ts';
import type { LaunchProblem, Program } from '../launch/program.ts';
import { treeFolder, type TreeClosure } from './parts.ts';

/** What is started on a system, as the tree itself was read when it was locked. */
export function treeProgram(manifest: Manifest, { closure }: LockOf<TreeClosure>, os: string): Program | LaunchProblem {
  const { command } = closure.archive;
  const wanted = manifest.launch?.command;
  if (wanted === command) return started(programOn(closure.archive, os));
  const shown = (name: string | undefined): string => (name === undefined ? 'no command' : `the command ${name}`);
  return {
    message: `${manifest.name} was locked with ${shown(command)}, and its manifest names ${shown(wanted)}`,
    remedy: `run \`registry lock ${manifest.name}\` if the manifest is right`,
  };
}

export const programOn = ({ program, programs }: LockedArchive, os: string): LockedProgram =>
  (os === 'darwin' || os === 'win32' ? programs?.[os] : undefined) ?? program;

function started({ type, entry, modules = [] }: LockedProgram): Program {
  const inTree = (path: string): string => (path === '' ? treeFolder : `${treeFolder}/${path}`);
  switch (type) {
    case 'node':
      return { runs: 'node', script: inTree(entry) };
    case 'python':
      return { runs: 'python-script', script: inTree(entry), folders: modules.map(inTree) };
    case 'binary':
      return { runs: 'itself', file: inTree(entry) };
    default:
      return type satisfies never;
  }
}
