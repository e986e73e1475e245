/** The command line of a program, from the tree that was checked. */
import { join } from 'node:path';
import { isolated } from '../pypi/interpreter.ts';
import type { Interpreter } from '../../core/platform.ts';
import type { Part } from '../part.ts';
import type { FileProgram } from './program.ts';

/** What a program is started with. */
export interface Installed {
  /** Absolute path of the installed tree. */
  readonly root: string;
  /** Those that lie in it. */
  readonly parts: readonly Part[];
  readonly python?: (() => Interpreter) | undefined;
}

export interface CommandLine {
  /** Absolute path of the file that is executed. */
  readonly file: string;
  readonly words: readonly string[];
}

/** `words` are the arguments of the server. */
export function commandLine(program: FileProgram, words: readonly string[], installed: Installed): CommandLine {
  switch (program.runs) {
    case 'node':
      return { file: process.execPath, words: [join(installed.root, program.script), ...words] };
    case 'python': {
      const { root, parts, python } = installed;
      const folders = parts.flatMap(({ folder, paths = [''] }) => paths.map((path) => join(root, folder, path)));
      const { module, call } = program;
      return {
        file: executableOf(python),
        words: [...isolated, '-c', starter, module, call, String(folders.length), ...folders, ...words],
      };
    }
    case 'python-script': {
      const { root, python } = installed;
      const [script, ...folders] = [program.script, ...program.folders].map((path) => join(root, path));
      return {
        file: executableOf(python),
        words: [...isolated, '-c', scriptStarter, script ?? '', String(folders.length), ...folders, ...words],
      };
    }
    case 'itself':
      return { file: join(installed.root, program.file), words };
    default:
      return program satisfies never;
  }
}

function executableOf(python: Installed['python']): string {
  if (python === undefined) throw new Error('a Python program needs an interpreter');
  return python().executable;
}

/**
 * Python looks for modules in its own library first, then in the folders that were checked, and nowhere else. No file
 * that says where else to look is read.
 */
const starter = `
import sys, importlib
module, call, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
folders, words = sys.argv[4:4 + count], sys.argv[4 + count:]
sys.path.extend(folders)
sys.argv = [module, *words]
target = importlib.import_module(module)
for name in call.split('.'): target = getattr(target, name)
sys.exit(target())`;

/** As Python runs a script: what lies beside it comes before its own library. Everything there was checked. */
const scriptStarter = `
import sys, runpy
script, count = sys.argv[1], int(sys.argv[2])
folders, words = sys.argv[3:3 + count], sys.argv[3 + count:]
sys.path[:0] = folders
sys.argv = [script, *words]
runpy.run_path(script, run_name='__main__')`;
