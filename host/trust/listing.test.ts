/** What a host lists, and what it keeps of that. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { HttpFailure } from '../../core/address.ts';
import { binOf, statusPath } from '../../core/metadata.ts';
import type { ListedServer, ServerRecord, TrustConfig } from '../../schemas/types.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { aTrustConfig, now, publish, type Change } from '../../test/support/published.ts';
import { testKey } from '../../test/support/statements.ts';
import { ApprovedServers } from './approved-servers.ts';
import { parseTrust } from './trust-config.ts';

let folder: string;
let asked: number;

beforeEach(async () => {
  folder = await temporaryFolder();
  asked = 0;
});

const url = 'https://mcp.example.com';

/** Lists as one process does. */
function list(change: Change = {}, config: Partial<TrustConfig> = {}, at = now): Promise<readonly ListedServer[]> {
  const { files } = publish(change);
  const trust = parseTrust('trust.json', Buffer.from(JSON.stringify(aTrustConfig(url, config))));
  return new ApprovedServers(trust, folder, at, async (address) => {
    asked++;
    const bytes = files.get(address.slice(url.length + 1));
    if (bytes === undefined) throw new HttpFailure(address, 404);
    return bytes;
  }).listing();
}

const kept = (): Promise<string[]> => readdir(join(folder, 'listing'));

/** Removes what only a list needs: the record, and every bin but that of the status. */
async function removeRecords(): Promise<void> {
  for (const name of await readdir(join(folder, 'metadata')))
    if (name.includes('bin-') && !name.includes(binOf(statusPath))) await rm(join(folder, 'metadata', name));
  for (const name of await readdir(join(folder, 'files')))
    if ((await readFile(join(folder, 'files', name), 'utf8')).includes('"dataClassification"'))
      await rm(join(folder, 'files', name));
}

test('a server is listed with the audience that its approval says', async () => {
  expect(await list({ manifest: { audience: ['finance'] } })).toEqual([
    {
      name: 'internal-postgres',
      version: '1.2.0',
      state: 'active',
      title: 'internal-postgres',
      description: 'Read-only access to the finance data warehouse.',
      endpoint: true,
      audience: ['finance'],
    },
  ]);
});

test('an approval that is not believed is listed with its refusal', async () => {
  expect(await list({ approvalKey: testKey(2) })).toMatchObject([{ name: 'internal-postgres', refused: 'E_KEY' }]);
  folder = await temporaryFolder();
  const other = (record: ServerRecord): ServerRecord => ({
    ...record,
    versions: record.versions.map((entry) => ({ ...entry, bundle: '0'.repeat(64) })),
  });
  expect(await list({ record: other })).toMatchObject([{ refused: 'E_DIGEST' }]);
});

test('the next time no bin and no record is read', async () => {
  const before = await list();
  const first = asked;
  await removeRecords();
  expect([await list(), asked]).toEqual([before, first]);
});

test('a listing that was damaged, or is of another version of the program, is made again', async () => {
  const before = await list();
  const [name = ''] = await kept();
  const path = join(folder, 'listing', name);
  await writeFile(path, (await readFile(path, 'utf8')).replace('Read-only', 'Read-write'));
  expect(await list()).toEqual(before);
  await writeFile(path, (await readFile(path, 'utf8')).replace('"schemaVersion":1', '"schemaVersion":2'));
  expect(await list()).toEqual(before);
  expect(await kept()).toEqual([name]);
});

test('a listing counts for its own snapshot alone, and no longer than its bins', async () => {
  await list();
  const changed = { metadata: { versions: { bins: 2, snapshot: 2, timestamp: 2 } } };
  const old = await kept();
  const newer = { ...changed, record: (record: ServerRecord) => ({ ...record, description: 'Another.' }) };
  expect(await list(newer, { refreshAfterSeconds: 0 })).toMatchObject([{ description: 'Another.' }]);
  expect(await kept()).not.toEqual(old);
  expect(await kept()).toHaveLength(1);

  folder = await temporaryFolder();
  const short = { metadata: { expires: { bins: '2026-06-02T00:00:00Z' } } };
  expect(await list(short)).toHaveLength(1);
  await expect(list(short, {}, new Date('2026-06-02T00:00:00Z'))).rejects.toMatchObject({ code: 'E_EXPIRED' });
});

test('nothing is listed where the registry is not believed, whatever was kept', async () => {
  await list();
  await expect(list({}, { minimum: { targets: 2 } })).rejects.toMatchObject({ code: 'E_ROLLBACK' });
});
