/** What a host refuses for what it has seen before, and how long it runs on what it keeps. */
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { scopeOf } from '../../host/trust/high-water.ts';
import { ApprovedServers } from '../../host/trust/approved-servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { binOf } from '../../core/metadata.ts';
import type { Refusal } from '../../core/refusal.ts';
import { daysAfter, toSecond } from '../../core/time.ts';
import type { StatusStatement } from '../../schemas/types.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { aTrustConfig, now, publish, serve, type Change } from '../support/published.ts';
import { testKey } from '../support/statements.ts';

let server: FileServer;
let folder: string;
let published = 0;

beforeAll(async () => {
  server = await serveFiles();
});

beforeEach(async () => {
  folder = await temporaryFolder();
  server.silent = false;
  await trusting({ refreshAfterSeconds: 0 });
});

const trusting = (change: Parameters<typeof aTrustConfig>[1]): Promise<void> =>
  writeFile(join(folder, 'trust.json'), JSON.stringify(aTrustConfig(server.url, change)));

const status = (change: Partial<StatusStatement['predicate']>): Change => ({
  status: (statement) => ({ ...statement, predicate: { ...statement.predicate, ...change } }),
});

/** A server that may run so long without the registry, and a timestamp that is valid until then. */
const offline = (offlineHours: number, ends: string): Change => ({
  approval: (s) => ({ ...s, predicate: { ...s.predicate, offlineHours } }),
  metadata: { expires: { timestamp: ends } },
});
const threeDaysAfter = (moment: string): string => toSecond(daysAfter(new Date(moment), 3));

/** Opens the server as one and the same host, whatever it has seen before. */
async function open(at: Date | string = now): Promise<string> {
  const trust = await loadTrust(join(folder, 'trust.json'));
  return new ApprovedServers(trust, join(folder, 'registry'), new Date(at)).server('internal-postgres').then(
    () => 'accepted',
    (error: Refusal) => error.code,
  );
}

/** Publishes with metadata that is newer than all before. */
const publishNext = (change: Change): void => {
  const version = ++published;
  const versions = { snapshot: version, bins: version, timestamp: version };
  serve(server, publish({ ...change, metadata: { ...change.metadata, versions } }));
};

const openServed = (change: Change, at: Date | string = now): Promise<string> => {
  publishNext(change);
  return open(at);
};

const fallSilent = (): void => {
  server.files.clear();
  server.silent = true;
};

describe('a host', () => {
  test('refuses a status older than one that it has seen, and another one under its number', async () => {
    expect(await openServed(status({ sequence: 9 }))).toBe('accepted');
    expect(await openServed(status({ sequence: 9 }))).toBe('accepted');
    expect(await openServed(status({ sequence: 8 }))).toBe('E_ROLLBACK');
    expect(await openServed(status({ sequence: 9, issuedAt: '2026-06-01T11:59:58Z' }))).toBe('E_ROLLBACK');
    expect(await openServed(status({ sequence: 10 }))).toBe('accepted');
  });

  test('refuses a kept status that is older than one it has seen, where the registry is silent', async () => {
    expect(await openServed(status({ sequence: 9 }))).toBe('accepted');
    await writeFile(join(folder, 'registry/seen', `status.${scopeOf([testKey().hint])}.10.${'a'.repeat(64)}`), '');
    fallSilent();
    expect(await open()).toBe('E_ROLLBACK');
  });

  test('runs without the registry as long as the approval allows', async () => {
    expect(await openServed(offline(48, '2026-06-04T12:04:00Z'))).toBe('accepted');
    fallSilent();
    expect(await open('2026-06-01T13:00:00Z')).toBe('accepted');
    expect(await open('2026-06-03T12:00:00Z')).toBe('accepted');
    // The timestamp is valid until the fourth, the status until the eighth.
    expect(await open('2026-06-03T12:00:01Z')).toBe('E_EXPIRED');
  });

  test('does not count an answer that says nothing new as having reached the registry', async () => {
    const change = offline(24, '2026-06-04T11:00:00Z');
    expect(await openServed(change)).toBe('accepted');
    for (const at of ['2026-06-01T20:00:00Z', '2026-06-02T04:00:00Z', '2026-06-02T11:00:00Z'])
      expect(await open(at)).toBe('accepted');
    expect(await open('2026-06-02T11:00:01Z')).toBe('E_EXPIRED');
    expect(await openServed(offline(24, '2026-06-05T11:00:00Z'), '2026-06-02T11:00:01Z')).toBe('accepted');
  });

  test.each([0, 1, 24])(
    'notices nothing of that where the registry signs every six hours, even one time too few, and %i hours are allowed',
    async (hours) => {
      for (const [signed, at] of [
        ['2026-06-01T12:00:00Z', '2026-06-01T12:00:00Z'],
        ['2026-06-01T12:00:00Z', '2026-06-01T17:59:00Z'],
        ['2026-06-01T18:00:00Z', '2026-06-01T18:30:00Z'],
        ['2026-06-01T18:00:00Z', '2026-06-02T05:59:00Z'],
        ['2026-06-02T06:00:00Z', '2026-06-02T06:01:00Z'],
      ] as const)
        expect(await openServed(offline(hours, threeDaysAfter(signed)), at), at).toBe('accepted');
    },
  );

  test('takes the time of an approval for a time that has come, though everything else was signed before', async () => {
    const approvedAt = (at: string): Change => ({
      approval: (s) => ({ ...s, predicate: { ...s.predicate, approvedAt: at } }),
      record: (r) => ({ ...r, versions: r.versions.map((entry) => ({ ...entry, approvedAt: at })) }),
    });
    expect(await openServed(approvedAt('2026-06-01T11:59:00Z'))).toBe('accepted');
    await rm(join(folder, 'registry/metadata'), { recursive: true });
    expect(await openServed({}, '2026-06-01T11:54:00Z')).toBe('accepted');
    expect(await openServed({}, '2026-06-01T11:53:59Z')).toBe('E_CLOCK');
  });

  test('takes the time of a trust config for a time that has come, though another one takes its place', async () => {
    await trusting({ exportedAt: '2026-06-01T11:59:00Z' });
    expect(await openServed({})).toBe('accepted');
    await trusting({ refreshAfterSeconds: 0 });
    await rm(join(folder, 'registry/metadata'), { recursive: true });
    expect(await openServed({}, '2026-06-01T11:54:00Z')).toBe('accepted');
    expect(await openServed({}, '2026-06-01T11:53:59Z')).toBe('E_CLOCK');
  });

  test('runs on a cached status that its trust config calls fresh, even where the approval allows no time offline', async () => {
    await trusting({ refreshAfterSeconds: 7200 });
    expect(await openServed(offline(0, '2026-06-04T12:00:00Z'))).toBe('accepted');
    fallSilent();
    expect(await open('2026-06-01T13:59:59Z')).toBe('accepted');
    expect(await open('2026-06-01T14:00:01Z')).toBe('E_EXPIRED');
  });

  test('asks the registry again where its clock was set back', async () => {
    await trusting({ refreshAfterSeconds: 7200 });
    expect(await openServed(status({ issuedAt: '2026-06-01T11:00:00Z' }))).toBe('accepted');
    expect(await openServed(status({ sequence: 50, issuedAt: '2026-06-01T11:00:00Z' }), '2026-06-01T11:55:01Z')).toBe(
      'accepted',
    );
    fallSilent();
    expect(await open('2026-06-01T11:51:00Z')).toBe('accepted');
    expect(await open('2026-06-01T11:50:00Z')).toBe('E_CLOCK');
  });

  test('takes the time when it asked for the time when it was answered', async () => {
    expect(await openServed({})).toBe('accepted');
    const kept = await readdir(join(folder, 'registry/metadata'));
    const newest = kept.find((name) => name.startsWith(`${published}.timestamp-`)) ?? '';
    expect((await stat(join(folder, 'registry/metadata', newest))).mtime).toEqual(now);
  });

  test.each<[string, (at: string) => Change]>([
    ['a status', (at) => status({ issuedAt: at })],
    [
      'an approval',
      (at) => ({
        approval: (s) => ({ ...s, predicate: { ...s.predicate, approvedAt: at } }),
        record: (r) => ({ ...r, versions: r.versions.map((entry) => ({ ...entry, approvedAt: at })) }),
      }),
    ],
  ])('takes %s from a clock that is five minutes ahead, and no more', async (_, change) => {
    expect(await openServed(change('2026-06-01T12:05:00Z'))).toBe('accepted');
    folder = await temporaryFolder();
    await trusting({});
    expect(await openServed(change('2026-06-01T12:05:01Z'))).toBe('E_CLOCK');
  });

  test.each([
    ['timestamp', 'metadata/timestamp.json'],
    ['targets file', 'metadata/1.targets.json'],
    ["record's bin", `metadata/1.${binOf('servers/internal-postgres.json')}.json`],
  ])('takes a %s that it saw with a signature more for the same', async (_, path) => {
    serve(server, publish());
    const original = Buffer.from(server.files.get(path) as Uint8Array);
    const { signatures, signed } = JSON.parse(original.toString('utf8'));
    const more = [...signatures, { keyid: 'f'.repeat(64), sig: '00' }];
    server.files.set(path, canonicalJson({ signatures: more, signed }));
    expect(await open()).toBe('accepted');
    serve(server, publish());
    await rm(join(folder, 'registry/metadata'), { recursive: true });
    expect(await open()).toBe('accepted');
  });

  test('runs without the registry once its timestamps began again after a stolen key signed a high one', async () => {
    serve(server, publish({ metadata: { versions: { timestamp: 900 } } }));
    expect(await open()).toBe('accepted');
    serve(server, publish({ metadata: { versions: { root: 2 }, keys: { timestamp: [testKey(31)] } } }));
    expect(await open()).toBe('accepted');
    fallSilent();
    expect(await open()).toBe('accepted');
  });

  test('leaves alone what another process is writing', async () => {
    expect(await openServed({})).toBe('accepted');
    const written = join(folder, 'registry/metadata/7.snapshot.json.1234567');
    await writeFile(written, '');
    expect(await openServed({})).toBe('accepted');
    expect((await stat(written)).isFile()).toBe(true);
  });

  test('refreshes where the registry has moved on since', async () => {
    await trusting({ refreshAfterSeconds: 7200 });
    publishNext({});
    await new ApprovedServers(await loadTrust(join(folder, 'trust.json')), join(folder, 'registry'), now).names();
    const moved: Change = { ...status({ sequence: 6 }), record: (record) => ({ ...record, description: 'Another.' }) };
    expect(await openServed(moved)).toBe('accepted');
  });

  test('runs without the registry after a refresh for another server, even where its bin and its record changed since', async () => {
    const files = (text: string): Change => ({
      named: (named) => void named.set('servers/neighbour.json', Buffer.from(text)),
      record: (record) => ({ ...record, description: text }),
    });
    expect(await openServed(files('before'))).toBe('accepted');
    publishNext(files('after'));
    const trust = await loadTrust(join(folder, 'trust.json'));
    await new ApprovedServers(trust, join(folder, 'registry'), now).refresh();
    fallSilent();
    expect(await open()).toBe('accepted');
  });
});
