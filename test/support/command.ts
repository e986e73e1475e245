/** Runs the project's commands as a user does: as processes, with an environment of their own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The files that npm links as commands. */
export const registryCommand = join(root, 'scripts/registry.js');
export const countersignCommand = join(root, 'host/bin/countersign.js');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Invocation {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** A Node script, run to its end. */
function runNode(
  script: string,
  words: readonly string[],
  { cwd, env = {}, input = '' }: Invocation = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...words], { cwd, env: { ...process.env, ...env } });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout: text(stdout), stderr: text(stderr) }));
  });
}

export const registry = (words: readonly string[], invocation?: Invocation): Promise<Ended> =>
  runNode(registryCommand, words, invocation);

export const countersign = (words: readonly string[], invocation?: Invocation): Promise<Ended> =>
  runNode(countersignCommand, words, invocation);

/** What a command wrote, without the answer that tells a client why there is no server. */
export const withoutRefusal = (stdout: string): string =>
  stdout.replace(/^\{"jsonrpc":"2\.0","id":[^,]+,"error":\{"code":-32000,[^\n]*\}\}\n$/u, '');
