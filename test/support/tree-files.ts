/** The files of a tree by their content, as an archive of it is read. */
import { sha256 } from '../../core/digest.ts';
import type { PackageFile } from '../../artefacts/archives/tarball.ts';

/** Text, or anything else as JSON. A path that ends with `*` is executable. */
export const treeOf = (contents: Readonly<Record<string, unknown>>): PackageFile[] =>
  Object.entries(contents).map(([path, value]) => {
    const content = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    return {
      path: path.replace(/\*$/u, ''),
      executable: path.endsWith('*'),
      sha256: sha256(content),
      content,
    };
  });
