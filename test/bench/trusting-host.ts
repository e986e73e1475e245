/** A registry on loopback and a host that trusts it: what starts of servers are measured with. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sirv from 'sirv';
import { commandLine, type Installed } from '../../artefacts/launch/command.ts';
import { planLaunch, type LaunchPlan } from '../../artefacts/launch/plan.ts';
import { homeOf } from '../../host/home.ts';
import { Servers } from '../../host/servers.ts';
import type { VerifiedServer } from '../../host/trust/approved-servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import type { Closure, TrustConfig } from '../../schemas/types.ts';
import { countersignCommand, registryCommand, root, toEnd, toFirstAnswer, type Program } from './measure.ts';

/** A server that lies on the disk, and how a host would start it. */
export interface Ready {
  readonly found: VerifiedServer;
  readonly plan: LaunchPlan;
  /** The server's own variables, beside those of the bench. */
  readonly variables: Readonly<Record<string, string>>;
  readonly installed: Installed;
  readonly stateFolder: string;
}

export interface TrustingHost {
  readonly servers: Servers;
  readonly namesOf: (kind: Closure['kind']) => Promise<string[]>;
  /** A command of ours on this host, or on one with another store. */
  readonly command: (words: readonly string[], dataHome?: string) => Program;
  /** Installs a server. `given` is what a user gives it. */
  readonly install: (name: string, given?: readonly string[]) => Promise<Ready>;
  close(): void;
}

/** Where the ten servers of this repository are copied to. */
export async function registryHere(folder: string): Promise<string> {
  const registry = join(folder, 'registry');
  await mkdir(registry);
  for (const name of ['registry.yaml', 'policy.yaml', 'advisories', 'servers'])
    await cp(join(root, name), join(registry, name), { recursive: true });
  return registry;
}

/** Signs and serves a registry. `more` is what its trust config says beside its address and its root. */
export async function trustingHost(
  registry: string,
  folder: string,
  more: Partial<TrustConfig> = {},
): Promise<TrustingHost> {
  await toEnd({ command: process.execPath, words: [registryCommand, 'dev', '--once', '--json'], cwd: registry });
  const files = sirv(join(registry, 'dist'));
  const server = createServer((request, response) => void files(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = JSON.parse(await readFile(join(registry, '.registry/trust.json'), 'utf8')) as TrustConfig;
  const trustFile = join(folder, 'trust.json');
  await writeFile(trustFile, JSON.stringify({ ...config, ...more, registry: { ...config.registry, url } }));
  const ownData = join(folder, 'data');
  const servers = new Servers(await loadTrust(trustFile), homeOf({ XDG_DATA_HOME: ownData }), new Date());
  // `run` ignores the authorities that variables name: where this machine has some, npm's setting names them here.
  const cafile = process.env['NODE_EXTRA_CA_CERTS'];
  const authorities = cafile === undefined ? {} : { npm_config_cafile: cafile };
  const env = { XDG_DATA_HOME: ownData, NOTION_TOKEN: 'placeholder' };
  return {
    servers,
    namesOf: async (kind) => {
      const names: string[] = [];
      for (const name of await servers.registry.names())
        if ((await servers.registry.server(name)).lock.closure.kind === kind) names.push(name);
      return names;
    },
    command: ([command = '', name = '', ...rest], dataHome = ownData) => ({
      command: process.execPath,
      words: [countersignCommand, command, name, '--trust', trustFile, ...rest],
      env: { ...authorities, ...env, XDG_DATA_HOME: dataHome },
    }),
    install: async (name, given = []) => {
      const found = await servers.registry.server(name);
      await servers.install(found);
      const installed = servers.installedAt(found, servers.checkInstalled(found));
      const stateFolder = await servers.stateFolderOf(found);
      const planned = planLaunch(found.approval.server, found.lock, {
        os: process.platform,
        given,
        environment: env,
        stateFolder,
        resolvePath: (path) => path,
      });
      if (!planned.ok) throw new Error(`${name}: ${planned.problems[0]?.message ?? ''}`);
      const { plan } = planned;
      return { found, plan, variables: { ...env, ...Object.fromEntries(plan.environment) }, installed, stateFolder };
    },
    close: () => void server.close(),
  };
}

/** What `countersign run` becomes, from the same files or from a copy of them. */
export function withoutUs({ plan, variables, installed, stateFolder }: Ready, copy = installed.root): Program {
  if (plan.program.runs === 'container') throw new Error('an image has no command line of its own');
  const { file, words } = commandLine(plan.program, plan.arguments, { ...installed, root: copy });
  return { command: file, words, env: variables, cwd: stateFolder };
}

/** Milliseconds to the first answer of a program for which a folder is empty; it is removed afterwards. */
export async function fromEmpty(folder: string, program: Program): Promise<number> {
  const took = await toFirstAnswer(program);
  await rm(folder, { recursive: true, force: true });
  return took;
}
