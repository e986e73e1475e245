import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../schemas/types.ts';
import { containerCommand, type ContainerLaunch, type ContainerMachine } from './container.ts';
import type { LockedImage } from './locked-images.ts';
import { containerReach } from './reach.ts';
import { imageFor } from './platforms.ts';

const described = { mediaType: 'x', digest: `sha256:${'ab'.repeat(32)}`, size: 1 };
const image: LockedImage = {
  os: 'linux',
  architecture: 'amd64',
  manifest: described,
  config: described,
  layers: [described],
  entrypoint: ['/server'],
};
const linux: ContainerMachine = { os: 'linux', cpu: 'x64', account: { uid: 1000, gid: 1001 } };
const root: ContainerMachine = { ...linux, account: { uid: 0, gid: 0 }, hardLimits: { files: 1024, tasks: 90_000 } };

const launchOf = (server: Partial<Manifest> = {}, more: Partial<ContainerLaunch> = {}): ContainerLaunch => ({
  repository: { host: 'registry.example.com', path: 'mcp/postgres' },
  image,
  server: { name: 'postgres', ...server },
  arguments: [],
  environment: new Map(),
  paths: new Map(),
  stateFolder: '/home/ada/state',
  id: '1f',
  ...more,
});

const wordsOf = (
  launch: ContainerLaunch,
  kind: 'podman' | 'docker' = 'podman',
  machine: ContainerMachine = linux,
): string => containerCommand({ kind }, launch, machine).words.join(' ');

const hardened =
  'run --interactive --rm --pull=never --name countersign-postgres-1f --read-only --cap-drop=ALL --security-opt=no-new-privileges --ipc=private --log-driver=none --no-healthcheck';
const bounds = '--pids-limit=1024 --memory=4294967296';
const inMemory = 'rw,noexec,nosuid,nodev,size=268435456';
const noProxies = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'FTP_PROXY', 'ftp_proxy']
  .concat('NO_PROXY', 'no_proxy', 'ALL_PROXY', 'all_proxy')
  .map((each) => `--env ${each}`)
  .join(' ');
const name = `registry.example.com/mcp/postgres@sha256:${'ab'.repeat(32)}`;

test('a server without permissions gets nothing', () => {
  expect(wordsOf(launchOf(), 'docker')).toBe(
    `${hardened} --network=none --user 65534:65534 ${bounds} --tmpfs /tmp:${inMemory} ${noProxies} ${name}`,
  );
  expect(wordsOf(launchOf())).toBe(
    `${hardened} --network=none --user 65534:65534 ${bounds} --http-proxy=false --env-host=false --image-volume=ignore --tmpfs /tmp:${inMemory} ${name}`,
  );
});

test('Podman as root stays below the hard limits', () => {
  expect(wordsOf(launchOf(), 'podman', root)).toContain(' --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 ');
  expect(wordsOf(launchOf(), 'docker', root)).not.toContain('ulimit');
});

test('arguments stand after the image, and volumes of the image are in memory', () => {
  const words = wordsOf(launchOf({}, { arguments: ['--name', 'x'], image: { ...image, volumes: ['/data'] } }));
  expect(words).toContain(` --tmpfs /tmp:${inMemory} --tmpfs /data:${inMemory} ${name} --name x`);
});

test('a server with an egress gets a network, and people are told what is enforced', () => {
  const server = { permissions: { network: ['db.example.com:5432'], filesystem: { read: ['/a'], write: ['/b'] } } };
  expect(wordsOf(launchOf(server))).toContain(' --network=private ');
  expect(wordsOf(launchOf(server), 'docker')).toContain(' --network=bridge ');
  expect(wordsOf(launchOf({ permissions: { network: [] } }))).toContain(' --network=none ');
  expect(containerReach(server)).toEqual([
    'network: every host. Its manifest names db.example.com:5432, and that is not enforced yet',
    'reads /a (enforced)',
    'reads and changes /b (enforced)',
    'no other file of this machine (enforced)',
  ]);
  expect(containerReach({})).toEqual(['no network (enforced)', 'no other file of this machine (enforced)']);
});

describe('files', () => {
  const files = (read: string[], write: string[] = []): Partial<Manifest> => ({
    permissions: { filesystem: { read, write } },
  });
  const mounts = (
    server: Partial<Manifest>,
    paths: Readonly<Record<string, readonly string[]>> = {},
    machine = linux,
  ): string[] =>
    containerCommand(
      { kind: 'docker' },
      launchOf(server, { paths: new Map(Object.entries(paths)) }),
      machine,
    ).words.filter((word) => word.startsWith('type=bind'));
  const bind = (path: string, more = ''): string => `type=bind,source=${path},target=/countersign/files${path}${more}`;

  test('are read-only unless the server may change them', () => {
    expect(mounts(files(['/a', '/c/'], ['/b', '/c']))).toEqual([bind('/a', ',readonly'), bind('/b'), bind('/c')]);
  });

  test('are those that the user gave, with those inside after those around them', () => {
    expect(
      mounts(files(['${directory}', '${file}/x', '${absent}']), { directory: ['/z', '/a/b', '/a'], file: ['/f'] }),
    ).toEqual(['/a', '/a/b', '/f/x', '/z'].map((path) => bind(path, ',readonly')));
  });

  test('a value is never a placeholder itself', () => {
    expect(mounts(files(['${a}']), { a: ['/${b}'], b: ['/secret'] })).toEqual([bind('/${b}', ',readonly')]);
  });

  test('the state is mounted at a fixed path, for those who use it', () => {
    const state = 'type=bind,source=/home/ada/state,target=/countersign/state';
    const input = { name: 'PGDATA', description: 'x', default: '${state}/data' };
    expect(mounts({ launch: { environment: [input] } })).toEqual([state]);
    expect(mounts(files([], ['${state}/x']))).toEqual([state]);
    expect(mounts({})).toEqual([]);
  });

  test('belong to the account that the server runs as then', () => {
    const server = files(['/a']);
    expect(wordsOf(launchOf(server))).toContain(' --user 65534:65534 --userns=keep-id:uid=65534,gid=65534 ');
    expect(wordsOf(launchOf(server), 'docker')).toContain(' --user 1000:1001 ');
    expect(wordsOf(launchOf(server), 'podman', root)).toContain(' --user 0:0 ');
    expect(wordsOf(launchOf(server), 'docker', { ...linux, os: 'darwin' })).toContain(' --user 65534:65534 ');
  });

  test.each(['relative', '/a/../etc', '/a,readonly=false', '/a"b', '/a\nb'])('are refused at %j', (path) => {
    expect(() => mounts(files(['${x}']), { x: [path] })).toThrow(
      expect.objectContaining({ name: 'Refusal', code: 'E_UNSUPPORTED' }),
    );
  });

  test('are refused where there are too many, and on Windows', () => {
    const many = Array.from({ length: 201 }, (_, index) => `/${index}`);
    expect(() => mounts(files(['${x}']), { x: many })).toThrow('is given 201 files and folders, more than 200');
    expect(() => mounts(files(['C:/x']), {}, { os: 'win32', cpu: 'x64' })).toThrow(
      'which containers on Windows do not get yet',
    );
  });
});

describe('variables', () => {
  const secret = { name: 'TOKEN', description: 'x', secret: true };
  const commandOf = (environment: Record<string, string>, inputs = [secret]) =>
    containerCommand(
      { kind: 'podman' },
      launchOf({ launch: { environment: inputs } }, { environment: new Map(Object.entries(environment)) }),
      linux,
    );

  test('have no value on the command line', () => {
    const { words, environment } = commandOf({ TOKEN: 'secretThatNobodyMaySee', PGHOST: 'db' });
    expect(words.join(' ')).toContain(` --env TOKEN --env PGHOST ${name}`);
    expect(words.join(' ')).not.toContain('NobodyMaySee');
    expect([...environment]).toEqual([
      ['TOKEN', 'secretThatNobodyMaySee'],
      ['PGHOST', 'db'],
    ]);
  });

  test.each([
    'PATH',
    'HOME',
    'DOCKER_HOST',
    'CONTAINERS_CONF',
    'CONTAINER_HOST',
    'XDG_RUNTIME_DIR',
    'https_proxy',
    'TMPDIR',
    'STORAGE_DRIVER',
    '_CONTAINERS_ROOTLESS_UID',
  ])('never reach the engine itself: %s', (variable) => {
    const { words, environment } = commandOf({ [variable]: 'x' });
    expect(words.join(' ')).toContain(` --env ${variable}=x ${name}`);
    expect([...environment]).toEqual([]);
    expect(() => commandOf({ [variable]: 'secretThatNobodyMaySee' }, [{ ...secret, name: variable }])).toThrow(
      expect.objectContaining({ code: 'E_UNSUPPORTED', message: expect.not.stringContaining('NobodyMaySee') }),
    );
  });
});

test("Docker's own proxies do not reach a server, and its own do", () => {
  const environment = new Map([['HTTP_PROXY', 'http://proxy.example.com']]);
  const words = wordsOf(launchOf({}, { environment }), 'docker');
  expect(words).toContain(' --env HTTP_PROXY=http://proxy.example.com --env http_proxy --env HTTPS_PROXY ');
});

describe('the image for a machine', () => {
  const of = (architecture: string, variant?: string): LockedImage => ({
    ...image,
    architecture,
    ...(variant !== undefined && { variant }),
  });
  const images = [of('amd64'), of('arm', 'v6'), of('arm', 'v7'), of('arm64', 'v8'), of('amd64', 'v3')];

  test.each([
    ['x64', 0],
    ['arm', 2],
    ['arm64', 3],
  ])('of %s', (cpu, index) => {
    expect(imageFor(images, cpu, 'x')).toBe(images[index]);
  });

  test.each([
    ['riscv64', 'riscv64'],
    ['mips', 'mips'],
    ['ppc64', 'ppc64le'],
  ])('of %s is refused, by the names of those that are there', (cpu, architecture) => {
    expect(() => imageFor(images.slice(0, 2), cpu, 'x')).toThrow(
      `x has no image for linux/${architecture}, but for linux/amd64, linux/arm/v6`,
    );
  });

  test('is not one that may need a newer processor', () => {
    expect(() => imageFor([of('amd64', 'v3')], 'x64', 'x')).toThrow('but for linux/amd64/v3');
  });
});
