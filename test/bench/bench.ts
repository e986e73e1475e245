/**
 * `npm run bench`: what the design promises in numbers, as ratios within this one run. Every pair is taken in turn, so
 * that a machine that slows down slows down both. It needs the npm registry, and takes some minutes.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sirv from 'sirv';
import { openLock } from '../../core/lock.ts';
import { planLaunch } from '../../core/launch.ts';
import { readManifest } from '../../core/manifest.ts';
import { homeOf } from '../../host/home.ts';
import { Servers } from '../../host/servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import type { Lock, Manifest, TrustConfig } from '../../schemas/types.ts';
import { writeCopies } from '../support/many-servers.ts';

const root = join(import.meta.dirname, '../..');
const registryCommand = join(root, 'scripts/registry.js');
const countersignCommand = join(root, 'host/bin/countersign.js');
const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 7);

const initialize = `${JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
})}\n`;

interface Program {
  readonly command: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Milliseconds until a program ends. */
function toEnd({ command, words, env = {}, cwd }: Program): Promise<number> {
  const begun = performance.now();
  const child = spawn(command, words, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0
        ? resolve(performance.now() - begun)
        : reject(new Error(`${command} ${words.join(' ')} ended with ${code}`)),
    );
  });
}

/** Milliseconds until the first line of the answer to `initialize`. */
function toFirstAnswer({ command, words, env = {}, cwd }: Program): Promise<number> {
  const begun = performance.now();
  const child = spawn(command, words, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  child.stdin.write(initialize);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) =>
      reject(new Error(`${command} ${words.join(' ')} ended with ${code} before it answered`)),
    );
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (!said.includes('"id":1')) return;
      const took = performance.now() - begun;
      child.removeAllListeners('exit');
      // npx leaves children of its own behind.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      resolve(took);
    });
  });
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** The median time of each program, all taken in turn, one unmeasured round first. */
async function inTurn(measure: (program: Program) => Promise<number>, programs: readonly Program[]): Promise<number[]> {
  const times: number[][] = programs.map(() => []);
  for (let round = 0; round <= rounds; round++)
    for (const [index, program] of programs.entries()) {
      const took = await measure(program);
      if (round > 0) times[index]?.push(took);
    }
  return times.map(median);
}

const rows: [what: string, measured: string, bound: string][] = [];
const ms = (value: number): string => `${value.toFixed(0)} ms`;
const note = (what: string, ratio: number, bound: number, detail: string): void =>
  void rows.push([
    what,
    `${ratio.toFixed(2)} × (${detail})`,
    `≤ ${bound.toFixed(1)} ×${ratio > bound ? '  MISSED' : ''}`,
  ]);

try {
  // A registry of the eight servers, and a host that trusts it.
  const registry = join(folder, 'registry');
  await mkdir(registry);
  for (const name of ['registry.yaml', 'policy.yaml', 'servers'])
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
  note('verify, cached metadata / node -e 0', verified / bare, 2, `${ms(verified)} / ${ms(bare)}`);

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
      given,
      environment: env,
      stateFolder,
      resolvePath: (path) => path,
    });
    if (!planned.ok) throw new Error(`${name}: ${planned.problems[0]?.message ?? ''}`);
    const { script, arguments: words, environment } = planned.plan;
    const variables = { ...env, ...Object.fromEntries(environment) };
    const spec = found.lock.artefact.url.slice('npm:'.length);
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
    const node: Program = {
      command: process.execPath,
      words: [join(tree.root, script), ...words],
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
  note('run / node <server>, whole tree hashed', geometricMean(direct), 1.6, 'geometric mean of 8');
  note('run / npx -y, warm', geometricMean(warm), 0.5, 'geometric mean of 8');
  note('run / npx -y, from empty caches', geometricMean(cold), 0.5, 'geometric mean of 8');

  const many = join(folder, 'many');
  const lock: Lock = openLock(await readFile(join(root, 'servers/memory.lock.json')), 'the lock of memory');
  const manifest = readManifest('memory.yaml', await readFile(join(root, 'servers/memory.yaml')));
  if (!manifest.ok) throw new Error('the manifest of memory is valid');
  await mkdir(many);
  for (const name of ['registry.yaml', 'policy.yaml']) await cp(join(root, name), join(many, name));
  await writeCopies(many, manifest.document.value satisfies Manifest, lock, 328);
  const [validated = NaN] = await inTurn(toEnd, [
    { command: process.execPath, words: [registryCommand, 'validate'], cwd: many },
  ]);
  rows.push([
    'validate 328 manifests and locks, cold start',
    ms(validated),
    `< 2000 ms${validated >= 2000 ? '  MISSED' : ''}`,
  ]);
} finally {
  await rm(folder, { recursive: true, force: true });
}

const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
for (const [what, measured, bound] of rows)
  console.log(`${what.padEnd(widths[0] ?? 0)}  ${measured.padEnd(widths[1] ?? 0)}  ${bound}`.trimEnd());
