/** docs/verify-without-us.md does what it says: its commands and its program are taken from there. */
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Bundle, Keyring, ServerRecord } from '../../schemas/types.ts';
import { temporaryFolder } from '../support/folder.ts';
import { tinyRegistry } from '../support/tiny-registry.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
let program: string;
let cosign: string;

beforeAll(async () => {
  const tiny = await tinyRegistry();
  expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
  folder = await temporaryFolder();
  const published = (path: string): string => join(tiny.folder, 'dist', path);
  await copyFile(published('servers/tiny.json'), join(folder, 'record.json'));
  await copyFile(published('trust/keyring.json'), join(folder, 'keyring.json'));
  const record = JSON.parse(await readFile(join(folder, 'record.json'), 'utf8')) as ServerRecord;
  await copyFile(published(`locks/${record.versions[0]?.lock ?? ''}.json`), join(folder, 'memory.lock.json'));
  await writeFile(join(folder, 'memory.sigstore.json'), JSON.stringify(record.signature));
  const { keys } = JSON.parse(await readFile(join(folder, 'keyring.json'), 'utf8')) as Keyring;
  const der = Buffer.from(keys[0]?.publicKey ?? '', 'base64');
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  await writeFile(join(folder, 'approval.pem'), key.export({ format: 'pem', type: 'spki' }));

  const document = await readFile(join(root, 'docs/verify-without-us.md'), 'utf8');
  program = /```js\n(?<code>.*?)```/su.exec(document)?.groups?.code ?? '';
  cosign = /^cosign (?:.*\\\n)*.*$/mu.exec(document)?.[0] ?? '';
  expect([program, cosign]).not.toContain('');
});

describe('the program of thirty lines', () => {
  const run = (...files: string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, ['--input-type=module', '-', ...files.map((file) => join(folder, file))], {
      cwd: root,
      input: program,
      encoding: 'utf8',
    });

  test('is thirty lines, and accepts what is published', () => {
    expect(
      program
        .trim()
        .split('\n')
        .filter((line) => line !== '').length,
    ).toBeLessThanOrEqual(30);
    const { status, stdout, stderr } = run('record.json', 'keyring.json', 'memory.lock.json');
    expect([status, stderr, stdout]).toEqual([0, '', expect.stringMatching(/^tiny 1\.0\.0: approved at 20/u)]);
  });

  test('refuses another lock, and another payload', async () => {
    expect(run('record.json', 'keyring.json', 'keyring.json').stderr).toContain('another lock');
    const record = JSON.parse(await readFile(join(folder, 'record.json'), 'utf8')) as ServerRecord;
    const { dsseEnvelope } = record.signature;
    const payload = Buffer.from(dsseEnvelope.payload, 'base64').toString().replace('1.0.0', '1.0.1');
    const forged: Bundle = {
      ...record.signature,
      dsseEnvelope: { ...dsseEnvelope, payload: Buffer.from(payload).toString('base64') },
    };
    await writeFile(join(folder, 'forged.json'), JSON.stringify({ ...record, signature: forged }));
    expect(run('forged.json', 'keyring.json', 'memory.lock.json').status).not.toBe(0);
  });
});

const hasCosign = spawnSync('cosign', ['version']).status === 0;

describe.skipIf(!hasCosign)('cosign', () => {
  const run = (): void => void execFileSync('sh', ['-c', cosign], { cwd: folder, stdio: 'pipe' });

  test('accepts what is published, and refuses another lock', async () => {
    expect(run).not.toThrow();
    const lock = await readFile(join(folder, 'memory.lock.json'));
    await writeFile(join(folder, 'memory.lock.json'), Buffer.concat([lock, Buffer.from('\n')]));
    expect(run).toThrow(/cosign/u);
    await writeFile(join(folder, 'memory.lock.json'), lock);
    expect(run).not.toThrow();
  });
});
