/** A hostile server in the sandbox of a host. What fails there must succeed without it, so that each attempt is a real one. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Permissions } from '../../schemas/types.ts';
import { hostileHome, secretFiles, type Attempt, type HostileHome } from '../support/contained.ts';
import { needSandbox } from '../support/sandbox.ts';

await needSandbox();

let hostile: HostileHome;
beforeEach(async ({ onTestFinished: afterwards }) => {
  hostile = await hostileHome();
  afterwards(() => hostile.remove());
});

/** What came of each attempt in the sandbox, after all of them succeeded without it. */
async function onlyOutside(
  attempts: readonly Attempt[],
  permissions: Permissions = {},
  paths: Record<string, readonly string[]> = {},
): Promise<string[]> {
  const outside = await hostile.attempt(attempts, { sandbox: false, permissions, paths });
  expect(outside).toEqual(attempts.map(() => 'done'));
  return hostile.attempt(attempts, { sandbox: true, permissions, paths });
}

/** Of every process of this machine. */
const commandLines = async (): Promise<{ readonly pid: string; readonly line: string }[]> =>
  Promise.all(
    (await readdir('/proc')).map(async (pid) => ({
      pid,
      line: await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => ''),
    })),
  );

const absent = /^(ENOENT|ENOTDIR|EACCES|EROFS|EBUSY|EXDEV)$/u;

describe('without permissions', () => {
  test('reads no secret, no file of the host and no client’s configuration', async () => {
    const { home, data, trust } = hostile;
    const files = [
      ...secretFiles.map((file) => join(home, file)),
      ...[trust, join(data, 'audit.jsonl'), join(data, 'state/test/other/memory.json'), join(home, 'notes.txt')],
      ...['/etc/passwd', '/etc/hostname'],
    ].filter((file) => existsSync(file));
    const results = await onlyOutside(files.map((file) => ['read', file]));
    for (const [index, result] of results.entries()) expect(result, files[index]).toMatch(absent);
  });

  test('writes nowhere but in its own folder and in folders in memory', async () => {
    const { home, data, stateFolder } = hostile;
    const places = [home, join(home, 'project'), data, join(data, 'installed/test/hostile'), join(data, 'blobs')];
    const attempts = places.map((place): Attempt => ['write', join(place, 'new')]);
    for (const result of await onlyOutside(attempts)) expect(result).toMatch(absent);
    const own = [stateFolder, '/tmp', '/countersign/home'].map((place): Attempt => ['write', join(place, 'own')]);
    expect(await hostile.attempt(own, { sandbox: true })).toEqual(['done', 'done', 'done']);
    expect(existsSync(join(stateFolder, 'own'))).toBe(true);
    expect(existsSync('/tmp/own')).toBe(false);
    expect(await hostile.attempt([['write', process.execPath]], { sandbox: true })).toEqual(['EROFS']);
  });

  test('sees no other process, its environment or its memory, and sends none a signal', async () => {
    const secret = randomUUID();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', `word-${secret}`], {
      env: { SECRET: secret },
    });
    onTestFinished(() => void other.kill('SIGKILL'));
    await once(other, 'spawn');
    const attempts: Attempt[] = [
      ['environments', secret],
      ['seeProcess', `word-${secret}`],
      ['signal', `${other.pid}`],
      ['memoryOf', `${other.pid}`],
    ];
    expect(await onlyOutside(attempts)).toEqual(['not found', 'not found', 'ESRCH', 'ENOENT']);
  });

  test('has the declared environment only', async () => {
    const [names] = await hostile.attempt([['environment']], { sandbox: true, environment: { GIVEN: 'yes' } });
    expect(names).toBe('GIVEN HOME NODE_DISABLE_COMPILE_CACHE PWD');
  });

  test('keeps a secret variable off every command line', async () => {
    const secret = randomUUID();
    const started = hostile.attempt([['run', '/usr/bin/sleep', '2']], {
      sandbox: true,
      environment: { TOKEN: secret },
    });
    for (let looks = 0; looks < 20; looks++)
      expect((await commandLines()).filter(({ line }) => line.includes(secret))).toEqual([]);
    await started;
  });

  test('leaves nothing running', async () => {
    const word = randomUUID();
    const running = async (): Promise<string[]> => {
      const found = (await commandLines()).filter(({ line }) => line.includes(word));
      return found.map(({ pid }) => pid);
    };
    expect(await hostile.attempt([['leave', word]], { sandbox: false })).toEqual(['done']);
    const left = await running();
    expect(left).toHaveLength(1);
    for (const pid of left) process.kill(Number(pid), 'SIGKILL');
    await expect.poll(running).toEqual([]);
    expect(await hostile.attempt([['leave', word]], { sandbox: true })).toEqual(['done']);
    await expect.poll(running).toEqual([]);
  });
});

describe('on the network', () => {
  let http: Server;
  let port: number;
  let host6: boolean;
  beforeAll(async () => {
    http = createHttp((_, response) => response.end('reached'));
    http.listen(0, '::');
    await once(http, 'listening').catch(async () => {
      http.listen(0, '127.0.0.1');
      await once(http, 'listening');
    });
    ({ port } = http.address() as AddressInfo);
    host6 = (http.address() as AddressInfo).family === 'IPv6';
  });
  afterAll(() => void http.close());

  test('reaches nothing without a permission: by address, over IPv6, by name, over UDP, by a socket that is a file or has no file', async () => {
    const dns = createSocket('udp4');
    dns.on('message', (_, { port: to, address }) => dns.send('answer', to, address));
    dns.bind(0, '127.0.0.1');
    await once(dns, 'listening');
    const [file, name] = [join(hostile.home, 'agent.sock'), randomUUID()];
    const [byFile, withoutFile] = [createServer().listen(file), createServer().listen(`\0${name}`)];
    onTestFinished(() => {
      dns.close();
      byFile.close();
      withoutFile.close();
    });
    const attempts: Attempt[] = [
      ['tcp', '127.0.0.1', `${port}`],
      ...(host6 ? [['tcp', '::1', `${port}`] as const] : []),
      ['tcp', 'localhost', `${port}`],
      ['udp', '127.0.0.1', `${dns.address().port}`],
      ['unix', file],
      ['abstract', name],
    ];
    const results = await onlyOutside(attempts);
    expect(results).not.toContain('done');
    expect(results.slice(-2)).toEqual(['ENOENT', 'ECONNREFUSED']);
    for (const path of ['/run', '/var/run', '/var/run/docker.sock'].filter((each) => existsSync(each)))
      expect(await hostile.attempt([['list', path]], { sandbox: true })).toEqual(['ENOENT']);
  });

  test('reaches what is listed, at that port, and nothing else', async () => {
    const other = createHttp((_, response) => response.end('reached')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const otherPort = (other.address() as AddressInfo).port;
    const permissions = { network: [`localhost:${port}`] };
    const at = (host: string, to = port): Attempt => ['fetch', `http://${host}:${to}/`];
    const attempts = [
      at('localhost'),
      at('localhost', otherPort),
      at('127.0.0.1'),
      at('[::1]'),
      at('0x7f.1'),
      at('localhost.'),
    ];
    const results = await hostile.attempt(attempts, { sandbox: true, permissions });
    expect(results[0]).toBe('200 reached');
    for (const result of results.slice(1, 5)) expect(result).not.toContain('reached');
    const tricks = [
      `CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`,
      `CONNECT localhost:${otherPort} HTTP/1.1\r\n\r\n`,
      `CONNECT localhost:${port}@127.0.0.1:${otherPort} HTTP/1.1\r\n\r\n`,
      `GET http://localhost:${otherPort}/ HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`,
      `CONNECT localhost:${port} HTTP/1.1\r\nHost: x\r\n\r\n`,
    ].map((words): Attempt => ['ask', words]);
    expect(await hostile.attempt(tricks, { sandbox: true, permissions })).toEqual([
      ...Array.from({ length: 4 }, () => 'HTTP/1.1 403 Forbidden'),
      'HTTP/1.1 200 Connection Established',
    ]);
  });

  test('reaches a listed host without knowing of a proxy, by its name and at that port', async () => {
    // The proxy of the machine, which knows names that the machine does not.
    const proxy = createHttp().on('connect', ({ url = '' }, socket) => {
      if (url.startsWith('closed')) return socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      return socket.on('data', (chunk: Buffer) => socket.end(`${url} was asked: ${chunk.toString()}`));
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    onTestFinished(() => void proxy.close());
    const machine = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    const permissions = { network: ['warehouse.invalid:5432', 'closed.invalid:5432', '*.invalid:5433'] };
    const say = (host: string, to: number): Attempt => ['say', host, `${to}`, 'select 1\r\n'];
    const results = await hostile.attempt(
      [
        say('warehouse.invalid', 5432),
        say('closed.invalid', 5432),
        say('warehouse.invalid', 5433),
        say('other.invalid', 5433),
      ],
      { sandbox: true, permissions, machine },
    );
    expect(results).toEqual(['warehouse.invalid:5432 was asked: select 1', '', 'ECONNREFUSED', 'ENOTFOUND']);
  });

  test('reaches no private address by a pattern, and nothing past the one way out', async () => {
    const permissions = { network: ['*:*'] };
    const results = await hostile.attempt(
      [
        ['fetch', `http://127.0.0.1:${port}/`],
        ['ask', `CONNECT localhost:${port} HTTP/1.1\r\n\r\n`],
        ['ask', `CONNECT [::ffff:127.0.0.1]:${port} HTTP/1.1\r\n\r\n`],
        ['ask', 'CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n'],
        ['tcp', '127.0.0.1', `${port}`],
        ['udp', '127.0.0.1', '53'],
      ],
      { sandbox: true, permissions },
    );
    expect(results.slice(1, 4)).toEqual(Array.from({ length: 3 }, () => 'HTTP/1.1 403 Forbidden'));
    for (const result of [results[0], ...results.slice(4)]) expect(result).not.toMatch(/done|reached/u);
  });
});

describe('with a whole home that it may change', () => {
  const permissions = { filesystem: { write: ['${directory}'] } };
  const whole = (): Record<string, readonly string[]> => ({ directory: [hostile.home] });

  test('sees and changes what is not protected, and nothing that is', async () => {
    const { home, data } = hostile;
    const results = await hostile.attempt(
      [
        ['append', join(home, 'project/notes.txt')],
        ['append', join(home, 'notes.txt')],
        ['create', join(home, 'project/new/file')],
        ['read', join(home, '.config/own/settings')],
      ],
      { sandbox: true, permissions, paths: whole() },
    );
    expect(results).toEqual(['done', 'done', 'done', 'done']);
    const secrets = await onlyOutside(
      [...secretFiles, '.local/share/countersign/audit.jsonl', 'trust.json'].map((file): Attempt => [
        'read',
        join(home, file),
      ]),
      permissions,
      whole(),
    );
    for (const result of secrets) expect(result).toMatch(absent);
    expect(existsSync(join(data, 'sandbox.json'))).toBe(true);
  });

  test('makes none of them where it is not there yet, also not by moving the folder above it', async () => {
    const { home } = hostile;
    const missing = [
      '.zshrc',
      '.profile',
      '.config/autostart/evil.desktop',
      '.ssh/authorized_keys',
      'bin/ls',
      '.gitconfig',
    ];
    const attempts: Attempt[] = [
      ...missing.map((file): Attempt => ['create', join(home, file)]),
      ['replace', join(home, '.config'), 'autostart'],
      ['replace', join(home, '.local'), 'bin'],
    ];
    for (const result of await hostile.attempt(attempts, { sandbox: true, permissions, paths: whole() }))
      expect(result).toMatch(absent);
    for (const file of missing) expect(existsSync(join(home, file)), file).toBe(false);
    expect(await hostile.attempt(attempts, { sandbox: false })).toEqual(attempts.map(() => 'done'));
  });

  test('reads nothing protected through a link of its own', async () => {
    const { home } = hostile;
    const link: Attempt = ['readByLink', join(home, '.ssh/id_ed25519'), join(home, 'project/link')];
    expect((await hostile.attempt([link], { sandbox: true, permissions, paths: whole() }))[0]).toMatch(absent);
  });
});

describe('with a project that it may change', () => {
  const permissions = { filesystem: { write: ['${directory}'] } };

  test('changes its files, and neither hooks and settings of git nor what a client starts there', async () => {
    const { home } = hostile;
    const project = join(home, 'project');
    for (const folder of ['.git/hooks', '.git/objects', '.cursor'])
      await mkdir(join(project, folder), { recursive: true });
    await writeFile(join(project, '.git/config'), '[core]\n');
    await writeFile(join(project, '.cursor/mcp.json'), 'secret');
    const results = await hostile.attempt(
      [
        ['write', join(project, 'notes.txt')],
        ['write', join(project, '.git/objects/new')],
        ['read', join(project, '.git/config')],
        ['append', join(project, '.git/config')],
        ['write', join(project, '.git/hooks/pre-commit')],
        ['replace', join(project, '.git'), 'config'],
        ['append', join(project, '.cursor/mcp.json')],
        ['read', join(project, '.cursor/mcp.json')],
        ['replace', join(project, '.cursor'), 'mcp.json'],
      ],
      { sandbox: true, permissions, paths: { directory: [project] } },
    );
    expect(results.slice(0, 3)).toEqual(['done', 'done', 'done']);
    for (const result of results.slice(3)) expect(result).toMatch(absent);
    expect(await readFile(join(project, '.cursor/mcp.json'), 'utf8')).toBe('secret');
  });

  test('may use it by a link, and a link to what is protected is refused', async () => {
    const { home } = hostile;
    await symlink(join(home, 'project'), join(home, 'by-link'));
    await symlink(join(home, '.ssh'), join(home, 'innocent'));
    const link = join(home, 'by-link');
    const use = (directory: string): Promise<string[]> =>
      hostile.attempt([['write', join(directory, 'notes.txt')]], {
        sandbox: true,
        permissions,
        paths: { directory: [directory] },
      });
    expect(await use(link)).toEqual(['done']);
    await expect(use(join(home, 'innocent'))).rejects.toMatchObject({ code: 'E_SANDBOX' });
    await expect(use(join(home, '.ssh'))).rejects.toThrow('keys for other machines');
  });
});
