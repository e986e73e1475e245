/**
 * The files of the user that a container gets. They lie in a folder of their own in it: in their own place they could hide the
 * image's program, and then other code would run than what was proved.
 */
import type { Manifest } from '../../schemas/types.ts';
import { maxContainerMounts } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { permittedPaths } from '../launch/permitted-paths.ts';

export interface Mount {
  /** On this machine. */
  readonly source: string;
  /** In the container. */
  readonly target: string;
  /** Whether the server may change it. */
  readonly write: boolean;
}

/** What `${state}` means in a container. */
export const stateInContainer = '/countersign/state';

/** Where an absolute path of this machine is in a container. Arguments and variables must name it so. */
export const placeInContainer = (path: string): string => `/countersign/files${path === '/' ? '' : path}`;

/** Whether the manifest lets the server keep something. */
export const usesState = ({ launch, permissions }: Pick<Manifest, 'launch' | 'permissions'>): boolean =>
  JSON.stringify([launch, permissions]).includes('${state}');

/**
 * `paths` are those that the user gave, by the name of the argument or the variable.
 * @throws Refusal E_UNSUPPORTED
 */
export function mountsOf(
  server: Pick<Manifest, 'name' | 'permissions'>,
  paths: ReadonlyMap<string, readonly string[]>,
  os: NodeJS.Platform,
): Mount[] {
  const { name } = server;
  const all = permittedPaths(server, paths);
  if (all.size > maxContainerMounts)
    throw refused(name, `is given ${all.size} files and folders, more than ${maxContainerMounts}`, 'give it fewer');
  // A folder comes before what lies in it, which would be hidden otherwise.
  return [...all]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, canWrite]) => {
      if (os === 'win32')
        throw refused(
          name,
          'needs files of the user, which containers on Windows do not get yet',
          'run it on Linux or macOS',
        );
      if (!path.startsWith('/') || path.split('/').includes('..'))
        throw refused(
          name,
          `may use ${JSON.stringify(path)}, which is no absolute path`,
          'give an absolute path without `..`',
        );
      // They would begin another word of the option.
      if (/[,"\u0000-\u001f\u007f]/u.test(path))
        throw refused(
          name,
          `is given ${JSON.stringify(path)}, and engines take no path with a comma, a quote or a control character`,
          'give it another folder',
        );
      return { source: path, target: placeInContainer(path), write: canWrite };
    });
}

const refused = (name: string, why: string, remedy: string): Refusal =>
  new Refusal('E_UNSUPPORTED', `${name} ${why}`, remedy);
