/** What a host starts. */

/** A program among the files that were checked, or the one that an image names. */
export type Program = FileProgram | ContainerProgram;

/** Paths are relative to the installed tree, with forward slashes. */
export type FileProgram = NodeProgram | PythonProgram | PythonScript | OwnProgram;

/** What the entrypoint of an image says: the engine starts it. */
interface ContainerProgram {
  readonly runs: 'container';
}

interface NodeProgram {
  readonly runs: 'node';
  readonly script: string;
}

interface PythonProgram {
  readonly runs: 'python';
  readonly module: string;
  /** What is called in it: names, joined by dots. */
  readonly call: string;
}

/** A script in a tree that brings its modules. */
interface PythonScript {
  readonly runs: 'python-script';
  readonly script: string;
  /** What is searched for modules before Python's own library, in this order. */
  readonly folders: readonly string[];
}

/** A file that the system executes. */
interface OwnProgram {
  readonly runs: 'itself';
  readonly file: string;
}

/** A value that the user must give, or may not give; or why there is nothing to start. */
export interface LaunchProblem {
  readonly message: string;
  readonly remedy: string;
}

export const isProblem = (planned: Program | LaunchProblem): planned is LaunchProblem => 'message' in planned;
