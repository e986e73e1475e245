/** What only servers with a network need: it is no part of the file that every start reads. */
export { openFilter } from './filter.ts';
export { machineProxy } from './machine-proxy.ts';
