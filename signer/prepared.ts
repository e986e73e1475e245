/** Everything that signing and building start from, read and checked once. */
import type { FileIndex } from '../catalog/file-index.ts';
import type { ConfigFile } from '../catalog/registry-files.ts';
import type { WantedServer } from '../catalog/wanted.ts';
import type { Workspace } from '../catalog/workspace.ts';
import type { Problem } from '../core/problem.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import type { AdvisorySource } from '../review/checks/advisories/source.ts';
import type { Policy, RegistryConfig } from '../schemas/types.ts';
import type { Identity } from './identity.ts';
import type { State } from './state/state.ts';

/** What is kept going: who signs, and what of. */
export interface Standing {
  /** Which program this is. */
  readonly program: string;
  /** Where what was signed is kept. */
  readonly state: State;
  readonly identity: Identity;
  readonly servers: readonly WantedServer[];
  /** What is known of the files of the servers. */
  readonly files: FileIndex;
}

export interface Prepared extends Standing {
  readonly config: ConfigFile<RegistryConfig>;
  /** Absent where it cannot be read: then nothing new is approved. */
  readonly policy?: ConfigFile<Policy>;
  readonly workspace: Workspace;
  /** What is wrong with servers, and with the registry. What was approved before is published all the same. */
  readonly problems: readonly Problem[];
  /** Servers whose own files are at fault: nothing new of them is approved. */
  readonly held: ReadonlySet<string>;
  /** Whether something is at fault by which every server would be judged. */
  readonly heldAltogether: boolean;
  /** Opens the advisories that the policy names. @throws Failure `advisories-unavailable` */
  readonly openAdvisories: (policy: Policy) => Promise<AdvisorySource>;
}

export type Preparation =
  { readonly ok: true; readonly prepared: Prepared } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Whose fault problems are. */
export function faultsOf(
  problems: readonly Problem[],
  servers: readonly WantedServer[],
): Pick<Prepared, 'held' | 'heldAltogether'> {
  const faulty = new Set(problems.filter(({ severity }) => severity !== 'warning').map(({ file }) => file));
  return {
    held: new Set(
      servers.map(({ name }) => name).filter((name) => faulty.has(manifestPath(name)) || faulty.has(lockPath(name))),
    ),
    heldAltogether: [...faulty].some((file) => !file.startsWith('servers/')),
  };
}
