import { chmod, chown, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import type { ContainerEngine } from './container.ts';
import { engineEnvironment, findEngine, imageState, pullImage, removeImage, thisMachine } from './engine.ts';
import type { LockedImage } from './locked-images.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

/** A program that is a shell script. */
async function program(path: string, script = 'exit 0', mode = 0o755): Promise<string> {
  const file = join(folder, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, mode);
  return file;
}

describe.skipIf(process.platform === 'win32')('an engine is found', () => {
  const find = (...folders: string[]): ContainerEngine =>
    findEngine(
      undefined,
      folders.map((each) => join(folder, each)),
    );

  test('in the folders of the system, Podman before Docker, and nowhere else', async () => {
    expect(() => find('a', 'b')).toThrow(expect.objectContaining({ name: 'Failure', code: 'no-container-engine' }));
    const docker = await program('a/docker');
    expect(find('a', 'b')).toEqual({ kind: 'docker', program: docker, options: [] });
    const podman = await program('b/podman');
    expect(find('a', 'b')).toMatchObject({ kind: 'podman', program: podman });
    expect(find('a')).toMatchObject({ kind: 'docker' });
  });

  test('where an administrator says, even through a link', async () => {
    const podman = await program('opt/podman');
    expect(findEngine(podman, [])).toMatchObject({ kind: 'podman', program: podman });
    await symlink(join(folder, 'opt'), join(folder, 'link'));
    expect(findEngine(join(folder, 'link/podman'), [])).toMatchObject({ kind: 'podman' });
  });

  test.each(['podman', './podman', '/usr/bin/env', '/nowhere/podman', '/usr/bin'])('and not at %s', (configured) => {
    expect(() => findEngine(configured, [])).toThrow(
      expect.objectContaining({
        name: 'Refusal',
        code: 'E_TRUST_CONFIG',
        message: expect.stringContaining(configured),
      }),
    );
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['a folder that everybody may write', () => chmod(join(folder, 'a'), 0o777)],
    ['a folder that its group may write', () => chmod(join(folder, 'a'), 0o775)],
    ['a program that everybody may write', (path) => chmod(path, 0o777)],
    ['a program that is not executable', (path) => chmod(path, 0o644)],
  ])('and not in %s', async (_, spoil) => {
    const podman = await program('a/podman');
    expect(find('a')).toMatchObject({ kind: 'podman' });
    await spoil(podman);
    expect(() => findEngine(podman, [])).toThrow(expect.objectContaining({ code: 'E_TRUST_CONFIG' }));
    // The message says why the one that is there does not count.
    expect(() => find('a')).toThrow(podman);
    await program('b/docker');
    expect(find('a', 'b')).toMatchObject({ kind: 'docker' });
  });

  test.skipIf(process.geteuid?.() !== 0)('and not where it belongs to another user', async () => {
    const podman = await program('a/podman');
    await chown(podman, 1234, 1234);
    expect(() => findEngine(podman, [])).toThrow('belongs to the user 1234');
    await chown(podman, 0, 0);
    await chown(join(folder, 'a'), 1234, 1234);
    expect(() => findEngine(podman, [])).toThrow('which belongs to the user 1234');
    await symlink(podman, join(folder, 'docker'));
    expect(() => findEngine(join(folder, 'docker'), [])).toThrow('which belongs to the user 1234');
  });
});

test('an engine gets what it needs of the environment, and the system as its PATH', () => {
  const environment = engineEnvironment({
    ...{ HOME: '/home/ada', DOCKER_HOST: 'unix:///x', HTTPS_PROXY: 'http://proxy', PATH: '/home/ada/bin' },
    ...{ CONTAINERS_CONF: '/tmp/evil', LD_PRELOAD: '/tmp/evil.so', PGPASSWORD: 'secret', DOCKER_DEFAULT_PLATFORM: 'x' },
  });
  expect(Object.keys(environment).sort()).toEqual(['DOCKER_HOST', 'HOME', 'HTTPS_PROXY', 'PATH']);
  expect(environment['PATH']).not.toContain('ada');
});

test.skipIf(process.platform !== 'linux')('a machine says who runs this, and how far limits go', () => {
  const { account, hardLimits } = thisMachine();
  expect(account).toEqual({ uid: process.geteuid?.(), gid: process.getegid?.() });
  expect(hardLimits?.files).toBeGreaterThan(0);
  expect(hardLimits?.tasks).toBeGreaterThan(0);
});

describe.skipIf(process.platform === 'win32')('what an engine says of an image', () => {
  const described = (letter: string) => ({ mediaType: 'x', digest: `sha256:${letter.repeat(64)}`, size: 1 });
  const image: LockedImage = {
    ...{ os: 'linux', architecture: 'amd64', layers: [] },
    ...{ manifest: described('a'), config: described('c') },
  };
  const place = { host: '127.0.0.1:5000', path: 'mcp/x' };
  const name = `127.0.0.1:5000/mcp/x@sha256:${'a'.repeat(64)}`;

  async function engineOf(kind: ContainerEngine['kind'], script: string): Promise<ContainerEngine> {
    return { kind, program: await program('engine', script), options: ['--option'] };
  }
  const saying = (id: string, digests: readonly string[]): string =>
    `echo '${JSON.stringify([{ Id: id, RepoDigests: digests }])}'`;
  const state = async (kind: ContainerEngine['kind'], script: string): Promise<string> =>
    imageState(await engineOf(kind, script), place, image, {});

  test.each<[ContainerEngine['kind'], string]>([
    ['podman', 'c'.repeat(64)],
    ['docker', `sha256:${'c'.repeat(64)}`],
    ['docker', `sha256:${'a'.repeat(64)}`],
  ])('is believed when it is the locked one: %s, %s', async (kind, id) => {
    await expect(state(kind, saying(id, ['other/x@sha256:0', name]))).resolves.toBe('there');
  });

  test.each<[string, string]>([
    ['another config', saying('d'.repeat(64), [name])],
    ['the manifest instead of the config', saying('a'.repeat(64), [name])],
    ['another manifest', saying('c'.repeat(64), [name.replaceAll('a', 'b')])],
    ['no manifest', saying('c'.repeat(64), [])],
    ['nothing', "echo '[]'"],
    ['no JSON', 'echo yes'],
  ])('is refused when it names %s', async (_, script) => {
    await expect(state('podman', script)).rejects.toMatchObject({ name: 'Refusal', code: 'E_DIGEST' });
  });

  test.each(['Error: inspecting object: x: image not known', 'Error: No such image: x'])(
    'is `absent` after %s',
    async (words) => {
      await expect(state('podman', `echo '${words}' >&2; exit 125`)).resolves.toBe('absent');
    },
  );

  test('is a failure where it cannot say, with its last words and none that hide something', async () => {
    await expect(
      state('docker', String.raw`printf 'a\nis the \033[2Jdaemon running?\n' >&2; exit 1`),
    ).rejects.toMatchObject({
      name: 'Failure',
      code: 'container-engine',
      message: expect.stringMatching(/: is the {2}\[2Jdaemon running\?$/u),
    });
    const engine = await engineOf('podman', '');
    await expect(imageState({ ...engine, program: '/nowhere/podman' }, place, image, {})).rejects.toMatchObject({
      code: 'container-engine',
      message: '/nowhere/podman cannot be started (ENOENT)',
    });
  });

  test('is asked for by digest alone', async () => {
    const log = join(folder, 'log');
    const script = `echo "$*" >>'${log}'; case "$2" in image) ${saying('c'.repeat(64), [name])};; esac`;
    for (const kind of ['podman', 'docker'] as const) {
      const engine = await engineOf(kind, script);
      await pullImage(engine, place, image, {});
      await pullImage(engine, { ...place, host: 'registry.example.com' }, image, {});
      await removeImage(engine, place, image, {});
    }
    const far = name.replace('127.0.0.1:5000', 'registry.example.com');
    const inspects = (each: string): string => `--option image inspect ${each}`;
    expect((await readFile(log, 'utf8')).trimEnd().split('\n')).toEqual(
      ['--tls-verify=false ', ''].flatMap((plain) => [
        ...[`--option pull --quiet ${plain}${name}`, inspects(name)],
        ...[`--option pull --quiet ${far}`, inspects(far)],
        ...[inspects(name), `--option image rm ${name}`],
      ]),
    );
  });

  test('is a failure where it fetches something else, or nothing', async () => {
    const gone = 'case "$2" in image) echo "image not known" >&2; exit 1;; esac';
    await expect(pullImage(await engineOf('podman', gone), place, image, {})).rejects.toMatchObject({
      code: 'image-pull',
    });
    const other = `case "$2" in image) ${saying('d'.repeat(64), [name])};; esac`;
    await expect(pullImage(await engineOf('podman', other), place, image, {})).rejects.toMatchObject({
      code: 'E_DIGEST',
    });
  });
});
