import { Worker } from 'node:worker_threads';
export const start = (data) => new Worker(new URL('./worker.js', import.meta.url), { workerData: data });
export const later = (work) => setTimeout(work, 10);
export const image = 'data:image/png;base64,AAAA';
