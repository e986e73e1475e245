/** What one server may use on this machine, from what was approved and what the user gave. Nothing that is not named here. */
import { dirname } from 'node:path';
import type { CommandLine } from '../../artefacts/launch/command.ts';
import { permittedPaths } from '../../artefacts/launch/permitted-paths.ts';
import { systemFolders, type Bind } from '../../artefacts/sandbox/bubblewrap.ts';
import type { Manifest } from '../../schemas/types.ts';
import { grantedBinds, sorted, type Granted, type Guard } from './grants.ts';
import { liesIn, resolved } from './paths.ts';
import { protectedPlaces, type ProtectedMachine } from './protected.ts';

export interface Profile {
  readonly files: readonly Bind[];
  /** Hosts and ports, as the manifest names them. Empty: no network at all. */
  readonly network: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** Where it starts. */
  readonly folder: string;
  /** What was granted and does not exist, so that the server does not get it. */
  readonly missing: readonly string[];
}

/** A start that was planned and checked. */
export interface PlannedStart {
  readonly server: Pick<Manifest, 'name' | 'permissions'>;
  readonly line: CommandLine;
  /** The server's variables. */
  readonly environment: ReadonlyMap<string, string>;
  /** The installed tree that was checked. */
  readonly root: string;
  readonly stateFolder: string;
  /** What the user gave, by the name of the input. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
  /** Other folders that the interpreter loads code from. */
  readonly libraries: readonly string[];
}

/** A home folder that is empty at each start, so that nothing in it can be code that an earlier start left. */
export const sandboxHome = '/countersign/home';

/** @throws Refusal E_SANDBOX */
export function profileOf(start: PlannedStart, machine: ProtectedMachine): Profile {
  const { server, line, environment, libraries } = start;
  const [root, stateFolder] = [start.root, start.stateFolder].map((path) => resolved(path)) as [string, string];
  const programs = [root, line.file, ...libraries];
  const granted = [...permittedPaths(server, start.paths)].filter(([path]) => !liesIn(resolved(path), stateFolder));
  const { binds, missing } =
    granted.length === 0 ? nothing : grantedBinds(server.name, new Map(granted), guardOf(start, machine, programs));
  const own: Bind[] = [
    { path: stateFolder, write: true },
    ...(stateFolder === start.stateFolder ? [] : [{ path: stateFolder, at: start.stateFolder, write: true }]),
    ...programs
      .filter((path) => !systemFolders.some((folder) => liesIn(path, folder)))
      .map((path) => ({ path, write: false })),
  ];
  return {
    // What the host itself gives comes last: nothing that was granted can hide it.
    files: [...binds, ...sorted(own)],
    network: server.permissions?.network ?? [],
    environment: new Map([['HOME', sandboxHome], ...environment]),
    folder: stateFolder,
    missing,
  };
}

const nothing: Granted = { binds: [], missing: [] };

function guardOf({ environment }: PlannedStart, machine: ProtectedMachine, programs: readonly string[]): Guard {
  const folders = [environment.get('PATH'), machine.environment['PATH']].flatMap((path = '') => path.split(':'));
  return {
    protected: protectedPlaces(machine),
    executed: [...programs, ...systemFolders, dirname(process.execPath), ...folders]
      .filter((path) => path.startsWith('/') && path !== '/')
      .map((path) => resolved(path)),
  };
}
