/**
 * What is started of a tree of files that is no package of a registry: a tarball, or the files of a git commit. It is what the
 * manifest names, or what the tree's own package.json does. Nothing is built.
 */
import { posix } from 'node:path';
import { didYouMean } from '../../core/did-you-mean.ts';
import { Failure } from '../../core/failure.ts';
import { commandsOf, describePackage, inside, packageJsonOf, type Described } from '../npm/describe.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { programAt, scriptOf, unbuilt, type TreeProgram } from '../tree-program.ts';

export interface Tree {
  readonly program: TreeProgram;
  /** What the package.json at its top says, without what lies in the tree's own `node_modules`. Absent without one. */
  readonly package?: Described;
  /**
   * Whether packages of npm must lie beside it, those of `package`: a script of Node asks for them. For every other program
   * its package.json counts for nothing.
   */
  readonly asksForPackages: boolean;
}

/**
 * `command` is the manifest's `launch.command`: a file in the tree, or a command of its package.json. `what` is what messages call
 * the tree.
 * @throws Failure `no-command`, `no-such-command`; Refusal E_ARCHIVE, E_UNSUPPORTED
 */
export function describeTree(files: readonly PackageFile[], command: string | undefined, what: string): Tree {
  const described = files.some(({ path }) => path === 'package.json') ? describePackage(files, what) : undefined;
  const program = programOf(files, command, described !== undefined, what);
  const asks = described?.dependencies ?? described?.optionalDependencies ?? described?.peerDependencies;
  return {
    program,
    ...(described !== undefined && { package: described }),
    asksForPackages: program.type === 'node' && asks !== undefined,
  };
}

function programOf(
  files: readonly PackageFile[],
  command: string | undefined,
  isPackage: boolean,
  what: string,
): TreeProgram {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const manifest = isPackage ? packageJsonOf(files, what) : {};
  const commands = commandsOf(manifest, files);
  if (command === undefined) {
    const [only, ...others] = commands.values();
    if (only !== undefined && others.length === 0) return scriptIn(byPath, [only], what);
    if (only !== undefined)
      throw new Failure(
        'no-command',
        `${what} has ${commands.size} commands: ${[...commands.keys()].join(', ')}`,
        'name one of them in launch.command',
      );
    if (!isPackage)
      throw new Failure(
        'no-command',
        `${what} does not say how it is started`,
        'name one of its files in launch.command: a script of Node or Python, or a program',
      );
    const main = typeof manifest.main === 'string' ? inside(manifest.main) : 'index.js';
    return scriptIn(byPath, mainFiles(main), what);
  }
  const file = byPath.get(command);
  if (file !== undefined) return programAt(file, what);
  const script = commands.get(command);
  if (script !== undefined) return scriptIn(byPath, [script], what);
  const startable = [...commands.keys(), ...files.map(({ path }) => path).filter((path) => scripts.test(path))];
  throw new Failure(
    'no-such-command',
    `${what} has no file and no command ${command}${didYouMean(command, startable.slice(0, 1000))}`,
    commands.size === 0
      ? 'name one of its files in launch.command'
      : `name one of its files in launch.command, or one of its commands: ${[...commands.keys()].join(', ')}`,
  );
}

const scripts = /^(?!.*node_modules\/).*\.(?:[cm]?js|py)$/u;

/** Where Node looks for what `main` names, in this order. */
const mainFiles = (main: string): string[] =>
  main === '' ? ['index.js'] : [main, `${main}.js`, posix.join(main, 'index.js')];

/** npm gives what a package.json names to Node, whatever the file's ending. */
function scriptIn(files: ReadonlyMap<string, PackageFile>, paths: readonly string[], what: string): TreeProgram {
  const found = paths.find((path) => files.has(path));
  if (found === undefined) throw unbuilt(`the file ${paths[0] ?? ''}`, what);
  return /\.[cm]?tsx?$/u.test(found) ? programAt(files.get(found)!, what) : scriptOf('node', found);
}
