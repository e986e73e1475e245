/** Where this program is installed: the folder of its version, the one beside it for the next, and the link to it. */
import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { versionFolder } from '../../core/inner-path.ts';
import { launcherName, launcherProgram } from '../../artefacts/launcher.ts';

/** The layout of docs/hosts.md: `/opt/countersign/<version>/node_modules/countersign`. */
export interface Place {
  /** With a folder for each version. */
  readonly root: string;
  /** The folder of the version that runs now. */
  readonly folder: string;
  /** What people call: `/usr/local/bin/countersign`. */
  readonly link: string;
}

/** Where a version's package lies below its folder. */
export const packageIn = (folder: string): string => join(folder, 'node_modules', launcherName);
export const programIn = (folder: string): string => join(packageIn(folder), launcherProgram);
/** What npm makes, and the link leads to. */
export const commandIn = (folder: string): string => join(folder, 'node_modules', '.bin', launcherName);

/**
 * `file` is a file of this program, and `called` is what was started: `process.argv[1]`, which is a link where one was called.
 * @throws Failure `other-layout`, `no-link`
 */
export function findPlace(file: string, called: string | undefined, version: string): Place {
  const own = realpathSync(file);
  const folder = dirname(dirname(dirname(dirname(own))));
  if (dirname(dirname(own)) !== packageIn(folder) || basename(folder) !== versionFolder(version))
    throw new Failure(
      'other-layout',
      `this program is ${own}, not in a folder such as /opt/countersign/${version}/node_modules/countersign`,
      'install it as docs/hosts.md says; or give --into <folder>, and link what is put there yourself',
    );
  const link = called === undefined ? undefined : resolve(called);
  if (link === undefined || !isLinkTo(link, programIn(folder)) || link.startsWith(folder + sep))
    throw new Failure(
      'no-link',
      `${link ?? 'this program'} is the program itself, and no link that could lead to another version`,
      'call it by the link that people use: /usr/local/bin/countersign self-update',
    );
  return { root: dirname(folder), folder, link };
}

function isLinkTo(link: string, program: string): boolean {
  const found = lstatSync(link, { throwIfNoEntry: false });
  return found?.isSymbolicLink() === true && realpathSync(link) === program;
}
