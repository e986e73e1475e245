import { expect, test } from 'vitest';
import { recordFormat } from '../core/formats.ts';
import { openFormat } from '../core/open-format.ts';
import { checkFormat } from '../core/schema.ts';
import { aManifest, anApproval, anOpenKeyring, signed } from '../test/support/statements.ts';
import type { LifecycleEntry, Manifest } from '../schemas/types.ts';
import { openApprovalFile } from './approval/approvals-store.ts';
import { composeRecord, recordBytes, recordKey } from './record.ts';
import type { OpenedApproval } from '../catalog/published.ts';

const stored = (version: string, sequence: number, change: Partial<Manifest> = {}): OpenedApproval =>
  openApprovalFile(signed(anApproval({ server: aManifest({ version, ...change }), sequence })), anOpenKeyring());

const name = 'internal-postgres';

test('composes a record of its own format, with the bundle of the current version as signature', () => {
  const current = stored('1.2.0', 2, { title: 'Finance warehouse' });
  const older = stored('1.1.0', 1);
  const record = composeRecord({ name, current, versions: [current, older], lifecycle: [] }, current);
  expect(checkFormat(recordFormat, record)).toEqual({ ok: true, value: record });
  const { versions, signature, ...rest } = record;
  expect(rest).toEqual({
    schemaVersion: 1,
    registry: 'mcp.example.com',
    name,
    version: '1.2.0',
    title: 'Finance warehouse',
    description: 'Read-only access to the finance data warehouse.',
    maintainer: 'data-platform@example.com',
    dataClassification: 'confidential',
    artefact: { url: 'npm:@example/mcp-postgres@1.2.0', sha256: '3f9a'.repeat(16) },
  });
  expect(signature).toEqual(JSON.parse(Buffer.from(current.bytes).toString('utf8')));
  expect(versions.map(({ version }) => version)).toEqual(['1.2.0', '1.1.0']);
  expect(versions[0]).toEqual({
    version: '1.2.0',
    revision: 1,
    sequence: 2,
    state: 'active',
    approvedAt: '2026-04-16T09:30:00Z',
    validUntil: '2026-10-13T09:30:00Z',
    bundle: current.digest,
    manifest: 'a'.repeat(64),
    lock: 'b'.repeat(64),
  });
});

test('leaves out the title and the artefact where there are none', () => {
  const { artefact: _, ...server } = aManifest({ remote: { url: 'https://mcp.example.com/v1', transport: 'sse' } });
  const current = openApprovalFile(signed(anApproval({ server })), anOpenKeyring());
  const record = composeRecord({ name, current, versions: [current], lifecycle: [] }, current);
  expect(record).not.toHaveProperty('title');
  expect(record).not.toHaveProperty('artefact');
  expect(checkFormat(recordFormat, record).ok).toBe(true);
});

test('says what became of each version, in the words of the record', () => {
  const versions = ['2.0.0', '1.2.0', '1.1.0', '1.0.0'].map((version, index) => stored(version, 4 - index));
  const [current] = versions;
  if (current === undefined) throw new Error('there are four');
  const lifecycle: LifecycleEntry[] = [
    {
      versions: '<2.0.0',
      state: 'deprecated',
      since: '2026-05-01',
      sunset: '2026-12-31',
      reason: 'A new major version.',
      replaced_by: 'warehouse',
      guide: 'https://docs.example.com/move',
    },
    { versions: '<1.2.0', state: 'withdrawn', since: '2026-05-02', reason: 'Too slow.' },
    { versions: ['1.0.0'], state: 'revoked', since: '2026-05-03', reason: 'Reads too much.', advisory: 'CVE-2026-1' },
  ];
  const record = composeRecord({ name, current, versions, lifecycle }, current);
  expect(record.versions.map(({ state, lifecycle: entry }) => [state, entry])).toEqual([
    ['active', undefined],
    [
      'deprecated',
      {
        since: '2026-05-01',
        reason: 'A new major version.',
        sunset: '2026-12-31',
        replacedBy: 'warehouse',
        guide: 'https://docs.example.com/move',
      },
    ],
    ['withdrawn', { since: '2026-05-02', reason: 'Too slow.' }],
    ['revoked', { since: '2026-05-03', reason: 'Reads too much.', advisory: 'CVE-2026-1' }],
  ]);
  expect(checkFormat(recordFormat, record).ok).toBe(true);
});

test('takes the lifecycle from the tip, not from what was approved', () => {
  const lifecycle: LifecycleEntry[] = [{ versions: '*', state: 'revoked', since: '2026-05-01', reason: 'x' }];
  const current = stored('1.2.0', 1, { lifecycle });
  expect(composeRecord({ name, current, versions: [current], lifecycle: [] }, current).versions[0]?.state).toBe(
    'active',
  );
});

test('is written in canonical JSON that is of its format', () => {
  const current = stored('1.2.0', 1);
  const bytes = recordBytes({ name, current, versions: [current], lifecycle: [] }, current);
  expect(openFormat(recordFormat, bytes, name).name).toBe(name);
});

test('has another key where anything of it is another', () => {
  const [current, older] = [stored('1.2.0', 2), stored('1.1.0', 1)];
  const revoked: LifecycleEntry[] = [{ versions: '1.1.0', state: 'revoked', since: '2026-05-01', reason: 'x' }];
  const keys = [
    recordKey({ name, current, versions: [current], lifecycle: [] }),
    recordKey({ name, current, versions: [current, older], lifecycle: [] }),
    recordKey({ name, current, versions: [current, older], lifecycle: revoked }),
    recordKey({ name, current: older, versions: [current, older], lifecycle: revoked }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(recordKey({ name, current, versions: [current], lifecycle: [] })).toBe(keys[0]);
});
