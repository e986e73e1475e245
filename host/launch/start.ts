/** Starts a server whose bytes were checked, with an environment of its own. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { CommandLine } from '../../artefacts/launch/command.ts';
import { runningPipes, type RunningServer } from '../../artefacts/launch/running.ts';
import type { ContainedServer } from '../sandbox/contain.ts';

export function startServer({ containment, line, environment, folder, end }: ContainedServer): RunningServer {
  const child = spawn(line.file, line.words, {
    stdio: 'pipe',
    env: Object.fromEntries(environment),
    cwd: folder,
    // Its own process group: what it starts can be ended with it, and a terminal's signals come to this program alone.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const signalAll = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      if (process.platform === 'win32') child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // It has just ended.
    }
  };
  const pipes = runningPipes(child, () => signalAll('SIGKILL'));
  return {
    ...pipes,
    ended: pipes.ended.finally(end),
    stop: () => {
      const server = containment === 'bubblewrap' ? firstChild(firstChild(child.pid)) : undefined;
      if (server === undefined || !told(server, 'SIGTERM')) signalAll('SIGTERM');
    },
    kill: () => signalAll('SIGKILL'),
  };
}

/** Everything that a server gets by its environment: what was declared, and what the system or its runtime needs. */
export const environmentOf = ({ file }: CommandLine, variables: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([
    ...variables,
    ...systemVariables(),
    // Node would run compiled code from a folder that others may write to, for servers that ask for it.
    ...(file === process.execPath ? [['NODE_DISABLE_COMPILE_CACHE', '1'] as const] : []),
  ]);

/** Variables without which no program starts on Windows. */
function systemVariables(): [string, string][] {
  if (process.platform !== 'win32') return [];
  return ['SystemRoot', 'SystemDrive', 'TEMP', 'TMP'].flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
}

function told(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/**
 * bubblewrap passes no signal on, and what it started ends with it at once. So the server is told itself, which can then
 * finish what it writes: it is the first child of bubblewrap's own first process there.
 */
function firstChild(pid: number | undefined): number | undefined {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ');
    return first === undefined || first === '' ? undefined : Number(first);
  } catch {
    return undefined;
  }
}
