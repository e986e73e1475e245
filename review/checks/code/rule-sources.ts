import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('rules/', import.meta.url);

/** The files of YARA rules by name, in the order in which they are compiled: the rules that others use come first. */
export const ruleSources = (): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.yar'))
      .sort()
      .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
  );
