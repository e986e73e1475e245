/** Which files of other packages the programs of a package name. */
import { posix } from 'node:path';
import type { PackageFile } from '../../../core/tarball.ts';
import { manifestOf } from './package-fields.ts';
import { unfolded } from './unfold.ts';

/** With more, a package may load everything of every other package. */
const maxAsks = 2000;

/** Stands for any file of any package. */
export const anything = '*';

/**
 * What `require`, `import` and the like name in other packages, and every text that begins with the name of a dependency:
 * `name/lib/file`, or `name/` if the rest is computed. The name of a package alone means its own entry, and is left out.
 */
export function asksOf(files: readonly PackageFile[], programs: readonly PackageFile[]): string[] {
  const manifest = manifestOf(files);
  const dependencies = new Set(
    ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((field) => Object.keys(manifest[field] ?? {})),
  );
  const asks = new Set<string>();
  for (const { path, content } of programs) {
    const text = Buffer.from(content).toString('utf8');
    const both = `${text}\n${unfolded(text)}`;
    // A path that leaves the package leads into another one, and only the place of both says into which.
    for (const [, relative = ''] of both.matchAll(relativePath))
      if (posix.join(posix.dirname(path), relative).startsWith('../')) return [anything];
    for (const [, loads = '', name = '', rest = ''] of both.matchAll(place))
      if (loads !== '' || dependencies.has(name)) asks.add(`${name}/${rest}`);
    if (asks.size > maxAsks) return [anything];
  }
  return [...asks].sort();
}

/** A text that is a path in a package, perhaps after a word that loads it. */
const place =
  /(\b(?:require|resolve|import|from)\s{0,10}\(?\s{0,10})?["'`]((?:@[\w.~-]{1,100}\/)?[a-z0-9~][\w.~-]{0,100})\/([^"'`\n$\s]{0,200})/gu;

/** A text that is a path, as a program loads one. */
const relativePath = /\b(?:require|resolve|import|from)\s{0,10}\(?\s{0,10}["'`](\.\.\/[^"'`\n$]{0,200})/gu;
