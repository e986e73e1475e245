/** Times of programs, and how the numbers are printed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Used } from './report-usage.ts';

export const root = join(import.meta.dirname, '../..');
export const registryCommand = join(root, 'scripts/registry.js');
export const countersignCommand = join(root, 'host/bin/countersign.js');
const compiled = join(root, 'node_modules/.cache/countersign/compiled');
export const rounds = Number(process.env['BENCH_ROUNDS'] ?? 7);

/** One number beside the bound that it must keep to, where there is one. */
export type Row = readonly [what: string, measured: string, bound: string];

export const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** A bound that holds only within one run on one machine is one of a ratio. */
export const ratio = (what: string, value: number, bound: number, detail: string): Row => [
  what,
  `${value.toFixed(2)} × (${detail})`,
  `≤ ${bound.toFixed(1)} ×${value > bound ? '  MISSED' : ''}`,
];

/** A time and the memory that it took, each beside its bound. */
export function usageRow(what: string, used: Usage, most?: Most): Row {
  const mb = (bytes: number): string => `${(bytes / 1_000_000).toFixed(0)} MB`;
  const measured = `${ms(used.tookMs)} (${ms(used.cpuMs)} of processors), ${mb(used.rssBytes)}`;
  if (most === undefined) return [what, measured, ''];
  const missed = used.tookMs > most.tookMs || used.rssBytes > most.rssBytes;
  return [what, measured, `≤ ${ms(most.tookMs)}, ${mb(most.rssBytes)}${missed ? '  MISSED' : ''}`];
}

const initialize = `${JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
})}\n`;

export interface Program {
  readonly command: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whether it is waited for when it has answered. Others are killed. */
  readonly endsWithItsInput?: boolean;
}

/** Milliseconds until a program ends. */
export function toEnd({ command, words, env = {}, cwd }: Program): Promise<number> {
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

/** What a program of Node's took until it ended. */
export interface Usage {
  readonly tookMs: number;
  /** Of all processors together, without git: the same however busy the machine is. */
  readonly cpuMs: number;
  /** Of the process with all its threads, at its peak. */
  readonly rssBytes: number;
}

/** The most that a program may take. */
export type Most = Omit<Usage, 'cpuMs'>;

/** The median of the times, and the most memory. */
const typical = (all: readonly Usage[]): Usage => ({
  tookMs: median(all.map(({ tookMs }) => tookMs)),
  cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
  rssBytes: Math.max(...all.map(({ rssBytes }) => rssBytes)),
});

/** Runs a program of ours to its end. */
async function usage({ words, env = {}, cwd }: Omit<Program, 'command'>): Promise<Usage> {
  const begun = performance.now();
  const child = spawn(process.execPath, ['--import', reportUsage, ...words], {
    cwd,
    // As scripts/registry.js keeps it.
    env: { ...process.env, NODE_COMPILE_CACHE: compiled, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  let said = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`node ${words.join(' ')} ended with ${code}`);
  return { tookMs: performance.now() - begun, ...(JSON.parse(said) as Used) };
}

/** A command of ours in a folder. */
export interface Case {
  readonly what: string;
  readonly folder: string;
  /** `registry` where it is left out. */
  readonly program?: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly most?: Most;
}

/** What a command takes, run once. */
export const measureOnce = ({ folder: cwd, program = registryCommand, words, env = {} }: Case): Promise<Usage> =>
  usage({ words: [program, ...words], cwd, env });

/** What each command takes, all taken in turn, with the rows that say so. */
export async function measureCases(cases: readonly Case[]): Promise<{ readonly used: Usage[]; readonly rows: Row[] }> {
  const measured = await allInTurn(measureOnce, cases, Math.min(rounds, 3));
  const used = measured.map(typical);
  const rows = cases.flatMap(({ what, most }, index) =>
    used.slice(index, index + 1).map((each) => usageRow(what, each, most)),
  );
  return { used, rows };
}

/** By the time of processors, which a busy machine does not change. What starting takes weighs less on many than on few. */
export function linearity(what: string, few: number, many: number, fewUsed?: Usage, manyUsed?: Usage): Row {
  const [one, other] = [(fewUsed?.cpuMs ?? NaN) / few, (manyUsed?.cpuMs ?? NaN) / many];
  const of = (count: number): string => count.toLocaleString('en');
  const detail = `${other.toFixed(2)} ms / ${one.toFixed(2)} ms of processors`;
  return ratio(`${what}, one of ${of(many)} / one of ${of(few)}`, other / one, 1.2, detail);
}

const reportUsage = join(import.meta.dirname, 'report-usage.ts');

/** Milliseconds until the first line of the answer to `initialize`. */
export function toFirstAnswer({ command, words, env = {}, cwd, endsWithItsInput = false }: Program): Promise<number> {
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
      // A host answers also where it starts nothing: with the reason, which is no start.
      if (!said.includes('"result"')) return reject(new Error(`${words.join(' ')} was answered with ${said}`));
      if (endsWithItsInput) {
        child.on('exit', () => resolve(took));
        child.stdin.end();
        return;
      }
      // npx leaves children of its own behind.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      resolve(took);
    });
  });
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** The median time of each program, all taken in turn, one unmeasured round first. */
export const inTurn = async (
  measure: (program: Program) => Promise<number>,
  programs: readonly Program[],
): Promise<number[]> => (await allInTurn(measure, programs, rounds)).map(median);

/** What measuring each of several things gives in every round, all taken in turn, one unmeasured round first. */
async function allInTurn<T, R>(measure: (each: T) => Promise<R>, several: readonly T[], times: number): Promise<R[][]> {
  const results: R[][] = several.map(() => []);
  for (let round = 0; round <= times; round++)
    for (const [index, each] of several.entries()) {
      const result = await measure(each);
      if (round > 0) results[index]?.push(result);
    }
  return results;
}
