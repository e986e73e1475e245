/** podman with a storage of its own, and base images that need no image registry: Debian by mmdebstrap. */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, realpath, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';
import { temporaryFolder } from './folder.ts';

const run = promisify(execFile);
const needed = ['podman', 'mmdebstrap'];

/** What a test of containers needs. Where it is missing the test fails in CI; elsewhere it is skipped and says why. */
export async function needPodman(context: TestContext): Promise<void> {
  const missing: string[] = [];
  for (const command of needed) await run(command, ['--version']).catch(() => void missing.push(command));
  if (missing.length === 0) return;
  const why = `the image of the signer is not tested: ${missing.join(' and ')} not found`;
  if (process.env['CI'] !== undefined) throw new Error(`${why}, and CI must test it`);
  context.skip(why);
}

export interface Podman {
  /** Has a `podman` that adds what this machine needs, and changes no word of a command. */
  readonly bin: string;
  /** Words for the next `podman run`, such as those that stop the clock. */
  readonly onRun: (...words: string[]) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** The two bases of the Containerfile stand in its storage. It takes about a minute. */
export async function podmanWithBases(): Promise<Podman> {
  const folder = await temporaryFolder();
  const bin = join(folder, 'bin');
  const storage = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run')];
  // Debian's crun fails where both versions of cgroups are mounted; runc does not.
  const runtime = await run('runc', ['--version']).then(
    () => ['--runtime', 'runc'],
    () => [],
  );
  const podman = (...words: string[]) => run('podman', [...storage, ...runtime, ...words], { timeout: 240_000 });
  const limits = '--network host --ulimit nofile=1024:1024 --ulimit nproc=1000:1000';
  const { stdout: path } = await run('which', ['podman']);

  await run(
    'mmdebstrap',
    ['--variant=minbase', '--aptopt=Acquire::Languages "none"', 'trixie', join(folder, 'base.tar')],
    {
      timeout: 240_000,
    },
  );
  await podman('import', '--quiet', join(folder, 'base.tar'), 'localhost/base:test');
  await npmImage(join(folder, 'npm'));
  await podman('build', '--quiet', ...limits.split(' '), '--tag', 'localhost/npm:test', join(folder, 'npm'));

  const cache = (await run('npm', ['config', 'get', 'cache'])).stdout.trim();
  await mkdir(bin);
  await mkdir(cache, { recursive: true });
  const onRun = (...words: string[]) => writeFile(join(folder, 'on-run'), words.map((word) => `${word}\n`).join(''));
  await onRun();
  // `:O`: what npm writes to its cache in the build is thrown away. Without layers, each step is not written to the disk again.
  await writeFile(
    join(bin, 'podman'),
    `#!/bin/bash
command=$1; shift
more=(${limits})
[ "$command" != build ] || more+=(--layers=false --build-arg NPM_BASE=localhost/npm:test --build-arg BASE=localhost/base:test --volume '${cache}:/npm-cache:O')
[ "$command" != run ] || while read -r word; do more+=("$word"); done <'${join(folder, 'on-run')}'
exec '${path.trim()}' ${[...storage, ...runtime].map((word) => `'${word}'`).join(' ')} "$command" "\${more[@]}" "$@"
`,
  );
  await chmod(join(bin, 'podman'), 0o755);
  const remove = async (): Promise<void> => {
    await podman('rmi', '--all', '--force');
    await podman('volume', 'rm', '--all', '--force');
  };
  return { bin: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, onRun, remove };
}

/** This machine's npm and Node, with its registry and its certificates. */
async function npmImage(folder: string): Promise<void> {
  const { stdout } = await run('which', ['npm']);
  await cp(dirname(dirname(await realpath(stdout.trim()))), join(folder, 'npm'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await cp(process.execPath, join(folder, 'node'));
  const registry = (await run('npm', ['config', 'get', 'registry'])).stdout.trim();
  const certificates = process.env['NODE_EXTRA_CA_CERTS'];
  if (certificates !== undefined) await cp(certificates, join(folder, 'ca.pem'), { dereference: true });
  else await writeFile(join(folder, 'ca.pem'), '');
  await writeFile(
    join(folder, 'npmrc'),
    `registry=${registry}\ncache=/npm-cache\n${certificates === undefined ? '' : 'cafile=/etc/npm-ca.pem\n'}`,
  );
  await writeFile(
    join(folder, 'Containerfile'),
    `FROM localhost/base:test
COPY node /usr/bin/node
COPY npm /usr/lib/node_modules/npm
COPY ca.pem /etc/npm-ca.pem
COPY npmrc /usr/etc/npmrc
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/bin/npm
`,
  );
}
