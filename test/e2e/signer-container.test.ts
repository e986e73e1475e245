/** The image of the signer, built and run by the commands of docs/signer-elsewhere.md, against a GitHub and a bucket on loopback. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test, vi } from 'vitest';
import { toSecond } from '../../core/time.ts';
import { token } from '../fakes/github/github.ts';
import { temporaryFolder } from '../support/folder.ts';
import { fakeServices } from '../support/forge-registry.ts';
import { needPodman, podmanWithBases, type Podman } from '../support/podman.ts';
import { commandsIn } from '../support/runbook.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

const root = join(import.meta.dirname, '../..');
const start = new Date('2026-11-20T10:00:00Z');
const hours = (count: number): Date => new Date(start.getTime() + count * 3_600_000);

const services = await fakeServices(start);
let podman: Podman | undefined;
afterAll(() => podman?.remove());

test('the image is built, and signs what was approved, on a file system that it cannot write', async (context) => {
  await needPodman(context);
  const blocks = await commandsIn('../signer-elsewhere.md');
  const [build, sign, timestamp, ...others] = blocks.filter((block) => block.startsWith('podman '));
  expect(others).toEqual([]);
  const made = await services.newRegistry(start);
  const { registry, config } = made;
  await made.merge({ 'servers/tiny.yaml': registry.manifest('1.1.0') }, hours(1));
  podman = await podmanWithBases();

  const folder = await temporaryFolder();
  await mkdir(join(folder, 'secrets'));
  await writeFile(join(folder, 'secrets/signer.json'), JSON.stringify(config));
  await writeFile(join(folder, 'secrets/pin'), '');
  const environment = { ...made.aws.env, GITHUB_TOKEN: token };
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, 'environment'), lines.join(''));
  // git fetches from this file as from a server, whoever owns it.
  registry.git(hours(1), 'update-ref', 'refs/pull/1/head', 'change');
  registry.git(hours(1), 'bundle', 'create', '--quiet', join(folder, 'main.bundle'), 'main', 'refs/pull/1/head');
  const shell = (commands: string | undefined, cwd: string) =>
    promisify(execFile)('bash', ['-e', '-c', commands ?? 'false'], {
      cwd,
      timeout: 400_000,
      env: { ...process.env, PATH: podman?.bin, REPOSITORY: '/main.bundle' },
    }).then(
      ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, said: stdout + stderr }),
    );
  const at = async (now: Date): Promise<void> => {
    made.setClock(now);
    await podman?.onRun(
      ...['--env', `CLOCK=${toSecond(now)}`, '--env', 'NODE_OPTIONS=--import=/clock.ts'],
      ...['--volume', `${join(root, 'test/support/clock.ts')}:/clock.ts:ro`],
      ...['--volume', `${join(folder, 'main.bundle')}:/main.bundle:ro`],
    );
  };

  const built = await shell(build, root);
  expect(built.code, built.said).toBe(0);
  await at(hours(2));
  const signed = await shell(sign, folder);
  expect(signed.said).toContain('no-evidence');
  await registry.serve(hours(2));
  expect(await registry.host(hours(2))).toBe('1.1.0');

  await at(hours(60));
  expect(await shell(timestamp, folder)).toMatchObject({ code: 0, said: expect.stringContaining('is signed') });
  const inside = sign?.replace(/--entrypoint.*/su, '--entrypoint sh countersign-signer -c');
  const looked = await shell(
    `${inside} 'id -u; touch /opt/x || :; node --version; [ ! -e /opt/countersign/servers ]'`,
    folder,
  );
  expect(looked).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^10001\n(?:.|\n)*v24\.(?:.|\n)*Read-only file system/u),
  });
});
