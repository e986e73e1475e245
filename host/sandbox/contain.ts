/** The command that starts a server, and that lets it do what its manifest permits and nothing else. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandLine } from '../../artefacts/launch/command.ts';
import { confinedCommand, type Bind } from '../../artefacts/sandbox/bubblewrap.ts';
import { maxServerMemoryBytes } from '../../core/limits.ts';
import { say } from '../output.ts';
import { enforcementHere } from './enforcement.ts';
import { bridgeScript, bridgeSocket, proxyVariables } from './network/bridge.ts';
import { certificates } from './network/certificates.ts';
import { directHosts, hostsFile, namesBySystem, type DirectHost } from './network/direct.ts';
import { profileOf, sandboxHome, type PlannedStart, type Profile } from './profile.ts';
import type { ProtectedMachine } from './protected.ts';

/** A server's process as it is started in the end. */
export interface ContainedServer {
  /** What confines it. */
  readonly containment: 'bubblewrap' | 'none';
  readonly line: CommandLine;
  readonly environment: ReadonlyMap<string, string>;
  readonly folder: string;
  /** Must be called when the server has ended. */
  readonly end: () => Promise<void>;
}

/** The parts of this machine that decide about containment. */
export interface ContainingMachine extends ProtectedMachine {
  /** The file that keeps what bubblewrap can do here. */
  readonly remembered: string;
  /** Servers that IT lets run without a sandbox, by the system's own trust config. */
  readonly unsandboxed: ReadonlySet<string>;
}

/** @throws Refusal E_SANDBOX where this machine cannot enforce what the manifest permits */
export async function containServer(start: PlannedStart, machine: ContainingMachine): Promise<ContainedServer> {
  const { server, line, environment, stateFolder } = start;
  if (machine.unsandboxed.has(server.name)) {
    say(`countersign: ${server.name} is not confined: the people who manage this device allow it`);
    return { containment: 'none', line, environment, folder: stateFolder, end: () => Promise.resolve() };
  }
  const { program, bounds } = await enforcementHere(machine.remembered);
  const profile = profileOf(start, machine);
  // A manifest may name places of other systems; what the user named should be there.
  const given = new Set([...start.paths.values()].flat());
  for (const path of profile.missing)
    if (given.has(path)) say(`countersign: ${path} does not exist, so ${server.name} does not get it`);
  const { file, words } = line;
  const network = profile.network.length === 0 ? noNetwork : await openNetwork(server.name, profile, machine);
  const [bubblewrap = '', ...rest] = confinedCommand(
    program,
    [...network.before, file, ...words],
    {
      files: [...profile.files, ...network.files],
      temporary: [sandboxHome],
      folder: profile.folder,
      network: false,
      limits: { memoryBytes: maxServerMemoryBytes },
    },
    bounds,
  );
  return {
    containment: 'bubblewrap',
    line: { file: bubblewrap, words: rest },
    environment: new Map([...profile.environment, ...network.environment]),
    folder: profile.folder,
    end: network.end,
  };
}

/** What a network adds to the sandbox. */
interface Network extends Pick<ContainedServer, 'environment' | 'end'> {
  /** Words before the command of the server. */
  readonly before: readonly string[];
  readonly files: readonly Bind[];
}

const noNetwork: Network = { before: [], files: [], environment: new Map(), end: () => Promise.resolve() };

/** Refused hosts that are told, of each server. */
const maxTold = 20;

async function openNetwork(server: string, profile: Profile, machine: ProtectedMachine): Promise<Network> {
  const { openFilter, machineProxy } = await import('./network/on-demand.ts');
  const folder = await mkdtemp(join(tmpdir(), 'countersign-'));
  const socket = join(folder, 'network');
  const told = new Set<string>();
  const filter = await openFilter(socket, {
    permitted: profile.network,
    proxyFor: async (to) => {
      const { npmOptions } = await import('../on-demand.ts');
      return machineProxy(await npmOptions(), machine.environment, to);
    },
    onRefused: (to, why) => {
      if (told.has(to) || told.size >= maxTold) return;
      told.add(to);
      say(`countersign: ${server} may not reach ${to}: ${why}`);
    },
  });
  const believed = certificates(machine);
  const direct = directHosts(profile.network);
  return {
    before: [process.execPath, '-e', bridgeScript, '--', JSON.stringify(direct)],
    files: [
      { path: process.execPath, write: false },
      { path: socket, at: bridgeSocket, write: false },
      ...(await namesOf(direct, folder)),
      ...believed.map(({ path }) => ({ path, write: false })),
    ],
    environment: new Map([
      ...proxyVariables(profile.network),
      ...believed.map(({ name, path }): [string, string] => [name, path]),
    ]),
    end: async () => {
      await filter.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The files by which programs in the sandbox find the hosts that are listened for there. */
async function namesOf(direct: readonly DirectHost[], folder: string): Promise<Bind[]> {
  if (direct.length === 0) return [];
  const texts = { hosts: hostsFile(direct), 'nsswitch.conf': namesBySystem };
  return Promise.all(
    Object.entries(texts).map(async ([name, text]) => {
      const path = join(folder, name);
      await writeFile(path, text);
      return { path, at: `/etc/${name}`, write: false };
    }),
  );
}
