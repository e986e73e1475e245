import { isAbsolute } from 'node:path';

/**
 * Takes variables away that name the home folder, but not by its whole path: the system knows it then. With such a name, files
 * in the current folder, which may be anybody's, would be taken for settings of this account.
 */
export function leaveOutRelativeHome(environment: NodeJS.ProcessEnv): void {
  for (const name of ['HOME', 'USERPROFILE'])
    if (environment[name] !== undefined && !isAbsolute(environment[name])) delete environment[name];
}
