import { partAt } from '../../../artefacts/npm/parts.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BlobStore } from '../../../store/blob-store.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { aLock, aManifest, aPolicy, noImages, noIndex } from '../../../test/support/statements.ts';
import { packedPackage, type PackedPackage } from '../../../test/support/tarballs.ts';
import type { Resolver } from '../../../resolve/lock.ts';
import { knownPackages } from '../packages/packages.ts';
import { codeCheck } from './check.ts';
import { openCodeScanner, type CodeScanner } from './scanner.ts';

// One for all tests: its process compiles every rule when it starts.
let code: CodeScanner;
let blobs: BlobStore;
beforeAll(async () => {
  const folder = await temporaryFolder();
  code = openCodeScanner({ cacheFolder: folder, processes: 1 });
  blobs = new BlobStore(folder);
});
afterAll(() => code.close());

/** A package whose tests run decoded text, which its own program does not load. */
const kept = packed('kept', '1.0.0', {
  'index.js': 'module.exports = 1;\n',
  'test/fixture.js': 'eval(atob(text));\n',
  'test/plain.js': 'module.exports = 2;\n',
});
const loader = (version: string, program: string): PackedPackage =>
  packed('loader', version, { 'index.js': program }, { kept: '1.0.0' });
const quiet = loader('1.0.0', "module.exports = require('kept');\n");

function packed(
  name: string,
  version: string,
  files: Readonly<Record<string, string>>,
  dependencies: Readonly<Record<string, string>> = {},
): PackedPackage {
  const manifest = JSON.stringify({ name, version, main: 'index.js', dependencies });
  return packedPackage(name, version, { 'package.json': manifest, ...files }, { dependencies });
}

/** What is found in a server with these packages, where some others were approved. */
async function found(packages: readonly PackedPackage[], approved: readonly PackedPackage[]): Promise<string[]> {
  const tarballs = new Map([...packages, ...approved].map(({ locked, tarball }) => [locked.integrity, tarball]));
  const registry = {
    tarball: (_: string, __: string, integrity: string) => Promise.resolve(tarballs.get(integrity)),
  } as unknown as Resolver['registry'];
  const lock = aLock({
    closure: {
      kind: 'npm',
      root: `node_modules/${packages[0]?.locked.name}`,
      packages: Object.fromEntries(packages.map(({ locked }) => [`node_modules/${locked.name}`, locked])),
    },
  });
  const { observe } = await codeCheck(
    {
      name: lock.name,
      change: 'changed',
      hasLockFile: true,
      manifest: { file: 'servers/a.yaml', value: aManifest(), locate: () => ({ line: 1, column: 1 }) },
      manifestBytes: Buffer.alloc(0),
      lock: { file: 'servers/a.lock.json', value: lock, bytes: Buffer.alloc(0) },
    },
    {
      known: knownPackages(approved.map(({ locked }) => partAt('', locked))),
      resolver: { registry, index: noIndex, images: noImages, blobs },
      code,
    },
  );
  return observe(aPolicy()).map(({ level, rule, subject }) => `${level} ${rule} ${subject}`);
}

test('a file that nothing loads counts one level less, until a new package loads it', async () => {
  expect(await found([quiet, kept], [])).toContain('review code-runs-decoded kept@1.0.0');
  const loading = loader('1.1.0', "require('kept/test/fixture.js');\n");
  expect(await found([loading, kept], [quiet, kept])).toEqual([
    'review code-eval kept@1.0.0',
    'block code-runs-decoded kept@1.0.0',
  ]);
  expect(await found([loading, kept], [])).toContain('block code-runs-decoded kept@1.0.0');
});

test.each<[string, PackedPackage, PackedPackage]>([
  ['loads another file', quiet, loader('1.1.0', "require('kept/test/plain.js');\n")],
  ['loads nothing more', quiet, loader('1.1.0', "module.exports = [require('kept')];\n")],
  [
    'loads it as its earlier version did',
    loader('1.0.0', "require('kept/test/fixture.js');\n"),
    loader('1.1.0', "require('kept/test/fixture.js'); done();\n"),
  ],
])('an approved package is not judged again where a new one %s', async (_, was, now) => {
  expect(await found([now, kept], [was, kept])).toEqual([]);
});

test('a file that its own package loads now is judged, though its earlier version had it too', async () => {
  const files = { 'test/run.js': 'module.exports = (text) => eval(text);\n' };
  const [was, still, loads] = [
    packed('sample', '1.0.0', { 'index.js': 'module.exports = 1;\n', ...files }),
    packed('sample', '1.1.0', { 'index.js': 'module.exports = 2;\n', ...files }),
    packed('sample', '1.1.0', { 'index.js': "module.exports = require('./test/run.js');\n", ...files }),
  ];
  expect(await found([loads], [was])).toEqual(['review code-eval sample@1.1.0']);
  expect(await found([still], [was])).toEqual([]);
});
