/** How long a server takes to start, beside Node alone and npx. It needs the npm registry. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sirv from 'sirv';
import { commandLine } from '../../artefacts/launch/command.ts';
import { planLaunch } from '../../artefacts/launch/plan.ts';
import { homeOf } from '../../host/home.ts';
import { Servers } from '../../host/servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import {
  countersignCommand,
  geometricMean,
  inTurn,
  ms,
  ratio,
  registryCommand,
  root,
  toEnd,
  toFirstAnswer,
  type Program,
  type Row,
} from './measure.ts';

export async function benchStart(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  // A registry of the servers here, and a host that trusts it.
  const registry = join(folder, 'registry');
  await mkdir(registry);
  for (const name of ['registry.yaml', 'policy.yaml', 'advisories', 'servers'])
    await cp(join(root, name), join(registry, name), { recursive: true });
  await toEnd({ command: process.execPath, words: [registryCommand, 'dev', '--once', '--json'], cwd: registry });
  const files = sirv(join(registry, 'dist'));
  const server = createServer((request, response) => void files(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = JSON.parse(await readFile(join(registry, '.registry/trust.json'), 'utf8')) as TrustConfig;
  const trustFile = join(folder, 'trust.json');
  await writeFile(trustFile, JSON.stringify({ ...config, registry: { ...config.registry, url } }));
  const dataHome = join(folder, 'data');
  const host = new Servers(await loadTrust(trustFile), homeOf({ XDG_DATA_HOME: dataHome }), new Date());
  const names = await host.registry.names();
  const trusting = ['--trust', trustFile];
  const env = { XDG_DATA_HOME: dataHome, NOTION_TOKEN: 'placeholder' };

  const nothing: Program = { command: process.execPath, words: ['-e', '0'] };
  const metadataOnly = { ...env, XDG_DATA_HOME: join(folder, 'metadata') };
  const verify: Program = {
    command: process.execPath,
    words: [countersignCommand, 'verify', 'memory', ...trusting],
    env: metadataOnly,
  };
  const [bare = NaN, verified = NaN] = await inTurn(toEnd, [nothing, verify]);
  rows.push(ratio('verify, cached metadata / node -e 0', verified / bare, 2, `${ms(verified)} / ${ms(bare)}`));

  const direct: number[] = [];
  const warm: number[] = [];
  const cold: number[] = [];
  for (const name of names) {
    const found = await host.registry.server(name);
    await host.install(found);
    const tree = host.checkInstalled(found);
    const stateFolder = await host.stateFolderOf(found);
    const given = name === 'filesystem' ? [folder] : [];
    const planned = planLaunch(found.approval.server, found.lock, {
      os: process.platform,
      given,
      environment: env,
      stateFolder,
      resolvePath: (path) => path,
    });
    if (!planned.ok) throw new Error(`${name}: ${planned.problems[0]?.message ?? ''}`);
    const { program, arguments: words, environment } = planned.plan;
    const variables = { ...env, ...Object.fromEntries(environment) };
    const spec = found.lock.artefact?.url.slice('npm:'.length) ?? '';
    const npx = (cache: string): Program => ({
      command: 'npx',
      words: ['-y', spec, ...words],
      env: { ...variables, npm_config_cache: cache, npm_config_update_notifier: 'false' },
      cwd: folder,
    });
    const run = (data: string): Program => ({
      command: process.execPath,
      words: [countersignCommand, 'run', name, ...trusting, '--', ...given],
      env: { ...env, XDG_DATA_HOME: data },
    });
    if (program.runs === 'container') throw new Error(`${name} is an image, which has no command line of its own`);
    const line = commandLine(program, words, host.installedAt(found, tree));
    const node: Program = {
      command: line.file,
      words: line.words,
      env: variables,
      cwd: stateFolder,
    };

    const coldRun = await toFirstAnswer(run(join(folder, `cold-${name}`)));
    const warmCache = join(folder, `npx-${name}`);
    const coldNpx = await toFirstAnswer(npx(warmCache));
    const [installed = NaN, plain = NaN, warmNpx = NaN] = await inTurn(toFirstAnswer, [
      run(dataHome),
      node,
      npx(warmCache),
    ]);
    direct.push(installed / plain);
    warm.push(installed / warmNpx);
    cold.push(coldRun / coldNpx);
    rows.push([
      `  ${name}`,
      `run ${ms(installed)}, node ${ms(plain)}, npx ${ms(warmNpx)}; cold: run ${ms(coldRun)}, npx ${ms(coldNpx)}`,
      '',
    ]);
    for (const used of [warmCache, join(folder, `cold-${name}`)]) await rm(used, { recursive: true, force: true });
  }
  server.close();
  rows.push(ratio('run / node <server>, whole tree hashed', geometricMean(direct), 1.6, 'geometric mean of 8'));
  rows.push(ratio('run / npx -y, warm', geometricMean(warm), 0.5, 'geometric mean of 8'));
  rows.push(ratio('run / npx -y, from empty caches', geometricMean(cold), 0.5, 'geometric mean of 8'));

  return rows;
}
