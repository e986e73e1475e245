import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { usedBuiltins } from './used-builtins.ts';
import { asModules } from './validators.ts';

const program = `
import fs, { existsSync, ReadStream as Unused } from 'node:fs';
import { hash } from 'crypto';
import * as paths from 'node:path';
process.on('exit', () =>
  console.log(
    JSON.stringify([
      existsSync('/'), fs.existsSync === existsSync, hash('sha256', 'a').slice(0, 8), paths.join('a', 'b'),
      process.moduleLoadList.filter((name) => /internal\\/(fs\\/streams|crypto\\/webcrypto)$/.test(name)).length,
    ]),
  ),
);
`;

test.each([
  [true, 0],
  [false, 2],
])('what is not used of a module of Node is not loaded: %s', async (usesPlugin, loaded) => {
  const outfile = join(await temporaryFolder(), 'program.mjs');
  await build({
    stdin: { contents: program, resolveDir: import.meta.dirname },
    outfile,
    plugins: usesPlugin ? [usedBuiltins] : [],
    ...asModules,
  });
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { env: {} });
  expect(JSON.parse(stdout)).toEqual([true, true, 'ca978112', 'a/b', loaded]);
});
