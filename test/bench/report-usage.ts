/** Loaded into a program that is measured: when it ends, says on its third descriptor what it used. */
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) process.on('exit', () => void writeSync(3, JSON.stringify(process.resourceUsage())));
