/** What a host refuses, each beside the control that differs by the one thing alone: the unchanged registry is accepted. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ApprovedServers } from '../../host/trust/approved-servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { LifecycleState, ServerRecord, StatusStatement, TrustConfig } from '../../schemas/types.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { aTrustConfig, now, publish, serve, type Change } from '../support/published.ts';
import { approvalKey, npmClosure, testKey } from '../support/statements.ts';

let server: FileServer;
beforeAll(async () => {
  server = await serveFiles();
});

/** Opens the server as a host that has seen nothing yet. Gives the refusal's code, or `accepted`. */
async function outcome(change: Change, config: Partial<TrustConfig> = {}, at = now): Promise<string> {
  const published = publish(change);
  serve(server, published);
  const folder = await temporaryFolder();
  const trustFile = join(folder, 'trust.json');
  await writeFile(trustFile, JSON.stringify(aTrustConfig(server.url, config)));
  return new ApprovedServers(await loadTrust(trustFile), join(folder, 'registry'), at).server('internal-postgres').then(
    () => 'accepted',
    (error: Refusal) => {
      expect(error.name, String(error)).toBe('Refusal');
      expect(error.remedy).not.toBe('');
      return error.code;
    },
  );
}

const flip = (text: string, at: number): string => {
  const character = text[at] === 'A' ? 'B' : 'A';
  return text.slice(0, at) + character + text.slice(at + 1);
};

/** The bundle with one field of its JSON changed. */
const bundleWith =
  (edit: (bundle: ServerRecord['signature']) => void) =>
  (bytes: Uint8Array): Uint8Array => {
    const bundle = JSON.parse(Buffer.from(bytes).toString('utf8')) as ServerRecord['signature'];
    edit(bundle);
    return Buffer.from(JSON.stringify(bundle));
  };

const version = (change: Partial<ServerRecord['versions'][number]>) => (record: ServerRecord) => ({
  ...record,
  versions: record.versions.map((entry) => ({ ...entry, ...change })),
});

const revoked = (
  versions: string | string[],
  state: Extract<LifecycleState, 'revoked' | 'withdrawn'> = 'revoked',
): Change => ({
  status: (status) => ({
    ...status,
    predicate: {
      ...status.predicate,
      revoked: [{ name: 'internal-postgres', versions, state, since: '2026-05-20', reason: 'leaks rows' }],
    },
  }),
});

describe('a host', () => {
  test('accepts the unchanged registry', async () => {
    expect(await outcome({})).toBe('accepted');
  });

  test.each<[string, string, Change, Partial<TrustConfig>?, string?]>([
    [
      'a flipped signature',
      'E_SIGNATURE',
      { bundle: bundleWith((b) => (b.dsseEnvelope.signatures[0]!.sig = flip(b.dsseEnvelope.signatures[0]!.sig, 20))) },
    ],
    [
      'a flipped payload',
      'E_SIGNATURE',
      { bundle: bundleWith((b) => (b.dsseEnvelope.payload = flip(b.dsseEnvelope.payload, 100))) },
    ],
    [
      'a flipped hint',
      'E_KEY',
      {
        bundle: bundleWith(
          (b) => (b.verificationMaterial.publicKey.hint = flip(b.verificationMaterial.publicKey.hint, 3)),
        ),
      },
    ],
    ['an approval by a key outside the keyring', 'E_KEY', { approvalKey: testKey(2) }],
    ['a status by a key outside the keyring', 'E_KEY', { statusKey: testKey(2) }],
    [
      "another server's approval under this name",
      'E_NAME',
      { approval: (s) => ({ ...s, predicate: { ...s.predicate, server: { ...s.predicate.server, name: 'other' } } }) },
    ],
    [
      "another version's approval under this one",
      'E_VERSION',
      {
        approval: (s) => ({ ...s, predicate: { ...s.predicate, server: { ...s.predicate.server, version: '1.3.0' } } }),
      },
    ],
    [
      "another registry's approval",
      'E_REGISTRY',
      { approval: (s) => ({ ...s, predicate: { ...s.predicate, registry: 'mcp.other.com' } }) },
    ],
    [
      "another registry's status",
      'E_REGISTRY',
      { status: (s) => ({ ...s, predicate: { ...s.predicate, registry: 'mcp.other.com' } }) },
    ],
    ["another registry's record", 'E_REGISTRY', { record: (r) => ({ ...r, registry: 'mcp.other.com' }) }],
    ["another server's record under this name", 'E_NAME', { record: (r) => ({ ...r, name: 'other' }) }],
    [
      'a development approval under a production trust config',
      'E_ENVIRONMENT',
      { approval: (s) => ({ ...s, predicate: { ...s.predicate, environment: 'development' } }) },
    ],
    [
      'a development status under a production trust config',
      'E_ENVIRONMENT',
      { status: (s) => ({ ...s, predicate: { ...s.predicate, environment: 'development' } }) },
    ],
    [
      'a status in place of an approval',
      'E_PREDICATE',
      { approval: (s) => ({ ...s, predicateType: 'urn:countersign:status:v1' }) },
    ],
    [
      'an approval in place of the status',
      'E_PREDICATE',
      { status: (s) => ({ ...s, predicateType: 'urn:countersign:approval:v1' }) },
    ],
    [
      'an approval without the lock as subject',
      'E_SUBJECT',
      { approval: (s) => ({ ...s, subject: s.subject.filter(({ name }) => !name.endsWith('.lock.json')) }) },
    ],
    [
      'an approval with two locks as subjects',
      'E_SUBJECT',
      { approval: (s) => ({ ...s, subject: [...s.subject.slice(1), s.subject[2]] }) },
    ],
    [
      'an artefact subject of another digest',
      'E_SUBJECT',
      {
        approval: (s) => ({
          ...s,
          subject: [{ ...s.subject[0], digest: { sha256: '0'.repeat(64) } }, ...s.subject.slice(1)],
        }),
      },
    ],
    [
      'an artefact subject of another name',
      'E_SUBJECT',
      {
        approval: (s) => ({
          ...s,
          subject: [{ ...s.subject[0], name: 'pkg:npm/left-pad@1.0.0' }, ...s.subject.slice(1)],
        }),
      },
    ],
    [
      'an artefact whose address names no exact artefact',
      'E_SUBJECT',
      {
        approval: (s) => ({
          ...s,
          predicate: {
            ...s.predicate,
            server: { ...s.predicate.server, artefact: { ...s.predicate.server.artefact, url: 'npm:x@latest' } },
          },
        }),
      },
    ],
    ['a record that shows another lock', 'E_SUBJECT', { record: version({ lock: '0'.repeat(64) }) }],
    ['a record that shows another manifest', 'E_SUBJECT', { record: version({ manifest: '0'.repeat(64) }) }],
    ['a record that shows a longer validity', 'E_SUBJECT', { record: version({ validUntil: '2030-01-01T00:00:00Z' }) }],
    ['a record that shows another revision', 'E_SUBJECT', { record: version({ revision: 9 }) }],
    [
      'a record that shows another time of approval',
      'E_SUBJECT',
      { record: version({ approvedAt: '2026-04-30T00:00:00Z' }) },
    ],
    ['a record that shows another sequence', 'E_SUBJECT', { record: version({ sequence: 9 }) }],
    ['a record that shows the digest of another bundle', 'E_DIGEST', { record: version({ bundle: '0'.repeat(64) }) }],
    ['a lock with one byte more', 'E_DIGEST', { lockBytes: (bytes) => Buffer.concat([bytes, Buffer.from(' ')]) }],
    ['an approved lock of another server', 'E_LOCK', { lock: (lock) => ({ ...lock, name: 'other' }) }],
    ['an approved lock of another version', 'E_LOCK', { lock: (lock) => ({ ...lock, version: '9.9.9' }) }],
    [
      'an approved lock whose root is not the artefact',
      'E_LOCK',
      { lock: (lock) => ({ ...lock, closure: { ...npmClosure(lock), root: 'node_modules/zod' } }) },
    ],
    [
      'an approved lock with a package outside node_modules',
      'E_LOCK',
      {
        lock: (lock) => ({
          ...lock,
          closure: {
            ...npmClosure(lock),
            packages: {
              ...npmClosure(lock).packages,
              'node_modules/../../x': npmClosure(lock).packages['node_modules/zod']!,
            },
          },
        }),
      },
    ],
    [
      'an approved lock with a package that has no integrity',
      'E_FORMAT',
      {
        lock: (lock) => ({
          ...lock,
          closure: {
            ...npmClosure(lock),
            packages: {
              ...npmClosure(lock).packages,
              'node_modules/zod': { name: 'zod', version: '4.1.5', tree: '0'.repeat(64) } as never,
            },
          },
        }),
      },
    ],
    ['a version that is revoked by range', 'E_REVOKED', revoked('<2.0.0')],
    ['a version that is revoked by name', 'E_REVOKED', revoked(['1.2.0'])],
    ['a version that is withdrawn', 'E_REVOKED', revoked('*', 'withdrawn')],
    [
      'an approval below the oldest that may run',
      'E_REVOKED',
      {
        status: (s) => ({
          ...s,
          predicate: { ...s.predicate, oldest: [{ name: 'internal-postgres', version: '1.3.0', sequence: 4 }] },
        }),
      },
    ],
    [
      'a deprecated version past its sunset',
      'E_SUNSET',
      {
        record: version({
          state: 'deprecated',
          lifecycle: { since: '2026-01-01', sunset: '2026-06-01', reason: 'too old' },
        }),
      },
    ],
    ['a server for other groups', 'E_AUDIENCE', { manifest: { audience: ['finance'] } }, { groups: ['sales'] }],
    [
      'an expired approval',
      'E_EXPIRED',
      {
        approval: (s) => ({ ...s, predicate: { ...s.predicate, validUntil: '2026-06-01T12:00:00Z' } }),
        record: version({ validUntil: '2026-06-01T12:00:00Z' }),
      },
    ],
    ['an expired status', 'E_EXPIRED', {}, {}, '2026-06-08T00:00:00Z'],
    [
      'an approval from before its key counts',
      'E_KEY_WINDOW',
      { keyring: { keys: [approvalKey(testKey(), { validFrom: '2026-05-02T00:00:00Z' })] } },
    ],
    [
      'a status from after its key counts',
      'E_KEY_WINDOW',
      { keyring: { keys: [approvalKey(testKey(), { validUntil: '2026-06-01T00:00:00Z' })] } },
    ],
    [
      'an approval of an unknown schema version',
      'E_SCHEMA_VERSION',
      { approval: (s) => ({ ...s, predicate: { ...s.predicate, schemaVersion: 2 } }) },
    ],
    ['a record of an unknown schema version', 'E_SCHEMA_VERSION', { record: (r) => ({ ...r, schemaVersion: 2 }) }],
    [
      'a status of an unknown schema version',
      'E_SCHEMA_VERSION',
      { status: (s) => ({ ...s, predicate: { ...s.predicate, schemaVersion: 2 } }) },
    ],
    [
      'a lock of an unknown schema version',
      'E_SCHEMA_VERSION',
      { lock: (lock) => ({ ...lock, schemaVersion: 2 }) as never },
    ],
    [
      'an approval with an unknown field',
      'E_FORMAT',
      { approval: (s) => ({ ...s, predicate: { ...s.predicate, extra: true } }) },
    ],
    ['a record with an unknown field', 'E_FORMAT', { record: (r) => ({ ...r, extra: true }) }],
    [
      'a server that no bin names',
      'E_NOT_APPROVED',
      { named: (files) => void files.delete('servers/internal-postgres.json') },
    ],
    [
      'a remote endpoint with the lock of a package',
      'E_LOCK',
      {
        approval: ({ predicate: { server: manifest, ...predicate }, ...s }) => ({
          ...s,
          subject: s.subject.slice(1),
          predicate: {
            ...predicate,
            server: { ...manifest, artefact: undefined, remote: { url: 'https://mcp.example.com', transport: 'sse' } },
          },
        }),
      },
    ],
  ])('refuses %s with %s', async (_, code, change, config = {}, at) => {
    expect(await outcome(change, config, at === undefined ? now : new Date(at))).toBe(code);
  });

  test('accepts what the refused only nearly are', async () => {
    expect(await outcome(revoked('<1.2.0'))).toBe('accepted');
    const saying: Partial<StatusStatement['predicate']>[] = [
      { revoked: [{ name: 'other', versions: '*', state: 'revoked', since: '2026-05-20', reason: 'leaks rows' }] },
      { oldest: [{ name: 'other', version: '9.0.0', sequence: 99 }] },
      { oldest: [{ name: 'internal-postgres', version: '1.2.0', sequence: 3 }] },
    ];
    for (const says of saying)
      expect(await outcome({ status: (s) => ({ ...s, predicate: { ...s.predicate, ...says } }) })).toBe('accepted');
    expect(await outcome({ manifest: { audience: ['finance'] } }, { groups: ['sales', 'finance'] })).toBe('accepted');
    const newer = { metadata: { expires: { timestamp: '2026-06-10T00:00:00Z' } } };
    expect(await outcome(newer, {}, new Date('2026-06-07T23:59:59Z'))).toBe('accepted');
    expect(await outcome(newer, {}, new Date('2026-06-08T00:00:00Z'))).toBe('E_EXPIRED');
    const late = version({
      state: 'deprecated',
      lifecycle: { since: '2026-01-01', sunset: '2026-06-02', reason: 'old' },
    });
    expect(await outcome({ record: late })).toBe('accepted');
  });
});
