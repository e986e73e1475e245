/** Starts a server whose bytes were checked: with an environment of its own, and the client's own pipes. */
import { constants } from 'node:os';
import type { CommandLine } from '../../artefacts/launch/command.ts';

/**
 * If the system supports it, this process becomes the server. Then no process is between the server and its client, and
 * signals reach the server directly. On other systems the server is a child process that shares the pipes; the promise
 * gives its exit code.
 */
export async function startServer(
  { file, words }: CommandLine,
  variables: ReadonlyMap<string, string>,
  folder: string,
): Promise<number> {
  // Node would run compiled code from a folder that others may write to, for servers that ask for it.
  const noCompileCache = file === process.execPath ? { NODE_DISABLE_COMPILE_CACHE: '1' } : {};
  const environment = { ...Object.fromEntries(variables), ...systemVariables(), ...noCompileCache };
  if (process.execve !== undefined && process.platform !== 'win32') {
    process.chdir(folder);
    process.execve(file, [file, ...words], environment);
  }
  const { spawn } = await import('node:child_process');
  const child = spawn(file, words, { stdio: 'inherit', env: environment, cwd: folder });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const)
    process.on(signal, () => void child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

/** Variables without which no program starts on Windows. */
function systemVariables(): Record<string, string> {
  if (process.platform !== 'win32') return {};
  const names = ['SystemRoot', 'SystemDrive', 'TEMP', 'TMP'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
