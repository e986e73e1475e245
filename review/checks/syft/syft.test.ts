import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FilePiece } from '../../../artefacts/oci/layer.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { openSyft, type ListPackages } from './syft.ts';

let folder: string;
/** Where temporary folders lie. */
let temporary: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  temporary = await temporaryFolder();
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const bounds = { deadlineMs: 60_000, answerBytes: 100_000, stagedBytes: 10_000 };
const answer = {
  artifacts: [{ type: 'deb', name: 'bash', version: '5.2', purl: '' }],
  descriptor: { version: '1.57.1' },
};

/** A program of that name, in shell. */
async function fake(script: string, limits = bounds): Promise<ListPackages> {
  const file = join(folder, 'syft');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  const syft = openSyft(`${folder}:/usr/bin:/bin`, limits);
  if (syft === undefined) throw new Error('it was not found');
  return syft;
}

const files = async function* (contents: Readonly<Record<string, string>> = { 'etc/os-release': 'ID=debian\n' }) {
  for (const [path, content] of Object.entries(contents))
    yield { path, executable: false, start: 0, isLast: true, content: Buffer.from(content) } satisfies FilePiece;
};

describe('a machine', () => {
  test('without it has none', async () => {
    expect(openSyft(folder)).toBeUndefined();
    expect(openSyft('')).toBeUndefined();
  });
  test('with a folder or a plain file of that name has none', async () => {
    await mkdir(join(folder, 'syft'));
    await mkdir(join(folder, 'b'));
    await writeFile(join(folder, 'b', 'syft'), '');
    expect(openSyft(`${folder}:${join(folder, 'b')}`)).toBeUndefined();
  });
  test('that would look where it stands does not find one in the files of a pull request', async () => {
    await fake('');
    expect(openSyft(folder)).toBeDefined();
    expect(openSyft(relative(process.cwd(), folder))).toBeUndefined();
  });
});

describe('syft', () => {
  test('is given the files alone, with an environment of its own', async () => {
    const syft = await fake(
      [
        `echo "$@" > '${folder}/words'; env > '${folder}/env'; pwd > '${folder}/pwd'`,
        `cat "\${2#dir:}/etc/os-release" > '${folder}/read'`,
        `echo '${JSON.stringify(answer)}'`,
      ].join('\n'),
    );
    expect(await syft(files())).toEqual({ kind: 'listed', left: [], by: 'syft 1.57.1', packages: answer.artifacts });
    expect(readdirSync(temporary)).toEqual([]);
    expect(await readFile(join(folder, 'read'), 'utf8')).toBe('ID=debian\n');
    const [, home = ''] = /^HOME=(.*)$/mu.exec(await readFile(join(folder, 'env'), 'utf8')) ?? [];
    const names = (await readFile(join(folder, 'env'), 'utf8')).match(/^\w+(?==)/gmu)?.sort();
    // The shell adds the first and the last by itself.
    expect(names?.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))).toEqual([
      ...['HOME', 'PATH', 'SYFT_CHECK_FOR_APP_UPDATE', 'TMPDIR'],
    ]);
    expect((await readFile(join(folder, 'pwd'), 'utf8')).trim()).toBe(home);
    expect(await readFile(join(folder, 'words'), 'utf8')).toContain(
      `scan dir:${home.replace(/home$/u, 'tree')} --output json`,
    );
  });

  test.each<[string, string, Partial<typeof bounds>, string]>([
    ['hangs', 'sleep 600', { deadlineMs: 300 }, 'syft took more than 0.3 s'],
    [
      'hangs after an answer',
      `echo '${JSON.stringify(answer)}'; sleep 600`,
      { deadlineMs: 300 },
      'syft took more than',
    ],
    ['floods', 'yes', {}, 'syft wrote more than 100000 bytes'],
    ['fails', `echo '${JSON.stringify(answer)}'; exit 1`, {}, 'syft ended with 1'],
    ['is killed', 'kill -9 $$', {}, 'syft ended with SIGKILL'],
    ['says nothing', '', {}, 'what syft answered is not JSON'],
    ['says no JSON', 'echo "no packages"', {}, 'what syft answered is not JSON'],
    ['lists nonsense', `echo '{"artifacts": [5]}'`, {}, 'what syft answered lists what is no package'],
    ['is given too much', '', { stagedBytes: 5 }, 'it holds more than 5 bytes of files'],
  ])('that %s has listed nothing, and leaves nothing behind', async (_, script, more, why) => {
    const syft = await fake(script, { ...bounds, ...more });
    expect(await syft(files())).toEqual({ kind: 'not-listed', why: expect.stringContaining(why) });
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('that cannot be started has listed nothing', async () => {
    const syft = await fake('');
    await writeFile(join(folder, 'syft'), '#!/nowhere/at/all\n');
    expect(await syft(files())).toEqual({ kind: 'not-listed', why: 'syft cannot be started' });
  });

  test.each([
    ['hangs', 'wait', 3_000],
    ['answers', `echo '${JSON.stringify(answer)}'`, 60_000],
  ])('that %s takes with it what it started', async (_, last, deadlineMs) => {
    const pid = join(folder, 'pid');
    const syft = await fake(`sleep 600 & echo $! > '${pid}'; ${last}`, { ...bounds, deadlineMs });
    await syft(files());
    const stat = `/proc/${(await readFile(pid, 'utf8')).trim()}/stat`;
    await vi.waitFor(() => expect(stateIn(stat)).toMatch(/^[ZX]$|^gone$/u), { timeout: 10_000 });
  });

  test('is not started for an image that cannot be believed', async () => {
    const syft = await fake(`touch '${folder}/started'; echo '${JSON.stringify(answer)}'`);
    const fault = new Error('the layer is another one');
    const broken = async function* () {
      yield* files();
      throw fault;
    };
    await expect(syft(broken())).rejects.toBe(fault);
    expect(readdirSync(folder)).not.toContain('started');
    expect(readdirSync(temporary)).toEqual([]);
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'leaves no folder and no syft behind when %s ends the review',
  async (signal) => {
    const pid = join(folder, 'pid');
    await fake(`sleep 600 & echo $! > '${pid}.new'; mv '${pid}.new' '${pid}'; wait`);
    const script = `
    import { openSyft } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'syft.ts')).href)};
    const files = async function* () {
      yield { path: 'a', executable: false, start: 0, isLast: true, content: Buffer.from('a') };
    };
    await openSyft(${JSON.stringify(`${folder}:/usr/bin:/bin`)})(files());`;
    const review = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    const ended = new Promise((resolve) => review.on('exit', (_, by) => resolve(by)));
    await vi.waitFor(() => expect(readdirSync(folder)).toContain('pid'), { timeout: 20_000 });
    review.kill(signal);
    expect(await ended).toBe(signal);
    expect(readdirSync(temporary)).toEqual([]);
    const stat = `/proc/${(await readFile(pid, 'utf8')).trim()}/stat`;
    await vi.waitFor(() => expect(stateIn(stat)).toMatch(/^[ZX]$|^gone$/u), { timeout: 10_000 });
  },
);

/** Behind the name of the program, which stands in brackets. */
function stateIn(stat: string): string {
  try {
    return /\) (\w)/u.exec(readFileSync(stat, 'utf8'))?.[1] ?? '';
  } catch {
    return 'gone';
  }
}

const real = openSyft(process.env['PATH'] ?? '');

test.skipIf(real === undefined)(
  'the syft of this machine lists what lies in a small Debian (skipped without syft)',
  async () => {
    const status = [
      'Package: libssl3\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl\nVersion: 3.0.11-1\n',
      'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2.15-2\n',
    ].join('\n');
    const tree = {
      'usr/lib/os-release': 'ID=debian\nVERSION_ID="12"\n',
      'var/lib/dpkg/status': status,
      // Not installed: a file of some project.
      'app/go.sum': 'example.com/a v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n',
      'app/go.mod': 'module example.com/b\nrequire example.com/a v1.0.0\n',
      '.syft.yaml': 'output: [spdx-json]\n',
    };
    expect(await real?.(files(tree))).toMatchObject({
      kind: 'listed',
      left: [],
      by: expect.stringMatching(/^syft/u),
      system: { id: 'debian', version: '12' },
      packages: [
        { type: 'deb', name: 'bash', version: '5.2.15-2' },
        { type: 'deb', name: 'libssl3', version: '3.0.11-1', purl: expect.stringContaining('upstream=openssl') },
      ],
    });
  },
);
