/** The usual names of things of JavaScript and Node, and of their fields. */

/** The modules of Node whose functions rules look for. */
export const modules = new Set([
  'vm',
  'worker_threads',
  'child_process',
  'module',
  'fs',
  'fs/promises',
  'inspector',
  'repl',
  'net',
  'tls',
]);

/** The names of the global object. */
export const globals = new Set(['globalThis', 'global', 'window', 'self', 'top', 'parent', 'frames']);
/** Stands for any function: its `constructor` makes functions from text. */
export const anyFunction = 'λ';
/** Stands for a function that makes `f.call` of a function `f`. */
export const callMaker = 'λ.call';

/** The name of a field of a thing: fields that lead back to the thing, or to the same thing, are left out. */
export function member(of: string, key: string): string {
  if (key === 'default' && modules.has(of)) return of;
  if (of === 'globalThis' || of === 'this') return globals.has(key) ? 'globalThis' : of === 'this' ? `?.${key}` : key;
  if (key === '__proto__' && of === anyFunction) return of;
  if (key !== 'constructor') return `${of}.${key}`;
  // What made an object is a class. Only what made a class or a function makes functions.
  if (of.startsWith('new ')) return of === `new ${anyFunction}` ? anyFunction : `${of.slice(4)}.prototype.constructor`;
  return isKnownFunction(of) ? 'Function' : `${of}.${key}`;
}

const isKnownFunction = (name: string): boolean =>
  name === anyFunction ||
  name === 'require' ||
  /(^|\.)constructor$/u.test(name) ||
  modules.has(name.slice(0, Math.max(0, name.indexOf('.')))) ||
  isFunctionOf(globalThis, ...name.split('.'));

/** Whether the fields lead from an object of the language to a function. No getter is called. */
export function isFunctionOf(object: unknown, ...keys: readonly string[]): boolean {
  let found = object;
  for (const key of keys) {
    if ((typeof found !== 'object' && typeof found !== 'function') || found === null) return false;
    found = Object.getOwnPropertyDescriptor(found, key)?.value as unknown;
  }
  return typeof found === 'function';
}
