/** A home folder with secrets in it, and a hostile server that is started there: in the sandbox, or with all that this account may do. */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { environmentOf } from '../../host/launch/start.ts';
import { containServer } from '../../host/sandbox/contain.ts';
import type { Permissions } from '../../schemas/types.ts';

export type Attempt = readonly [name: string, ...words: string[]];

export interface HostileHome {
  readonly home: string;
  /** The host's own folder of data. */
  readonly data: string;
  readonly trust: string;
  readonly stateFolder: string;
  readonly remove: () => Promise<void>;
  /** What came of each attempt. */
  readonly attempt: (attempts: readonly Attempt[], options: StartOptions) => Promise<string[]>;
}

export interface StartOptions {
  readonly sandbox: boolean;
  readonly permissions?: Permissions;
  readonly paths?: Readonly<Record<string, readonly string[]>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables of the host itself. */
  readonly machine?: Readonly<Record<string, string>>;
}

/** Files that no server may see. */
export const secretFiles = [
  ...[
    '.ssh/id_ed25519',
    '.aws/credentials',
    '.bashrc',
    '.claude.json',
    '.config/Code/User/mcp.json',
    '.netrc',
    '.npmrc',
  ],
  ...['.config/systemd/user/own.service', '.mozilla/firefox/key4.db', '.local/bin/tool', '.docker/config.json'],
];

export async function hostileHome(): Promise<HostileHome> {
  // Not below /tmp, which is a folder in memory in the sandbox: a file that is made there would prove nothing.
  const home = await realpath(await mkdtemp('/var/tmp/countersign-home-'));
  const write = async (path: string): Promise<void> => {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), 'secret');
  };
  for (const file of [...secretFiles, 'project/notes.txt', 'notes.txt', '.config/own/settings']) await write(file);
  const data = join(home, '.local/share/countersign');
  const [root, stateFolder] = [join(data, 'installed/test/hostile'), join(data, 'state/test/hostile')];
  for (const folder of [root, stateFolder, join(data, 'state/test/other'), join(data, 'blobs')])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(data, 'audit.jsonl'), 'secret');
  await writeFile(join(data, 'state/test/other/memory.json'), 'secret');
  const trust = join(home, 'trust.json');
  await writeFile(trust, 'secret');
  await cp(join(import.meta.dirname, '../fakes/hostile-server.mjs'), join(root, 'server.mjs'));
  const line = { file: process.execPath, words: [join(root, 'server.mjs')] };

  return {
    ...{ home, data, trust, stateFolder },
    remove: () => rm(home, { recursive: true, force: true }),
    attempt: async (attempts, { sandbox, permissions = {}, paths = {}, environment = {}, machine = {} }) => {
      const contained = await containServer(
        {
          ...{ server: { name: 'hostile', permissions }, line, root, stateFolder, libraries: [] },
          environment: environmentOf(line, new Map(Object.entries(environment))),
          paths: new Map(Object.entries(paths)),
        },
        {
          ...{ homes: [home], environment: { ...machine, PATH: process.env['PATH'] }, own: [data, trust] },
          remembered: join(data, 'sandbox.json'),
          unsandboxed: new Set(sandbox ? [] : ['hostile']),
        },
      );
      const { file, words } = contained.line;
      const child = spawn(file, words, { env: Object.fromEntries(contained.environment), cwd: contained.folder });
      const said = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk) => (said.stdout += String(chunk)));
      child.stderr.on('data', (chunk) => (said.stderr += String(chunk)));
      child.stdin.end(JSON.stringify(attempts));
      const status = await new Promise((resolve) => child.on('close', resolve));
      await contained.end();
      if (status !== 0) throw new Error(`it ended with ${String(status)}: ${said.stderr}`);
      return JSON.parse(said.stdout) as string[];
    },
  };
}
