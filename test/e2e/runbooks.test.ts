/** The commands of the runbooks as they stand in the files, by three people with a KMS, in a registry of their own. */
import { execFileSync, spawn } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { signingKey } from '../fakes/aws/kms.ts';
import { startAws } from '../fakes/aws/server.ts';
import { tinyRegistry } from '../support/tiny-registry.ts';

const root = join(import.meta.dirname, '../..');
const minutes = 60_000;

/** The commands in a runbook, a block each. */
async function commandsIn(runbook: string): Promise<string[]> {
  const text = await readFile(join(root, 'docs/runbooks', runbook), 'utf8');
  return [...text.matchAll(/^ *```sh\n(?<commands>.*?)^ *```$/gmsu)].map(({ groups }) => groups?.commands ?? '');
}

/**
 * `npx` in the registry's clone; what a person is asked at the terminal comes from options, which exist for that. No
 * word of the command is changed.
 */
const npx = (secret: string): string => `#!/bin/bash
shift
case "$1 $2" in
  'root sign') set -- "$@" --yes --secret-file '${secret}' ;;
  'key new' | 'key show') set -- "$@" --secret-file '${secret}' ;;
esac
exec '${process.execPath}' '${join(root, 'scripts/registry.js')}' "$@"
`;

test(
  'the first ceremony, of a registry in which a server was merged before',
  async () => {
    const tiny = await tinyRegistry();
    const kms = await startAws();
    kms.digestsOnly = true;
    for (const role of ['approval', 'snapshot', 'timestamp']) {
      kms.keys.set(role, signingKey());
      kms.aliases.set(`alias/countersign-${role}`, role);
    }
    await tiny.write('.gitignore', '.npm/\n.registry/\ndist/\nbin/\n*.p8\nsecret\n');
    await tiny.write('secret', 'correct horse battery staple\n');
    await tiny.write('bin/npx', npx(join(tiny.folder, 'secret')));
    await chmod(join(tiny.folder, 'bin/npx'), 0o755);
    const env = {
      ...process.env,
      ...kms.env,
      ...tiny.npm.env,
      AWS_ENDPOINT_URL_KMS: kms.url,
      HOME: tiny.folder,
      PATH: `${join(tiny.folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      npm_config_cache: join(tiny.folder, '.npm'),
      ...Object.fromEntries(
        ['AUTHOR', 'COMMITTER'].flatMap((who) => [
          [`GIT_${who}_NAME`, 'T'],
          [`GIT_${who}_EMAIL`, 't@example.com'],
        ]),
      ),
    };
    const git = (words: string[], more = {}): Buffer =>
      execFileSync('git', words, { cwd: tiny.folder, env: { ...env, ...more } });
    git(['init', '--quiet', '--initial-branch', 'main']);
    git(['add', '.']);
    git(['commit', '--quiet', '--message', 'begin'], { GIT_COMMITTER_DATE: '2026-11-20T08:00:00Z' });

    const run = (commands: string, you = ''): Promise<string> =>
      new Promise((resolve, reject) => {
        const shell = spawn('bash', ['-e', '-c', commands.replaceAll('<you>', you)], { cwd: tiny.folder, env });
        let said = '';
        for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk));
        shell.on('error', reject);
        shell.on('close', (status) =>
          status === 0 ? resolve(said) : reject(new Error(`${commands} ended with ${status}:\n${said}`)),
        );
      });

    const [makeKey, propose, sign, publish, exportTrust, ...more] = await commandsIn('first-ceremony.md');
    expect(more).toEqual([]);
    for (const you of ['alice', 'bob', 'carol']) await run(makeKey ?? '', you);
    await run(propose ?? '');
    await run(sign ?? '', 'alice');
    expect(await run(sign ?? '', 'carol')).toContain('next: nothing');
    const yaml = /```yaml\n(?<text>.*?)```/su.exec(
      await readFile(join(root, 'docs/runbooks/first-ceremony.md'), 'utf8'),
    )?.groups?.text;
    const config = join(tiny.folder, 'registry.yaml');
    await writeFile(config, `${await readFile(config, 'utf8')}${(yaml ?? '').replaceAll(/^ {3}/gmu, '')}`);
    git(['commit', '--quiet', '--all', '--message', 'the keys']);
    const said = await run(publish ?? '');
    expect(said).toContain('approved tiny@1.0.0');
    expect(said).toContain('a host accepts them');
    expect(await run(exportTrust ?? '')).toContain('trust.json trusts mcp.example.com from root 1 on');
  },
  10 * minutes,
);
