/** Starting a server whose bytes were checked: with this Node, its own environment, and the client's own pipes. */
import { constants } from 'node:os';
import { join } from 'node:path';
import type { LaunchPlan } from '../../core/launch.ts';

/**
 * Where the system can, this process becomes the server: nothing stands between it and its client, and signals and
 * exit codes are its own. Elsewhere it is a child that shares the pipes; the promise gives its exit code.
 */
export async function startServer(plan: LaunchPlan, root: string, folder: string): Promise<number> {
  const script = join(root, plan.script);
  const words = [script, ...plan.arguments];
  // Node would run compiled code from a folder that others may write to, for servers that ask for it.
  const noCompileCache = { NODE_DISABLE_COMPILE_CACHE: '1' };
  const environment = { ...Object.fromEntries(plan.environment), ...systemVariables(), ...noCompileCache };
  if (process.execve !== undefined && process.platform !== 'win32') {
    process.chdir(folder);
    process.execve(process.execPath, [process.execPath, ...words], environment);
  }
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, words, { stdio: 'inherit', env: environment, cwd: folder });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const)
    process.on(signal, () => void child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

/** What no program starts without on Windows. */
function systemVariables(): Record<string, string> {
  if (process.platform !== 'win32') return {};
  const names = ['SystemRoot', 'SystemDrive', 'TEMP', 'TMP'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
