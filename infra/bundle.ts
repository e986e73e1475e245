/** Makes the code that runs in AWS from entry files of the repository. */
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** A function that was not found must not be deployed as an empty one. */
export class MissingEntry extends Error {
  override readonly name = 'MissingEntry';
}

/** Writes `index.mjs`, with everything that it imports, into a folder of its own. Gives its size in bytes. */
export function bundleFunction(entry: string, folder: string): number {
  if (!existsSync(entry)) throw new MissingEntry(`there is no ${entry} to deploy; take a commit that has it`);
  rmSync(folder, { recursive: true, force: true });
  const outfile = join(folder, 'index.mjs');
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
    // Packages that are not modules call `require` for what Node has.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'silent',
  });
  return statSync(outfile).size;
}

/** What CloudFront takes at most for a function. */
export const maxEdgeBytes = 10_240;

/**
 * The text of a CloudFront function. Its engine knows ECMAScript 5.1 and a part of what came later: what it does not
 * know is an error here, where esbuild cannot write it in another way.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export function bundleEdgeFunction(entry: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es5',
    supported: { 'const-and-let': true, arrow: true, 'template-literal': true },
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'silent',
  });
  const module = outputFiles[0]?.text ?? '';
  const end = 'export{handler};\n';
  if (!module.endsWith(end)) throw new Error(`${entry} must export handler, and nothing else`);
  // The engine calls the function of that name, and loads no modules.
  const text = module.slice(0, -end.length);
  if (Buffer.byteLength(text) > maxEdgeBytes)
    throw new Error(`${entry} makes ${Buffer.byteLength(text)} bytes, more than the ${maxEdgeBytes} of CloudFront`);
  return text;
}
