import type { LaunchPlan } from '../artefacts/launch/plan.ts';

/** The home and working folder of a server, as the server sees it, and the files of this machine that it may read. */
export interface Place {
  readonly home: string;
  readonly files: readonly string[];
}

/** One start of a server. */
export interface Start {
  /** The whole command line. Nothing else of this process's environment is needed. */
  readonly words: readonly string[];
  /** Ends what a killed command may leave behind. */
  readonly end: () => Promise<void>;
}

/** How servers of a kind are started to capture what they offer. */
export interface Starter {
  /** The home of a first start. */
  readonly home: string;
  /** What `${state}` means; absent where it is the home. */
  readonly stateFolder?: string;
  /** Where the server sees a file of this machine that it may read. */
  readonly seen: (path: string) => string;
  readonly command: (plan: LaunchPlan, place: Place) => Promise<Start>;
  /** Removes what was fetched only for this. */
  readonly end: () => Promise<void>;
}
