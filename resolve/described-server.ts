/** What a server.json says of a server. */
import type { LaunchTransport, Remote } from '../schemas/types.ts';
import type { ArgumentHint, VariableHint } from './hints.ts';

export interface ServerJson {
  readonly packages: readonly DescribedPackage[];
  readonly remotes: readonly DescribedRemote[];
}

export interface DescribedPackage {
  /** As `artefact.url` of a manifest; of a kind that no manifest has, as in `nuget:Example.Server@1.0.0`. */
  readonly address: string;
  readonly identifier: string;
  readonly variables: readonly VariableHint[];
  readonly arguments: readonly ArgumentHint[];
  readonly transport?: LaunchTransport;
  /** Paths that it is given. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** What is left out of a manifest, and why. */
  readonly notes: readonly string[];
}

export interface DescribedRemote {
  readonly remote: Remote;
  readonly notes: readonly string[];
}
