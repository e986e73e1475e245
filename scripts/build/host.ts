/**
 * Bundles the `countersign` command: many small files start slowly. What a start from verified caches needs is one
 * file, host/dist/countersign.js; what fetches and unpacks lies in others beside it, read only when it is needed.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bashCompletion } from '../../host/completion/bash.ts';
import { fishCompletion } from '../../host/completion/fish.ts';
import { zshCompletion } from '../../host/completion/zsh.ts';
import { licencesOf } from './licences.ts';
import { manPage } from './man-page.ts';
import { oneCore } from './one-core.ts';
import { usedBuiltins } from './used-builtins.ts';
import { hostValidators, asModules } from './validators.ts';
import { removeOthers, writeChanged } from './write-changed.ts';

const root = join(import.meta.dirname, '../..');
const host = join(root, 'host');

/** Serves the host's own validators in place of schemas/compiled.js. */
export const leanValidators: Plugin = {
  name: 'lean-validators',
  setup(bundle) {
    const made = hostValidators();
    bundle.onResolve({ filter: /^validators:/ }, ({ path }) => ({
      path: path.slice('validators:'.length),
      namespace: 'validators',
    }));
    bundle.onLoad({ filter: /[\\/]schemas[\\/]compiled\.js$/ }, async () => ({
      contents: (await made).entry,
      resolveDir: host,
    }));
    bundle.onLoad({ filter: /.*/, namespace: 'validators' }, async ({ path }) => ({
      contents: (await made)[path as 'byMachines' | 'byHand' | 'audit'],
      resolveDir: host,
    }));
  },
};

/** Writes host/dist/: the program, and what is handed on with it. */
export async function bundleHost(): Promise<void> {
  const dist = join(host, 'dist');
  const { outputFiles, metafile } = await build({
    entryPoints: [join(host, 'cli.ts')],
    absWorkingDir: root,
    outdir: dist,
    write: false,
    metafile: true,
    entryNames: 'countersign',
    chunkNames: '[name]-[hash]',
    splitting: true,
    // Native, and loaded only where somebody keeps a secret in the keychain.
    external: ['@napi-rs/keyring'],
    plugins: [usedBuiltins, oneCore(join(host, 'main.ts')), leanValidators],
    ...asModules,
    legalComments: 'linked',
    // Libraries in the older module format expect these.
    banner: {
      js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url); const __filename = import.meta.filename, __dirname = import.meta.dirname;",
    },
  });
  const texts = [
    ['LICENSE', await readFile(join(root, 'LICENSE'), 'utf8')],
    ['third-party-licences.txt', await licencesOf(root, metafile)],
    ...(await generatedFromCommands()),
  ] as const;
  const files = [
    ...outputFiles,
    ...texts.map(([name, text]) => ({ path: join(dist, name), contents: Buffer.from(text) })),
  ];
  await writeChanged(files);
  await removeOthers(dist, files);
}

/** The manual page, and a file of completions for each shell, called as the shell looks for it. */
async function generatedFromCommands(): Promise<readonly (readonly [name: string, text: string])[]> {
  // Not imported above: commands read schemas that prepare.ts compiles first.
  const { commands, program } = await import('../../host/program.ts');
  return [
    [`${program.name}.1`, manPage(program, commands)],
    [`${program.name}.bash`, bashCompletion(program.name, commands)],
    [`_${program.name}`, zshCompletion(program.name, commands)],
    [`${program.name}.fish`, fishCompletion(program.name, commands)],
  ];
}
