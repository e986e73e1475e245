/** One thread of a survey. */
import { parentPort, workerData } from 'node:worker_threads';
import { survey, type Share } from './survey.ts';

// The YAML parser asks the environment for a switch of its own at every token, which is a tenth of all the time.
process.env = {};

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
for (const some of survey(workerData as Share)) parentPort?.postMessage(some);
