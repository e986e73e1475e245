import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { treeDigest } from '../../core/tree.ts';
import { gitRepository, type GitRepository } from '../../test/support/git-repository.ts';
import { serveGit, type GitServer } from '../../test/support/git-server.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { terminalFor } from '../../test/support/terminal.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { fetchCommit, type FetchOptions } from './fetch.ts';

let repository: GitRepository;
let server: GitServer;
let first: string;

// Nothing of this machine's configuration counts, unless a test says so.
beforeEach(async () => {
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(await temporaryFolder(), 'no-such-file'));
});

beforeAll(async () => {
  repository = await gitRepository();
  server = await serveGit(repository.root);
  repository.write('server/index.js', 'export {};\n');
  repository.write('server/copy.js', 'export {};\n');
  repository.write('bin/run', Buffer.from([0, 255, 10, 13]));
  chmodSync(join(repository.root, 'bin/run'), 0o755);
  repository.write('empty', '');
  repository.write('.gitattributes', '*.js filter=shout eol=crlf export-ignore\n');
  first = repository.commit('first');
});

afterEach(() => {
  vi.unstubAllEnvs();
  server.account = undefined;
  server.instead = undefined;
});

const fetched = (commit: string, options: FetchOptions = {}): Promise<PackageFile[]> =>
  fetchCommit(server.url, commit, { isLoopback: true, ...options });

/** A commit of these files alone, on a branch that no other is on. */
function commitOf(write: (root: string) => void): string {
  repository.git('checkout', '--quiet', '--orphan', `branch-${Math.random()}`);
  repository.git('rm', '-rfq', '--ignore-unmatch', '.');
  write(repository.root);
  return repository.commit();
}

describe('fetches', () => {
  test('every file of the commit as it was committed', async () => {
    const files = await fetched(first);
    expect(
      files.map(({ path, executable, content }) => [path, executable, Buffer.from(content).toString('latin1')]),
    ).toEqual([
      ['.gitattributes', false, '*.js filter=shout eol=crlf export-ignore\n'],
      ['bin/run', true, '\u0000\u00ff\n\r'],
      ['empty', false, ''],
      ['server/copy.js', false, 'export {};\n'],
      ['server/index.js', false, 'export {};\n'],
    ]);
    for (const file of files) expect(file.sha256).toBe(sha256(file.content));
    expect(treeDigest(files)).toBe(
      sha256(
        files
          .map(({ path, executable, content }) => `${path}\0${executable ? '0755' : '0644'}\0${sha256(content)}\n`)
          .join(''),
      ),
    );
  });

  test('a commit that is no tip of a branch', async () => {
    repository.write('later', 'x');
    repository.commit('later');
    expect((await fetched(first)).map(({ path }) => path)).not.toContain('later');
  });

  test('with what a credential helper of the account answers', async () => {
    server.account = 'ada:secret';
    const config = join(await temporaryFolder(), 'config');
    writeFileSync(config, '[credential]\n\thelper = "!printf \'username=ada\\\\npassword=secret\\\\n\'; :"\n');
    vi.stubEnv('GIT_CONFIG_GLOBAL', config);
    expect(await fetched(first)).toHaveLength(5);
  });

  test('without a hook, a template or a filter that the account is configured with', async () => {
    const folder = await temporaryFolder();
    const [config, ran] = [join(folder, 'config'), join(folder, 'ran')];
    const hook = join(folder, 'reference-transaction');
    for (const name of [hook, join(folder, 'post-checkout')]) {
      writeFileSync(name, `#!/bin/sh\ntouch ${ran}\n`);
      chmodSync(name, 0o755);
    }
    writeFileSync(
      config,
      `[core]\n\thooksPath = ${folder}\n[init]\n\ttemplateDir = ${folder}\n[filter "shout"]\n\tsmudge = "touch ${ran}; cat"\n[safe]\n\tbareRepository = explicit\n`,
    );
    vi.stubEnv('GIT_CONFIG_GLOBAL', config);
    expect((await fetched(first)).at(-1)?.content.toString()).toBe('export {};\n');
    expect(readdirSync(folder)).not.toContain('ran');
  });

  test('and leaves nothing behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
    vi.stubEnv('TMPDIR', folder);
    await fetched(first);
    await fetched('0'.repeat(40)).catch(() => undefined);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('refuses', () => {
  test.each<[string, (root: string) => void, string]>([
    ['a link', (root) => symlinkSync('/etc/passwd', join(root, 'passwd')), 'holds "passwd", a link'],
    [
      'a file that Git LFS keeps elsewhere',
      (root) =>
        writeFileSync(
          join(root, 'model.bin'),
          `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12\n`,
        ),
      'holds model.bin, which only says where Git LFS keeps the file',
    ],
    [
      'a file that git-annex keeps elsewhere',
      (root) => writeFileSync(join(root, 'model.bin'), '/annex/objects/SHA256E-s1--abc\n'),
      'holds model.bin, which only says where git-annex keeps the file',
    ],
    ['a commit without files', () => undefined, 'holds no files'],
    [
      'a path that leads out on Windows',
      (root) => writeFileSync(join(root, 'a\\b'), ''),
      'a path that may lead out of the package',
    ],
  ])('%s', async (_, write, message) => {
    const commit = commitOf(write);
    await expect(fetched(commit)).rejects.toMatchObject({
      code: 'E_ARCHIVE',
      message: expect.stringContaining(message) as string,
    });
  });

  test('a submodule', async () => {
    const tree = repository.gitWith({ input: `160000 commit ${first}\tvendor\n` }, 'mktree', '--missing');
    const commit = repository.git('commit-tree', '-m', 'x', tree);
    await expect(fetched(commit)).rejects.toMatchObject({
      code: 'E_ARCHIVE',
      message: `${server.url}#${commit} holds "vendor", a submodule: its files are in another repository`,
    });
  });

  test('objects that git does not accept', async () => {
    const blob = repository.gitWith({ input: 'x' }, 'hash-object', '-w', '--stdin');
    const entry = Buffer.concat([Buffer.from('100644 .git\0'), Buffer.from(blob, 'hex')]);
    const tree = repository.gitWith({ input: entry }, 'hash-object', '-t', 'tree', '--literally', '-w', '--stdin');
    const commit = repository.git('commit-tree', '-m', 'x', tree);
    await expect(fetched(commit)).rejects.toMatchObject({
      code: 'E_ARCHIVE',
      message: expect.stringContaining('git does not accept') as string,
    });
  });

  test('more bytes than the limit, as git sends them', async () => {
    const commit = commitOf((root) =>
      writeFileSync(
        join(root, 'big'),
        Buffer.from(Array.from({ length: 20_000 }, (_, at) => sha256(String(at))).join(''), 'hex'),
      ),
    );
    await expect(fetched(commit, { maxBytes: 500_000 })).rejects.toMatchObject({ code: 'E_TOO_LARGE' });
    expect(await fetched(commit, { maxBytes: 1_000_000 })).toHaveLength(1);
  });

  test('few trees that stand for very many files', async () => {
    const blob = repository.gitWith({ input: 'x' }, 'hash-object', '-w', '--stdin');
    let tree = repository.gitWith({ input: `100644 blob ${blob}\tx\n` }, 'mktree');
    for (let depth = 0; depth < 9; depth++)
      tree = repository.gitWith(
        { input: Array.from({ length: 10 }, (_, at) => `040000 tree ${tree}\t${at}\n`).join('') },
        'mktree',
      );
    const commit = repository.git('commit-tree', '-m', 'x', tree);
    await expect(fetched(commit)).rejects.toMatchObject({
      code: 'E_ARCHIVE',
      message: expect.stringContaining('holds more than 100000 files') as string,
    });
  });
});

describe('fails', () => {
  test.each([
    ['for a commit that the server does not have', '0'.repeat(40), 'no-such-commit'],
    ['for a name', 'main', 'no-such-commit'],
    ['for an option', '--upload-pack=touch x', 'no-such-commit'],
    ['for part of an id', 'abcdef1', 'no-such-commit'],
  ])('%s', async (_, commit, code) => {
    await expect(fetched(commit)).rejects.toMatchObject({ code });
  });

  test('for an id that is no commit', async () => {
    const tree = repository.git('rev-parse', `${first}^{tree}`);
    await expect(fetched(tree)).rejects.toMatchObject({
      code: 'no-such-commit',
      message: expect.stringContaining('is a tree') as string,
    });
  });

  test.each([
    'http://example.com/x.git',
    'ssh://git@example.com/x.git',
    'git@example.com:x.git',
    'file:///srv/x.git',
    '/srv/x.git',
    'ext::sh -c touch% x',
    'https://ada:secret@example.com/x.git',
    '--upload-pack=x',
  ])('for the address %s, and never shows a secret', async (url) => {
    await expect(fetchCommit(url, first)).rejects.toMatchObject({
      code: 'git-not-https',
      message: expect.not.stringContaining('secret') as string,
    });
  });

  test('where the configuration leads the address to something else than https', async () => {
    const config = join(await temporaryFolder(), 'config');
    writeFileSync(
      config,
      `[url "file://${repository.root}/"]\n\tinsteadOf = ${server.url.replace('.git', '')}\n[protocol "file"]\n\tallow = always\n`,
    );
    vi.stubEnv('GIT_CONFIG_GLOBAL', config);
    await expect(fetched(first)).rejects.toMatchObject({ code: 'git-not-https' });
  });

  test('where the server wants credentials that nobody has, without asking for them', async () => {
    server.account = 'ada:secret';
    const folder = await temporaryFolder();
    const [program, config] = [join(folder, 'ask'), join(folder, 'config')];
    writeFileSync(program, `#!/bin/sh\ntouch ${folder}/asked; echo ada\n`);
    chmodSync(program, 0o755);
    writeFileSync(config, `[core]\n\taskPass = ${program}\n`);
    vi.stubEnv('GIT_ASKPASS', program);
    vi.stubEnv('SSH_ASKPASS', program);
    vi.stubEnv('GIT_CONFIG_GLOBAL', config);
    await expect(fetched(first)).rejects.toMatchObject({ code: 'git-credentials' });
    expect(readdirSync(folder)).not.toContain('asked');
  });

  test('the same in a terminal', async (context) => {
    terminalFor(context);
    server.account = 'ada:secret';
    const script = `
      import { fetchCommit } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'fetch.ts')).href)};
      await fetchCommit(${JSON.stringify(server.url)}, '${first}', { isLoopback: true }).catch(({ code }) => console.log(code));`;
    const words = [process.execPath, '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(
      'python3',
      ['-c', 'import pty, sys; pty.spawn(sys.argv[1:])', ...words],
      { timeout: 20_000 },
    );
    expect(stdout.trim()).toBe('git-credentials');
  });

  test.each(['https://127.0.0.1:1/x.git', 'https://[::1]:1/x.git', 'https://localhost:1/x.git'])(
    'from %s, where it must be on the public internet',
    async (url) => {
      await expect(fetchCommit(url, first, { isPublic: true })).rejects.toMatchObject({ code: 'private-address' });
    },
  );

  test('where the server is not there', async () => {
    await expect(fetchCommit('http://127.0.0.1:1/x.git', first, { isLoopback: true })).rejects.toMatchObject({
      code: 'network',
    });
  });

  test('where nothing comes in time', async () => {
    server.instead = () => undefined;
    await expect(fetched(first, { deadlineMs: 300 })).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('no answer in time') as string,
    });
  });

  test('where there is no git', async () => {
    vi.stubEnv('PATH', await temporaryFolder());
    await expect(fetched(first)).rejects.toMatchObject({ code: 'no-git' });
  });

  test('where the server answers with another kind of page', async () => {
    server.instead = (_, response) => response.end('<html>');
    await expect(fetched(first)).rejects.toMatchObject({ code: expect.stringMatching(/^(?:git|network)$/u) as string });
  });
});
