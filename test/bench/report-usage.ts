/** Loaded into a program that is measured: when it ends, says on its third descriptor what it used. */
import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** What a program of Node's used. */
export interface Used {
  readonly cpuMs: number;
  readonly rssBytes: number;
}

/** On Linux, the number of `resourceUsage` is not below what the process had that started this one. */
function peakBytes(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const kilobytes = /^VmHWM:\s+(?<kilobytes>\d+) kB$/mu.exec(status)?.groups?.['kilobytes'];
  return Number(kilobytes ?? process.resourceUsage().maxRSS) * 1024;
}

function used(): Used {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return { cpuMs: (userCPUTime + systemCPUTime) / 1000, rssBytes: peakBytes() };
}

if (isMainThread) process.on('exit', () => void writeSync(3, JSON.stringify(used())));
