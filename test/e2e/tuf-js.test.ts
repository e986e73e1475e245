/** The other TUF client accepts what the registry publishes, and finds the same files in it. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Updater } from 'tuf-js';
import { sha256 } from '../../core/digest.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

let tiny: TinyRegistry;
let server: FileServer;

beforeAll(async () => {
  tiny = await tinyRegistry();
  expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
  server = await serveFiles(join(tiny.folder, 'dist'));
});

test.each(['servers/tiny.json', 'trust/status.json', 'trust/keyring.json'])('finds %s', async (path) => {
  const metadataDir = await mkdtemp(join(await temporaryFolder(), 'tuf-'));
  const trust = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8'));
  await writeFile(join(metadataDir, 'root.json'), JSON.stringify(trust.root));
  const updater = new Updater({
    metadataDir,
    metadataBaseUrl: `${server.url}/metadata`,
    targetDir: metadataDir,
    targetBaseUrl: `${server.url}/targets`,
  });
  await updater.refresh();
  const target = await updater.getTargetInfo(path);
  if (target === undefined) throw new Error(`tuf-js does not find ${path}`);
  const bytes = await readFile(await updater.downloadTarget(target, join(metadataDir, 'target')));
  const published = await readFile(join(tiny.folder, 'dist', path));
  expect(sha256(bytes)).toBe(sha256(published));
  await expect(updater.getTargetInfo('servers/other.json')).resolves.toBeUndefined();
});
