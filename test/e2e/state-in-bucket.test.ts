/** A production registry whose signer keeps everything that it signed in a bucket. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openState } from '../../signer/state/open-state.ts';
import { startAws } from '../fakes/aws/server.ts';
import { productionRegistry } from '../support/production-registry.ts';

const start = new Date('2026-12-01T12:00:00Z');
const day = (days: number): Date => new Date(start.getTime() + days * 86_400_000);

test('signs, renews and revokes, and leaves nothing on its own disk', { timeout: 240_000 }, async (its) => {
  const aws = await startAws();
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  its.onTestFinished(() => void vi.unstubAllEnvs());
  const bucket = aws.createBucket('countersign', { versioning: true, onlyConditionalWrites: true });
  const registry = await productionRegistry(start, await openState('s3://countersign/registry', start));

  expect((await registry.sign(start)).approved).toEqual(['other@1.0.0', 'tiny@1.0.0']);
  expect(await registry.host(start)).toBe('1.0.0');
  const folders = new Set(bucket.keys().map((key) => key.split('/').slice(0, 2).join('/')));
  expect([...folders]).toEqual([
    'registry/approvals',
    'registry/index',
    'registry/metadata',
    'registry/status.json',
    'registry/subjects',
    'registry/summaries',
  ]);

  await registry.write(
    'servers/tiny.yaml',
    registry.manifest(
      '1.0.0',
      'lifecycle: [{ versions: 1.0.0, state: revoked, since: 2026-12-02, reason: Broken. }]\n',
    ),
  );
  registry.commit(day(1));
  expect(await registry.sign(day(1))).toMatchObject({ approved: [], statusSigned: true });
  expect(await registry.host(day(1))).toBe('E_REVOKED');
  expect(await registry.host(day(1), 'other')).toBe('1.0.0');
  // Signed where it is, it is not signed again.
  expect(await registry.sign(day(1.01))).toMatchObject({ approved: [], statusSigned: false, metadataSigned: 0 });

  await expect(readdir(join(registry.folder, '.registry/production'))).rejects.toMatchObject({ code: 'ENOENT' });
});
