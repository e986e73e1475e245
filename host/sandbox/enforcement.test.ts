import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { temporaryFolder } from '../../test/support/folder.ts';
import { findBubblewrap, whyNoSandbox } from '../../artefacts/sandbox/try-bubblewrap.ts';
import { enforcementHere, tryEnforcement, wordsFor } from './enforcement.ts';

const program = findBubblewrap();
const confines = program !== undefined && (await whyNoSandbox(program)) === undefined;

test.runIf(confines)('tries what can be limited once, and remembers it for this bubblewrap only', async () => {
  const file = join(await temporaryFolder(), 'sandbox.json');
  const tried = await enforcementHere(file);
  const kept = JSON.parse(await readFile(file, 'utf8')) as { key: string; bounds: object };
  expect(kept.bounds).toEqual(tried.bounds);
  const other = { size: false, namespaces: false, resources: false };
  await writeFile(file, JSON.stringify({ ...kept, bounds: other }), { mode: 0o600 });
  expect((await enforcementHere(file)).bounds).toEqual(other);
  expect(wordsFor(await enforcementHere(file))).toContain('without limits');
  await writeFile(file, JSON.stringify({ key: 'another', bounds: other }));
  expect((await enforcementHere(file)).bounds).toEqual(tried.bounds);
  expect((await tryEnforcement(file)).bounds).toEqual(tried.bounds);
});

test.runIf(confines)('needs no file to remember it in', async () => {
  const folder = join(await temporaryFolder(), 'sandbox.json');
  await mkdir(folder);
  expect(await enforcementHere(folder)).toMatchObject({ program });
});

test.runIf(process.platform !== 'linux')('refuses on a system where nothing has held a hostile server', async () => {
  await expect(enforcementHere('/nowhere')).rejects.toMatchObject({ code: 'E_SANDBOX' });
});
