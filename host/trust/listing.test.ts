/** What a host lists, and what it keeps of that. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { HttpFailure, NetworkFailure } from '../../core/address.ts';
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

/** The servers of one process. */
function opened(files: ReadonlyMap<string, Uint8Array>, config: Partial<TrustConfig> = {}, at = now): ApprovedServers {
  const trust = parseTrust('trust.json', Buffer.from(JSON.stringify(aTrustConfig(url, config))));
  return new ApprovedServers(trust, folder, at, async (address) => {
    asked++;
    const bytes = files.get(address.slice(url.length + 1));
    if (bytes === undefined) throw new HttpFailure(address, 404);
    return bytes;
  });
}

/** Lists as one process does. */
const list = async (
  change: Change = {},
  config: Partial<TrustConfig> = {},
  at = now,
): Promise<readonly ListedServer[]> => (await opened(publish(change).files, config, at).listing()).servers;

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

/** What is published of two servers, and without the record of the other one. */
function twoServers(change: Change = {}): Record<'whole' | 'part', Map<string, Uint8Array>> {
  const { files } = publish({
    ...change,
    named: (named) => {
      const record = JSON.parse(Buffer.from(named.get('servers/internal-postgres.json') ?? '').toString('utf8'));
      named.set('servers/payroll.json', canonicalJson({ ...record, name: 'payroll' }));
    },
  });
  const whole = new Map(files);
  return { whole, part: new Map([...whole].filter(([path]) => !path.endsWith('.payroll.json'))) };
}

const offline = (address: string): never => {
  throw new NetworkFailure(address, new Error('ENETUNREACH'));
};

describe('a copy of the registry that carries a part of it', () => {
  test('lists what it carries, and names the rest', async () => {
    const { part } = twoServers();
    const found = await opened(part).listing();
    expect(found).toMatchObject({ servers: [{ name: 'internal-postgres' }], notCarried: ['payroll'] });
    const before = asked;
    expect([await opened(part).listing(), asked]).toEqual([found, before]);
  });

  test('lists the same without a network, also where it is asked again', async () => {
    const { part } = twoServers();
    const found = await opened(part).listing();
    const trust = parseTrust('trust.json', Buffer.from(JSON.stringify(aTrustConfig(url))));
    for (const askAgain of [false, true])
      expect(await new ApprovedServers(trust, folder, now, async (at) => offline(at)).listing({ askAgain })).toEqual(
        found,
      );
  });

  test('lists the same without a network under a newer snapshot, and keeps no guess', async () => {
    const { part } = twoServers();
    const found = await opened(part).listing();
    const newer = twoServers({ metadata: { versions: { snapshot: 2, timestamp: 2 } } }).part;
    await opened(newer).refresh();
    const before = await kept();
    const trust = parseTrust('trust.json', Buffer.from(JSON.stringify(aTrustConfig(url))));
    const without = new ApprovedServers(trust, folder, now, async (at) => {
      asked++;
      return offline(at);
    });
    asked = 0;
    expect(await without.listing()).toEqual(found);
    expect([await kept(), asked]).toEqual([before, 1]);
    // Of what was never asked for, nothing is known.
    await rm(join(folder, 'listing'), { recursive: true });
    await expect(without.listing()).rejects.toMatchObject({ code: 'network' });
  });

  test('is asked again for what it did not carry', async () => {
    const { whole, part } = twoServers();
    await opened(part).listing();
    expect((await opened(whole).listing()).notCarried).toEqual(['payroll']);
    expect(await opened(whole).listing({ askAgain: true })).toMatchObject({
      servers: [{ name: 'internal-postgres' }, { name: 'payroll' }],
      notCarried: [],
    });
    expect(await kept()).toHaveLength(1);
  });

  test('is refused where a record that it carries has other bytes', async () => {
    const { whole } = twoServers();
    const path = [...whole.keys()].find((each) => each.endsWith('.payroll.json')) ?? '';
    const bytes = Buffer.from(whole.get(path) ?? '');
    bytes.write('0', bytes.length - 4);
    await expect(opened(whole.set(path, bytes)).listing()).rejects.toMatchObject({ code: 'E_DIGEST' });
  });

  test('is an error where it carries nothing', async () => {
    const none = new Map([...twoServers().whole].filter(([path]) => !path.startsWith('targets/servers/')));
    await expect(opened(none).listing()).rejects.toMatchObject({
      code: 'not-carried',
      message: expect.stringContaining('does not carry any of the 2 servers'),
    });
  });

  test('does not run a server whose record or approval it lacks, and says what to do', async () => {
    const { whole, part } = twoServers();
    await expect(opened(part).server('payroll')).rejects.toMatchObject({
      code: 'not-carried',
      message: `the copy of the registry at ${url}/ does not carry the record of payroll, which its signed metadata names`,
      remedy: expect.stringContaining('ask the operator of the registry for the address of the whole one'),
    });
    await expect(opened(part).server('internal-postgres')).resolves.toMatchObject({ record: { version: '1.2.0' } });
    await expect(opened(whole).server('payrol')).rejects.toMatchObject({ code: 'E_NOT_APPROVED' });

    const record = (same: ServerRecord): ServerRecord => ({ ...same, version: '1.3.0' });
    const withoutBundle = new Map([...publish({ record }).files].filter(([path]) => !path.startsWith('approvals/')));
    folder = await temporaryFolder();
    await expect(opened(withoutBundle).server('internal-postgres', '1.2.0')).rejects.toMatchObject({
      code: 'not-carried',
      message: expect.stringContaining('the approval of internal-postgres 1.2.0'),
    });
  });
});
