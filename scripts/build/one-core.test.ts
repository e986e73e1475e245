import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { oneCore } from './one-core.ts';
import { asModules } from './validators.ts';

/** What a start shares with the first module alone, with both, and with none. */
const files = {
  'cli.ts': "import { main } from './main.ts';\nawait main();\n",
  'main.ts': `import { one } from './one.ts';
import { both } from './both.ts';
export const main = async () => [one, both, await import('./first.ts'), await import('./second.ts')];
`,
  'one.ts': 'export const one = () => process.pid;\n',
  'both.ts': 'export const both = () => process.ppid;\n',
  'first.ts':
    "import { one } from './one.ts';\nimport { both } from './both.ts';\nexport const first = [one, both, 'late'];\n",
  'second.ts': "import { both } from './both.ts';\nexport const second = [both, 'later'];\n",
};

test.each([true, false])('a start reads one chunk beside its own file: %s', async (usesPlugin) => {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const { metafile } = await build({
    entryPoints: [join(folder, 'cli.ts')],
    outdir: join(folder, 'dist'),
    splitting: true,
    write: false,
    metafile: true,
    plugins: usesPlugin ? [oneCore(join(folder, 'main.ts'))] : [],
    ...asModules,
  });
  const outputs = Object.values(metafile.outputs);
  const core = outputs.find(({ inputs }) => Object.keys(inputs).some((path) => path.endsWith('one.ts')));
  expect(Object.keys(core?.inputs ?? {}).some((path) => path.endsWith('both.ts'))).toBe(usesPlugin);
  // Three that have an entry point, and the core: one chunk, or one for each way to share.
  expect(outputs).toHaveLength(usesPlugin ? 4 : 5);
});
