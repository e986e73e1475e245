/** What the user and the machine add to what was approved. */
export interface LaunchContext {
  /** The system, as Node names it. */
  readonly os: string;
  /** The words after `--`. */
  readonly given: readonly string[];
  /** The variables that the host itself was started with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the folder that stands for `${state}`. */
  readonly stateFolder: string;
  /** Makes a path of the user's absolute. `input` is the name that a placeholder has for what the path was given for. */
  readonly resolvePath: (path: string, input: string) => string;
}
