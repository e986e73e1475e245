/** Starts a server whose bytes were checked, with an environment of its own. */
import { spawn } from 'node:child_process';
import type { CommandLine } from '../../artefacts/launch/command.ts';
import { runningPipes, type RunningServer } from '../../artefacts/launch/running.ts';
import { systemCode } from '../../core/failure.ts';

export function startServer(
  { file, words }: CommandLine,
  variables: ReadonlyMap<string, string>,
  folder: string,
): RunningServer {
  // Node would run compiled code from a folder that others may write to, for servers that ask for it.
  const noCompileCache = file === process.execPath ? { NODE_DISABLE_COMPILE_CACHE: '1' } : {};
  const child = spawn(file, words, {
    stdio: 'pipe',
    env: { ...Object.fromEntries(variables), ...systemVariables(), ...noCompileCache },
    cwd: folder,
    // Its own process group: what it starts can be ended with it, and a terminal's signals come to this program alone.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    if (process.platform === 'win32') return void child.kill(name);
    try {
      process.kill(-child.pid, name);
    } catch (error) {
      if (systemCode(error) !== 'ESRCH') throw error;
    }
  };
  return {
    ...runningPipes(child, () => signal('SIGKILL')),
    stop: () => signal('SIGTERM'),
    kill: () => signal('SIGKILL'),
  };
}

/** Variables without which no program starts on Windows. */
function systemVariables(): Record<string, string> {
  if (process.platform !== 'win32') return {};
  const names = ['SystemRoot', 'SystemDrive', 'TEMP', 'TMP'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
