/** What is built of what changed is, file by file, what is built of everything. */
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { emptyRegistry, lockOnce } from '../support/tiny-registry.ts';
import { packageLike, smallManifest, tinyPackages } from '../support/tiny-server.ts';

test(
  'build after build, also with the folder that was published before the last one',
  { timeout: 240_000 },
  async () => {
    const names = ['ant', 'bee', 'cat'];
    const tiny = await emptyRegistry([
      ...tinyPackages,
      ...names.flatMap((name) => packageLike(`${name}-server`, `greet-${name}`, `Greets a ${name}.`)),
    ]);
    const write = (name: string, more = ''): Promise<void> => {
      const artefact = { url: `npm:${name}-server@1.0.0`, sha256: sha256(tiny.npm.tarball(`${name}-server`, '1.0.0')) };
      return tiny.write(`servers/${name}.yaml`, smallManifest(name, '1.0.0', artefact, more));
    };
    for (const name of names) await write(name, `tags: [${name}s]\n`);
    await lockOnce(tiny);

    const dist = join(tiny.folder, 'dist');
    const built = async (): Promise<ReadonlyMap<string, string>> => {
      const entries = await readdir(dist, { recursive: true, withFileTypes: true });
      const paths = entries.map((entry) => [join(entry.parentPath, entry.name), entry.isFile()] as const);
      const read = paths.map(async ([path, isFile]) => [path, isFile ? sha256(await readFile(path)) : ''] as const);
      return new Map(await Promise.all(read));
    };
    const ended = 'lifecycle: [{ versions: ["1.0.0"], state: deprecated, since: 2026-11-20, reason: Old. }]\n';
    const changes: readonly (() => Promise<void>)[] = [
      () => Promise.resolve(),
      () => write('ant', `tags: [ants]\n${ended}`),
      () => write('bee', `tags: [bees]\n${ended}`),
      // The last folder but one has other tags and states of both.
      () => write('ant', `tags: [ants]\n`),
      async () => rm(join(tiny.folder, 'servers/cat.yaml')).then(() => rm(join(tiny.folder, 'servers/cat.lock.json'))),
    ];
    const spare = join(tiny.folder, '.registry/spare/whole');
    for (const [index, change] of changes.entries()) {
      await change();
      expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
      const files = await built();
      expect(files.size).toBeGreaterThan(50);
      // Once more of everything, beside what the next change is built on.
      for (const path of [dist, spare, join(tiny.folder, '.registry/cache')])
        await rename(path, `${path}.aside`).catch(() => undefined);
      expect(await tiny.run('build')).toMatchObject({ status: 0 });
      expect(await built(), `after the change ${index}`).toEqual(files);
      for (const path of [dist, spare, join(tiny.folder, '.registry/cache')]) {
        await rm(path, { recursive: true, force: true });
        await rename(`${path}.aside`, path).catch(() => undefined);
      }
      expect(await readdir(join(tiny.folder, '.registry/spare')).catch(() => [])).toEqual(index === 0 ? [] : ['whole']);
    }
  },
);
