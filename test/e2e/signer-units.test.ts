/** What signs by a schedule: the units, the crontab, and the script that they start, with keys in a token. */
import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, type TestContext } from 'vitest';
import { toSecond } from '../../core/time.ts';
import { ApprovalsStore } from '../../signer/approval/approvals-store.ts';
import { folderState } from '../../signer/state/folder.ts';
import { token } from '../fakes/github/github.ts';
import { temporaryFolder } from '../support/folder.ts';
import { fakeServices } from '../support/forge-registry.ts';
import { onlineKeys } from '../support/production-registry.ts';
import { commandsIn } from '../support/runbook.ts';
import { softHsmFolder, softHsmFor } from '../support/softhsm.ts';

const root = join(import.meta.dirname, '../..');
const units = join(root, 'signer/units');
const start = new Date('2026-11-20T10:00:00Z');
const hours = (count: number): Date => new Date(start.getTime() + count * 3_600_000);

interface Ended {
  readonly code: number;
  readonly said: string;
}

const run = (command: string, words: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> =>
  promisify(execFile)(command, words, { env, timeout: 120_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, said: stdout + stderr }),
  );

async function needSystemd(context: TestContext): Promise<void> {
  if ((await run('systemd-analyze', ['--version'])).code === 0) return;
  if (process.env['CI'] !== undefined) throw new Error('systemd-analyze is missing, and CI must check the units');
  context.skip('the units are not checked: systemd-analyze is not installed');
}

/** A file system as docs/signer-elsewhere.md installs it, as far as units look at it. */
async function installed(): Promise<string> {
  const folder = await temporaryFolder();
  const system = join(folder, 'etc/systemd/system');
  await mkdir(system, { recursive: true });
  for (const file of ['signer/units/sign-newest', 'scripts/registry.js'])
    await cp(join(root, file), join(folder, 'opt/countersign', file));
  for (const file of await readdir(units))
    if (/\.(?:service|timer)$/u.test(file)) await cp(join(units, file), join(system, file));
  return folder;
}
const unitsIn = async (folder: string): Promise<string[]> =>
  (await readdir(join(folder, 'etc/systemd/system'))).map((file) => join(folder, 'etc/systemd/system', file));

test('systemd understands every line of the units, and finds the programs that they start', async (context) => {
  await needSystemd(context);
  const folder = await installed();
  const paths = await unitsIn(folder);
  expect(paths).toHaveLength(4);
  const verify = () => run('systemd-analyze', ['verify', `--root=${folder}`, '--recursive-errors=no', ...paths]);
  expect(await verify()).toEqual({ code: 0, said: '' });
  await writeFile(paths[0] ?? '', 'SetCredential=pin:\n', { flag: 'a' });
  expect((await verify()).said).not.toBe('');
});

test.each(['signer', 'timestamp'])(
  'the service %s may do little: systemd calls its exposure OK',
  async (name, context) => {
    await needSystemd(context as unknown as TestContext);
    const folder = await installed();
    const words = ['security', '--offline=true', '--threshold=20', `--root=${folder}`, `countersign-${name}.service`];
    expect(await run('systemd-analyze', words)).toMatchObject({
      code: 0,
      said: expect.stringContaining('Overall exposure'),
    });
  },
);

test('units and crontab name the same files, and the same options of the same commands', async () => {
  const crontab = await readFile(join(units, 'crontab'), 'utf8');
  const commands = crontab.split('\n').filter((line) => /^[*\d]/u.test(line));
  const services = await Promise.all(
    ['signer', 'timestamp'].map((name) => readFile(join(units, `countersign-${name}.service`), 'utf8')),
  );
  const started = services.map((text) => /^ExecStart=(?<command>.*)$/mu.exec(text)?.groups?.['command'] ?? '');
  const plain = (command: string): string =>
    command
      .replace(/^.*?(?=\/opt\/)/u, '')
      .replace(/ >\/dev\/null$/u, '')
      .replace('$HOME', '/var/lib/countersign-signer')
      .replace('%d/', '/etc/countersign-signer/')
      .replace('"$REPOSITORY" main', '${REPOSITORY} ${BRANCH}');
  expect(commands.map(plain)).toEqual(started.map(plain));
});

const made = await (await fakeServices(start)).newRegistry(start);

test('the first signature of the page, with keys in a token, and the next ones while git fails', async (context) => {
  const hsm = softHsmFor(context);
  const tokens = await softHsmFolder(hsm);
  const pin = 'a-pin-that-nobody-may-see';
  const serial = tokens.addToken('registry', pin);
  for (const [label, { secret, spki }] of Object.entries(onlineKeys))
    tokens.addKey(serial, pin, {
      label,
      imported: { scalar: Buffer.from(secret), point: Buffer.from(spki).subarray(-65) },
    });
  const key = (label: string): string => `pkcs11:token=registry;object=${label}?module-path=${hsm.modulePath}`;
  const { registry } = made;
  const folder = await temporaryFolder();
  const clone = join(folder, 'var/lib/countersign-signer/clone');
  await mkdir(join(folder, 'opt'));
  await mkdir(clone, { recursive: true });
  await symlink(root, join(folder, 'opt/countersign'));
  await writeFile(join(folder, 'pin'), `${pin}\n`, { mode: 0o600 });
  const state = join(folder, 'var/lib/countersign-signer/state');
  const keys = { approval: key('approval'), snapshot: key('snapshot'), timestamp: key('timestamp') };
  await writeFile(join(folder, 'signer.json'), JSON.stringify({ ...made.config, state, keys }));

  const blocks = await commandsIn('../signer-elsewhere.md');
  const page = (words: string, repository: string): string =>
    (blocks.find((each) => each.includes(words)) ?? 'false')
      .replaceAll(/(?<=^| )(?=\/(?:opt|var)\/)/gmu, folder)
      .replaceAll('<signer.json>', join(folder, 'signer.json'))
      .replaceAll('<pin>', join(folder, 'pin'))
      .replaceAll('<state>', state)
      .replaceAll('<address>', `file://${folder}/published`)
      .replace(/https:\S+/u, repository)
      .replaceAll('sudo -u countersign-signer ', '');
  const onPage = (words: string, now: Date, repository = registry.folder): Promise<Ended> => {
    made.setClock(now);
    // The second command of the page runs though the first one found problems.
    return run('bash', ['-c', page(words, repository)], {
      ...process.env,
      GITHUB_TOKEN: token,
      SOFTHSM2_CONF: tokens.conf,
      CLOCK: toSecond(now),
      NODE_OPTIONS: `--import=${join(root, 'test/support/clock.ts')}`,
    });
  };
  const sign = (now: Date, repository?: string): Promise<Ended> => onPage('sudo -u', now, repository);
  const approved = async (now: Date): Promise<string[]> => {
    const { identity } = await registry.prepared(now);
    const { approvals } = await new ApprovalsStore(folderState(state), 'this one').readAll(identity.keyring);
    return (approvals.get('tiny') ?? []).map(({ version }) => version);
  };
  const head = (): string => execFileSync('git', ['-C', clone, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();

  const commit = await made.merge({ 'servers/tiny.yaml': registry.manifest('1.1.0') }, hours(1));
  registry.git(hours(1), 'update-ref', 'refs/pull/1/head', 'change');
  const first = await sign(hours(2));
  expect(first.said).toContain('nothing is due');
  expect(head()).toBe(commit);
  expect(await approved(hours(2))).toEqual(['1.1.0']);
  expect(first.said).not.toContain(pin);

  expect(await onPage('registry.js publish', hours(3))).toMatchObject({ code: 0 });
  expect(await readdir(join(folder, 'published/servers'))).toContain('tiny.json');

  // git cannot fetch: what was signed is kept going.
  const status = (): Promise<string> => readFile(join(state, 'status.json'), 'utf8');
  const before = await status();
  const renewed = await sign(hours(30), join(folder, 'nothing'));
  expect(renewed.said).toContain('does not appear to be a git repository');
  expect(head()).toBe(commit);
  expect(await status()).not.toBe(before);

  // A git server brings a commit that nobody merged: it is not signed, though the clone has it.
  registry.git(hours(30), 'checkout', '--quiet', '-b', 'pushed', 'main');
  await registry.write('servers/tiny.yaml', registry.manifest('1.0.0'));
  registry.commit(hours(30));
  const pushed = registry.git(hours(30), 'rev-parse', 'HEAD').trim();
  registry.git(hours(30), 'checkout', '--quiet', 'main');
  const lying = await temporaryFolder();
  execFileSync('git', ['clone', '--quiet', '--bare', registry.folder, lying]);
  execFileSync('git', ['-C', lying, 'update-ref', 'refs/heads/main', pushed]);
  expect((await sign(hours(31), lying)).said).toContain(`the commit ${pushed} is not part of main`);
  expect(head()).toBe(pushed);
  expect(await approved(hours(31))).toEqual(['1.1.0']);
});

test('says what is missing where nothing was ever fetched', async () => {
  const folder = await temporaryFolder();
  const words = [join(folder, 'nothing'), 'main', join(folder, 'clone'), join(folder, 'signer.json')];
  expect(await run(join(units, 'sign-newest'), words)).toMatchObject({
    code: 1,
    said: expect.stringContaining('there is no commit of main'),
  });
  expect(await run(join(units, 'sign-newest'), words.slice(1))).toMatchObject({ code: 2 });
});

test.each([
  [
    'a-token-that-nobody-may-see',
    `Basic ${Buffer.from('x-access-token:a-token-that-nobody-may-see').toString('base64')}`,
  ],
  ['', undefined],
])('git shows the token %j of its file to the server that asks, and to nobody else', async (secret, shown) => {
  const authorizations: (string | undefined)[] = [];
  const server = createServer(({ headers }, response) => {
    authorizations.push(headers.authorization);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="forge"' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = await temporaryFolder();
  const file = join(folder, 'clone-token');
  await writeFile(file, `${secret}\n`.trimStart());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/example/registry.git`;
  const words = [address, 'main', join(folder, 'clone'), join(folder, 'signer.json')];
  const { code, said } = await run(join(units, 'sign-newest'), words, { ...process.env, CLONE_TOKEN_FILE: file });
  server.close();
  expect(code).toBe(1);
  expect(authorizations.at(-1)).toBe(shown);
  expect(said).not.toContain('a-token-that');
  expect(await readFile(join(folder, 'clone/.git/config'), 'utf8')).not.toContain('a-token-that');
});
