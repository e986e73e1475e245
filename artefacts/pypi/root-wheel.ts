import { compareText } from '../../core/order.ts';
import { Failure } from '../../core/failure.ts';
import type { Project, ProjectFile } from './project-page.ts';
import { onlySource } from './pylock.ts';
import { isSameVersion } from './wheel-name.ts';

/**
 * The wheel of a version that a manifest names by its digest: the one for every platform, if there is one.
 * @throws Failure `no-such-package`, `unpinned` where there is only source
 */
export function rootWheel({ name, files }: Project, version: string): ProjectFile {
  const own = files.filter((file) => isSameVersion(file.version, version));
  if (own.length === 0)
    throw new Failure(
      'no-such-package',
      `the package index has no ${name}==${version}`,
      'check the name and the version',
    );
  const wheels = own.filter(({ kind }) => kind === 'wheel').sort((a, b) => compareText(a.file, b.file));
  const wheel = wheels.find(({ file }) => file.endsWith('-none-any.whl')) ?? wheels[0];
  if (wheel === undefined) throw onlySource(`${name}==${version}`);
  return wheel;
}
