import { cpus } from 'node:os';
export const workers = Math.max(1, cpus().length - 1);
