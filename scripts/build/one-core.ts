/**
 * Keeps everything that each start reads in one chunk. esbuild would put what a start shares with code that is loaded later into a
 * chunk for each way to share it, and every file that a start reads costs it half a millisecond. So each of our modules that is
 * loaded later also imports what a start reads, which is loaded by then.
 */
import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import type { Plugin } from 'esbuild';

const again = 'resolved by one-core';

/** @param core the absolute path of the module that a start reads, with all that it imports */
export const oneCore = (core: string): Plugin => ({
  name: 'one-core',
  setup(bundle) {
    const later = new Set<string>();
    bundle.onResolve({ filter: /^\./ }, async ({ kind, path, resolveDir, importer, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === again) return undefined;
      const resolved = await bundle.resolve(path, { kind, resolveDir, importer, pluginData: again });
      later.add(resolved.path);
      return resolved;
    });
    bundle.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (!later.has(path)) return undefined;
      const to = JSON.stringify(`./${relative(dirname(path), core)}`.replaceAll('\\', '/'));
      return { contents: `import ${to};\n${await readFile(path, 'utf8')}`, loader: 'ts' };
    });
  },
});
