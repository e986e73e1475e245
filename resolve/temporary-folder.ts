import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Works in a folder that is removed afterwards, also when a signal or an uncaught error ends the process. No other account may look
 * into it. `purpose` stands in its name.
 */
export async function inTemporaryFolder<T>(purpose: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `countersign-${purpose}-`));
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true });
  const forget = (): void => {
    process.off('exit', removeNow);
    for (const signal of signals) process.off(signal, removeAndEnd);
  };
  const removeAndEnd = (signal: NodeJS.Signals): void => {
    forget();
    removeNow();
    // Without our listener, the signal has its default effect. What works in the folder has ended, or ends together with this process.
    process.kill(process.pid, signal);
  };
  process.once('exit', removeNow);
  for (const signal of signals) process.once(signal, removeAndEnd);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    forget();
  }
}
