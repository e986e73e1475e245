/** Bundles the `countersign` command into one file, host/dist/countersign.js: many small files start slowly. */
import { join } from 'node:path';
import { build } from 'esbuild';

const host = join(import.meta.dirname, '../../host');

/** Writes host/dist/countersign.js. */
export async function bundleHost(): Promise<void> {
  await build({
    entryPoints: [join(host, 'cli.ts')],
    outfile: join(host, 'dist/countersign.js'),
    bundle: true,
    minify: true,
    keepNames: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'warning',
    legalComments: 'linked',
    // Libraries in the older module format expect these.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __filename = import.meta.filename, __dirname = import.meta.dirname;",
    },
  });
}
