/**
 * A Python server from its wheels to its first answer: locked, signed, published, installed, proved and started by the
 * Python of the system. And what is refused on the way.
 */
import { chmod, cp, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { Refusal } from '../../core/refusal.ts';
import { homeOf, type Home } from '../../host/home.ts';
import { Servers } from '../../host/servers.ts';
import type { VerifiedServer } from '../../host/trust/approved-servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import type { Lock, TrustConfig } from '../../schemas/types.ts';
import { countersign, type Ended, withoutRefusal } from '../support/command.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { filesOf, flipped, spread } from '../support/flipping.ts';
import { temporaryFolder } from '../support/folder.ts';
import {
  emptyPythonRegistry,
  hasSystemPython,
  pythonManifest,
  releaseOf,
  systemPython,
  tinyPythonRegistry,
  tinyReleases,
  type TinyPython,
} from '../support/tiny-python.ts';
import { recordLine, type WheelParts } from '../support/wheels.ts';
import { needSandbox } from '../support/sandbox.ts';

await needSandbox();

const request = (method: string, params: unknown = {}): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`;
const greeting = request('tools/call', { name: 'greet', arguments: { name: 'Ada' } });

const launch = `launch:
  arguments:
    - { type: fixed, value: --fixed }
  environment:
    - { name: GREETING_TOKEN, description: A token., secret: true }
permissions:
  environment: [GREETING_TOKEN]
`;

describe.skipIf(!hasSystemPython)(`a Python server, started by ${systemPython}`, () => {
  let tiny: TinyPython;
  let server: FileServer;
  let trust: string;
  /** A home in which it is installed. Tests that change it take a copy. */
  let visited: string;
  let dataHome: string;

  beforeAll(async () => {
    tiny = await tinyPythonRegistry(launch);
    expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
    server = await serveFiles(join(tiny.folder, 'dist'));
    trust = await trustWith({});
    visited = await temporaryFolder();
    expect(await run([], { XDG_DATA_HOME: visited }, request('ping'))).toMatchObject({ status: 0, stderr: '' });
  });
  beforeEach(async () => {
    dataHome = await temporaryFolder();
  });
  afterEach(() => {
    server.files.clear();
    tiny.index.files.clear();
  });

  async function trustWith(change: Partial<TrustConfig>): Promise<string> {
    const config = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
    const file = join(await temporaryFolder(), 'trust.json');
    const here = { registry: { ...config.registry, url: server.url }, pythonIndex: tiny.index.index };
    await writeFile(file, JSON.stringify({ ...config, ...here, ...change }));
    return file;
  }

  const run = (words: string[], env: Record<string, string> = {}, input = greeting, config = trust): Promise<Ended> =>
    countersign(['run', 'tiny', '--trust', config, ...words], { env: { XDG_DATA_HOME: dataHome, ...env }, input });

  const copyOfVisited = async (): Promise<string> => {
    await cp(visited, dataHome, { recursive: true });
    return dataHome;
  };

  const wheelFile = (part: string): string => {
    const all = tinyReleases.flatMap(({ files }) => Object.keys(files ?? {}));
    const found = all.find((file) => file.startsWith(part) && !file.includes('win'));
    if (found === undefined) throw new Error(`there is no wheel ${part}`);
    return found;
  };

  test('its lock has the wheels for all platforms, and a host takes its own', async () => {
    const lock = JSON.parse(await readFile(join(tiny.folder, 'servers/tiny.lock.json'), 'utf8')) as Lock;
    if (lock.closure.kind !== 'pypi') throw new Error('a lock of wheels');
    expect(lock.closure.packages.map(({ name, wheels }) => [name, Object.keys(wheels).length])).toEqual([
      ['tiny-server', 1],
      ['tiny-shout', 2],
    ]);
    expect(lock.tools.map(({ name }) => name)).toEqual(['greet']);
    const installed = await filesOf(join(visited, 'countersign/installed'));
    expect(installed.filter((file) => file.includes('win_amd64'))).toEqual([]);
    expect(installed.filter((file) => file.includes('__pycache__'))).toEqual([]);
  });

  test('answers, with what its dependency does', async () => {
    const { stdout, status } = await run([], {}, request('initialize') + greeting.replace('"id":1', '"id":2'));
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringContaining('"serverInfo":{"name":"tiny","version":"1.0.0"}'),
      '{"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"HELLO ADA!"}]}}',
    ]);
  });

  test('sees what is declared, and nothing that this account or its folders say', async () => {
    await copyOfVisited();
    const home = await temporaryFolder();
    const evil = 'raise SystemExit("evil")\n';
    const [registryFolder = ''] = await readdir(join(dataHome, 'countersign/installed'));
    const state = join(dataHome, 'countersign/state', registryFolder, 'tiny');
    const places = [
      home,
      state,
      ...['3.10', '3.11', '3.12', '3.13', '3.14'].map((version) =>
        join(home, `.local/lib/python${version}/site-packages`),
      ),
    ];
    for (const place of places) {
      await mkdir(place, { recursive: true, mode: 0o700 });
      for (const name of ['tiny_shout.py', 'json.py', 'sitecustomize.py', 'usercustomize.py'])
        await writeFile(join(place, name), evil);
      await writeFile(join(place, 'evil.pth'), 'import sys; sys.exit("evil")\n');
    }
    const { stdout, stderr, status } = await run(
      [],
      {
        ...{ HOME: home, PYTHONPATH: home, PYTHONSTARTUP: join(home, 'json.py'), PYTHONHOME: home },
        ...{
          PYTHONUSERBASE: join(home, '.local'),
          PYTHONINSPECT: '1',
          PYTHONWARNINGS: 'error',
          PYTHONPLATLIBDIR: 'evil',
        },
        ...{ PYTHONPYCACHEPREFIX: home, PYTHONBREAKPOINT: 'tiny_shout.shout', GREETING_TOKEN: 'secret', LEAKED: 'yes' },
      },
      request('ping'),
    );
    expect([status, stderr]).toEqual([0, '']);
    const { environment, arguments: words, path, modules, loaded, folder } = JSON.parse(stdout).result;
    // Python itself sets the last one, where no locale is set.
    expect(Object.keys(environment).sort()).toEqual(['GREETING_TOKEN', 'HOME', 'LC_CTYPE', 'PWD']);
    expect(environment.HOME).not.toBe(home);
    expect(words).toEqual(['--fixed']);
    expect(folder).toBe(state);
    const installed = join(dataHome, 'countersign/installed', registryFolder, 'tiny');
    expect(modules.tiny_server.startsWith(installed)).toBe(true);
    expect(modules.tiny_shout.startsWith(installed)).toBe(true);
    expect(modules.json).not.toContain(home);
    expect(path.filter((each: string) => each.startsWith(home) || each.includes('site-packages'))).toEqual([]);
    expect(path.filter((each: string) => each.includes('dist-packages') || each === '')).toEqual([]);
    expect(loaded).not.toEqual(expect.arrayContaining(['site']));
    for (const name of ['sitecustomize', 'usercustomize']) expect(loaded).not.toContain(name);
  });

  describe('is refused before it starts', () => {
    const refused = async (config = trust): Promise<string> => {
      const { status, stdout, stderr } = await run([], {}, greeting, config);
      expect([status, withoutRefusal(stdout)]).toEqual([3, '']);
      return stderr;
    };

    test.each<[string, (wheels: string, shout: string) => Promise<unknown>]>([
      ['a file more', (_, shout) => writeFile(join(shout, 'tiny_shout/more.py'), '')],
      ['a file less', (_, shout) => rm(join(shout, 'tiny_shout/deep/note.txt'))],
      ['a .pth more', (_, shout) => writeFile(join(shout, 'more.pth'), 'import os\n')],
      ['a sitecustomize.py more', (_, shout) => writeFile(join(shout, 'sitecustomize.py'), '')],
      ['a module beside the wheels', (wheels) => writeFile(join(wheels, 'json.py'), '')],
      ['a module above the wheels', (wheels) => writeFile(join(wheels, '../tiny_shout.py'), '')],
      [
        'a compiled file more',
        async (_, shout) => {
          await mkdir(join(shout, 'tiny_shout/__pycache__'));
          await writeFile(join(shout, 'tiny_shout/__pycache__/__init__.cpython-311.pyc'), 'x');
        },
      ],
      [
        'a wheel more',
        async (wheels) => {
          await mkdir(join(wheels, 'evil-1.0.0-py3-none-any'));
          await writeFile(join(wheels, 'evil-1.0.0-py3-none-any/evil.py'), '');
        },
      ],
      ['a wheel less', (_, shout) => rm(shout, { recursive: true })],
      [
        'a link in place of a file',
        async (_, shout) => {
          const file = join(shout, 'tiny_shout/__init__.py');
          const elsewhere = join(await temporaryFolder(), 'same.py');
          await cp(file, elsewhere);
          await rm(file);
          await symlink(elsewhere, file);
        },
      ],
      ['a file that may be executed', (_, shout) => chmod(join(shout, 'tiny_shout/__init__.py'), 0o755)],
    ])('with %s', async (_, change) => {
      const shout = await folderOfShout(await copyOfVisited());
      await change(dirname(shout), shout);
      expect(await refused()).toContain('E_TREE');
    });

    test('with a byte flipped in any file that is installed, by the command too', async () => {
      for (const file of await filesOf(join(await copyOfVisited(), 'countersign/installed'))) {
        const bytes = await readFile(file);
        if (bytes.byteLength === 0) continue;
        await writeFile(file, flipped(bytes, Math.floor(bytes.byteLength / 2)));
        expect(await refused(), file).toContain('E_TREE');
        await writeFile(file, bytes);
      }
    });

    test('where there is no Python, or one too old, and says which would do', async () => {
      expect(await refused(await trustWith({ python: '/nonexistent/python3' }))).toMatch(
        /E_UNSUPPORTED: \/nonexistent\/python3 is no Python\n +install Python 3\.10 or newer/u,
      );
      const old = join(await temporaryFolder(), 'python3');
      const answer = { implementation: 'cpython', version: [3, 9, 2], platform: 'linux', machine: 'x86_64' };
      const more = { libc: 'glibc 2.31', macos: null, prefix: '/usr', freeThreaded: false };
      await writeFile(old, `#!/bin/sh\necho '${JSON.stringify({ ...answer, ...more })}'\n`, { mode: 0o755 });
      expect(await refused(await trustWith({ python: old }))).toContain(
        `tiny needs Python >=3.10, and ${old} is 3.9.2`,
      );
    });

    test('where there is no wheel for this platform, and says for which there are', async () => {
      const other = join(await temporaryFolder(), 'python3');
      const answer = { implementation: 'cpython', version: [3, 12, 2], platform: 'darwin', machine: 'arm64' };
      const more = { libc: null, macos: '15.1', prefix: '/usr', freeThreaded: false };
      await writeFile(other, `#!/bin/sh\necho '${JSON.stringify({ ...answer, ...more })}'\n`, { mode: 0o755 });
      const said = await refused(await trustWith({ python: other }));
      expect(said).toContain(
        'tiny needs tiny-shout==1.0.0, of which there is no wheel for Python 3.12.2 on darwin arm64',
      );
      expect(said).toContain('py3-none-win_amd64');
    });

    test('where the index answers with another wheel, and states its digest', async () => {
      const file = wheelFile('tiny_shout');
      const [evil = Buffer.alloc(0)] = Object.values(
        releaseOf([], { name: 'tiny_shout', files: { 'tiny_shout/__init__.py': 'evil = True\n' } }).files ?? {},
      ) as Buffer[];
      const listed = {
        filename: file,
        url: `../../files/${file}`,
        hashes: { sha256: sha256(evil) },
        size: evil.byteLength,
      };
      tiny.index.files.set(`files/${file}`, evil);
      tiny.index.files.set('simple/tiny-shout/', (response) =>
        response
          .writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' })
          .end(JSON.stringify({ meta: { 'api-version': '1.1' }, name: 'tiny-shout', files: [listed] })),
      );
      expect(await refused()).toContain('E_DIGEST');
    });
  });

  describe('with one byte flipped, at 200 places', () => {
    const open = async (home: Home): Promise<Servers> => new Servers(await loadTrust(trust), home, new Date());
    const homeIn = (folder: string): Home => homeOf({ XDG_DATA_HOME: folder });

    async function outcome(attempt: () => unknown): Promise<string> {
      try {
        await attempt();
        return 'accepted';
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect(error.remedy).not.toBe('');
        return error.code;
      }
    }

    const prove = (host: Servers, found: VerifiedServer): Promise<string> =>
      outcome(async () => {
        await host.checkBlobs(found);
        await host.install(found);
        host.checkInstalled(found);
      });

    test('of each wheel on its way', async () => {
      for (const part of ['tiny_server', 'tiny_shout']) {
        const file = wheelFile(part);
        const honest = tinyReleases.map(({ files }) => (files as Readonly<Record<string, Buffer>>)[file]).find(Boolean);
        if (honest === undefined) throw new Error(`there is no ${file}`);
        const host = await open(homeIn(await temporaryFolder()));
        const found = await host.registry.server('tiny');
        for (const at of spread(honest.byteLength)) {
          tiny.index.files.set(`files/${file}`, flipped(honest, at));
          expect(await prove(host, found), `byte ${at} of ${file}`).toBe('E_DIGEST');
        }
        tiny.index.files.delete(`files/${file}`);
        expect(await prove(host, found)).toBe('accepted');
      }
    });

    test('of each wheel and each file on the disk', async () => {
      const home = homeIn(await copyOfVisited());
      const host = await open(home);
      const found = await host.registry.server('tiny');
      const kept = [...(await filesOf(home.installed)), ...(await filesOf(home.blobs))];
      expect(kept.filter((file) => file.startsWith(home.blobs))).toHaveLength(2);
      for (const file of kept) {
        const bytes = await readFile(file);
        const expected = file.startsWith(home.blobs) ? 'E_DIGEST' : 'E_TREE';
        for (const at of bytes.byteLength === 0 ? [] : spread(bytes.byteLength)) {
          await writeFile(file, flipped(bytes, at));
          expect(await prove(host, found), `byte ${at} of ${file}`).toBe(expected);
        }
        await writeFile(file, bytes);
      }
      expect(await prove(host, found)).toBe('accepted');
    });
  });

  async function folderOfShout(home: string): Promise<string> {
    const note = (await filesOf(join(home, 'countersign/installed'))).find((file) => file.endsWith('note.txt'));
    return join(note ?? '', '../../..');
  }
});

describe('registry lock', () => {
  const evil = 'import os\n';
  const attacks: Readonly<Record<string, readonly [parts: WheelParts, message: string]>> = {
    escape: [
      { unlisted: [{ path: '../evil.py', content: evil }] },
      'E_ARCHIVE: escape-1.0.0-py3-none-any.whl holds "../evil.py", a path that may lead out',
    ],
    absolute: [
      { unlisted: [{ path: '/tmp/evil.py', content: evil }] },
      'holds "/tmp/evil.py", a path that may lead out',
    ],
    backslash: [{ unlisted: [{ path: String.raw`..\evil.py`, content: evil }] }, 'evil.py", a path that may lead out'],
    link: [
      { unlisted: [{ path: 'link/evil.py', content: '/etc/passwd', mode: 0o120777 }] },
      'holds "link/evil.py", a SymbolicLink',
    ],
    case: [
      { files: { 'case/a.py': '', 'Case/a.py': evil } },
      'holds "case" and "Case", which are one name on some systems',
    ],
    twice: [
      { unlisted: [{ path: 'twice-1.0.0.dist-info/METADATA', content: 'Name: twice\n' }] },
      'holds "twice-1.0.0.dist-info/METADATA" twice',
    ],
    bomb: [
      { files: { 'bomb/zeros.bin': '0'.repeat(65 * 1024 * 1024) } },
      'E_TOO_LARGE: bomb-1.0.0-py3-none-any.whl unpacks to more than 50 times its size',
    ],
    unlisted: [
      { unlisted: [{ path: 'sitecustomize.py', content: evil }] },
      'holds "sitecustomize.py", which is not in its RECORD',
    ],
    record: [
      { record: ([, ...lines]) => [recordLine('tiny/__init__.py', 'other'), ...lines] },
      'lists "tiny/__init__.py" in its RECORD with another digest',
    ],
    other: [
      { info: { METADATA: 'Metadata-Version: 2.1\nName: tiny\nVersion: 1.0.0\n' } },
      'is "tiny" in version "1.0.0" by its METADATA',
    ],
    compiled: [
      { files: { 'compiled/__pycache__/__init__.cpython-311.pyc': 'x' } },
      '__init__.cpython-311.pyc", which is Python compiled already',
    ],
  };
  const releases = Object.entries(attacks).map(([name, [parts]]) => releaseOf([], { ...parts, name }));
  let tiny: TinyPython;

  beforeAll(async () => {
    tiny = await emptyPythonRegistry([...releases, releaseOf([], { name: 'honest' })]);
  });

  const lock = async (name: string): Promise<Ended> => {
    await tiny.write(`servers/${name}.yaml`, pythonManifest(name, tiny.index.digest(`${name}-1.0.0-py3-none-any.whl`)));
    return tiny.run('lock', name, '--no-capture');
  };

  test('takes a wheel that is as it should be', async () => {
    expect(await lock('honest')).toMatchObject({ status: 0 });
  });

  test.each(Object.entries(attacks).map(([name, [, message]]) => [name, message]))(
    'refuses the wheel "%s"',
    async (name, message) => {
      const { status, stderr } = await lock(name);
      expect([status, stderr]).toEqual([3, expect.stringContaining(message)]);
      await expect(readFile(join(tiny.folder, `servers/${name}.lock.json`))).rejects.toThrow('ENOENT');
    },
  );

  test('refuses a wheel that is another one than the index says, and one that the manifest does not mean', async () => {
    tiny.index.files.set('files/honest-1.0.0-py3-none-any.whl', Buffer.from('something else'));
    expect(await lock('honest')).toMatchObject({ status: 3, stderr: expect.stringContaining('E_DIGEST') });
    tiny.index.files.clear();
    await tiny.write('servers/honest.yaml', pythonManifest('honest', 'ab'.repeat(32)));
    expect(await tiny.run('lock', 'honest', '--no-capture')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('E_DIGEST'),
    });
  });
});
