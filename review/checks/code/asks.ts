/** Which other packages, and files of these, the programs of a package name. */
import { posix } from 'node:path';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';
import { manifestOf } from './package-fields.ts';
import type { PackageReach } from './reach.ts';
import type { References } from './references.ts';
import type { CodeFacts, UnloadedAsk } from './report.ts';
import { unfoldedText } from './unfold.ts';

/** With more, a package may load everything of every other package. */
const maxAsks = 2000;

/** Stands for any file of any package. */
export const anything = '*';

/** What is known of each program of a package. */
interface Programs {
  readonly references: (path: string) => References;
  readonly reach: PackageReach;
}

/**
 * What `require`, `import` and the like name in other packages, and every text that is or begins with the name of a
 * dependency. A program that computes what it loads may load each dependency.
 */
export function asksOf(
  files: readonly PackageFile[],
  programs: readonly PackageFile[],
  { references, reach }: Programs,
): Pick<CodeFacts, 'asks' | 'unloadedAsks'> {
  const manifest = manifestOf(files);
  const dependencies = new Set(
    ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((field) => Object.keys(manifest[field] ?? {})),
  );
  const paths = new Set<string>();
  const names = new Set<string>();
  const unloadedAsks: UnloadedAsk[] = [];
  let ways = 0;
  for (const { path, content } of programs) {
    const both = `${Buffer.from(content).toString('utf8')}\n${unfoldedText(content)}`;
    // A path that leaves the package leads into another one, and only the place of both says into which.
    for (const [, relative = ''] of both.matchAll(relativePath))
      if (posix.join(posix.dirname(path), relative).startsWith('../')) return { asks: [anything] };
    for (const [, loads = '', name = '', rest = ''] of both.matchAll(place))
      if (loads !== '' || dependencies.has(name)) paths.add(`${name}/${rest}`);
    const named = namesIn(references(path), dependencies);
    const from = named.length === 0 ? undefined : reach.unloaded(path);
    for (const name of named)
      // Where there are too many files, they are not told apart from those that are loaded.
      if (from === undefined || ways + from.length > maxAsks) names.add(name);
      else {
        unloadedAsks.push({ name, from });
        ways += from.length;
      }
    if (paths.size > maxAsks) return { asks: [anything] };
  }
  return { asks: [...paths, ...names].sort(), ...(unloadedAsks.length > 0 && { unloadedAsks }) };
}

/** The packages that a program names as a whole. */
const namesIn = ({ texts, loads, loadsUnknown }: References, dependencies: ReadonlySet<string>): string[] => [
  ...new Set([
    ...[...loads].filter((name) => packageName.test(name)),
    ...[...dependencies].filter((name) => loadsUnknown || texts.has(name)),
  ]),
];

const packageName = /^(?:@[^/\s]{1,100}\/)?[^./\s][^/\s]{0,100}$/u;

/** A text that is a path in a package, perhaps after a word that loads it. */
const place =
  /(\b(?:require|resolve|import|from)\s{0,10}\(?\s{0,10})?["'`]((?:@[\w.~-]{1,100}\/)?[a-z0-9~][\w.~-]{0,100})\/([^"'`\n$\s]{0,200})/gu;

/** A text that is a path, as a program loads one. */
const relativePath = /\b(?:require|resolve|import|from)\s{0,10}\(?\s{0,10}["'`](\.\.\/[^"'`\n$]{0,200})/gu;
