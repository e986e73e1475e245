/** Makes the code that runs in AWS from entry files of the repository. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { SignerFunction } from './names.ts';

/** The repository, whose files become functions. */
export const repository = join(import.meta.dirname, '..');

/** A function that was not found must not be deployed as an empty one. */
export class MissingEntry extends Error {
  override readonly name = 'MissingEntry';
}

/** What a bundle became. */
export interface Bundled {
  readonly bytes: number;
  /** What is in it, relative to the repository. */
  readonly files: readonly string[];
}

/** Writes `index.mjs`, with everything that it imports, into a folder of its own. */
export function bundleFunction(entry: string, folder: string): Bundled {
  if (!existsSync(entry)) throw new MissingEntry(`there is no ${entry} to deploy; take a commit that has it`);
  rmSync(folder, { recursive: true, force: true });
  return bundleModule(entry, join(folder, 'index.mjs'));
}

function bundleModule(entry: string, outfile: string): Bundled {
  const { metafile } = buildSync({
    absWorkingDir: repository,
    metafile: true,
    entryPoints: [entry],
    outfile,
    bundle: true,
    // It reads a file beside itself, so that it is copied as a package.
    external: [yara],
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
    // What packages that are not modules find in theirs.
    banner: {
      js: [
        "import { createRequire as requireOf } from 'node:module';",
        'const require = requireOf(import.meta.url);',
        'const [__filename, __dirname] = [import.meta.filename, import.meta.dirname];',
      ].join(' '),
    },
    logLevel: 'silent',
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const files = inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : []));
  return { bytes: statSync(outfile).size, files };
}

const entryOf = (name: SignerFunction): string => join(repository, `signer/functions/${name}.ts`);

/** Makes one of the signer's functions, without its configuration: the folder is what is deployed. */
export function bundleSignerFunction(name: SignerFunction, folder: string): Bundled {
  const bundled = bundleFunction(entryOf(name), folder);
  // The same for all that are deployed together, and for a clone: each reads what another one stored.
  writeFileSync(
    join(folder, 'program.json'),
    execFileSync(process.execPath, [join(repository, 'scripts/build/program.ts')]),
  );
  if (name === 'fetch-and-review') addCodeCheck(folder);
  return bundled;
}

const yara = '@virustotal/yara-x';
const codeCheck = 'review/checks/code';

/**
 * Puts beside a bundle what the check of code reads at run time: its rules and its own source, of which the digest is taken,
 * the program of its processes, and the package that searches.
 */
function addCodeCheck(folder: string): void {
  const from = join(repository, codeCheck);
  cpSync(join(from, 'rules'), join(folder, 'rules'), { recursive: true });
  for (const file of readdirSync(from, { recursive: true, encoding: 'utf8' }))
    if (/(?<!\.test)\.ts$/u.test(file)) cpSync(join(from, file), join(folder, file));
  bundleModule(join(from, 'scan-worker.ts'), join(folder, 'scan-worker.mjs'));
  cpSync(join(repository, 'node_modules', yara), join(folder, 'node_modules', yara), { recursive: true });
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
