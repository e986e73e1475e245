/** A production registry in which something is wrong with one of two servers, and the other one goes on. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { openSources } from '../../artefacts/open-sources.ts';
import { buildRegistry } from '../../scripts/publish/build.ts';
import { signRegistry } from '../../signer/sign-registry.ts';
import { productionRegistry, type ProductionRegistry } from '../support/production-registry.ts';
import { aPolicy } from '../support/statements.ts';

const start = new Date('2026-12-01T12:00:00Z');
const day = (days: number): Date => new Date(start.getTime() + days * 86_400_000);

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let registry: ProductionRegistry;

beforeAll(async () => {
  registry = await productionRegistry(start);
  const { data_classes: classes } = aPolicy();
  const policy = aPolicy({ data_classes: { ...classes, public: { ...classes.public, valid_for: '30 days' } } });
  await registry.write('policy.yaml', stringify(policy));
  registry.commit(start);
});

// One after the other, in one registry.
test('a commit of the future is not signed until then', async () => {
  await registry.write('servers/other.yaml', registry.otherManifest('1.0.0', "title: 'Merged by a wrong clock'\n"));
  registry.commit(day(2));
  expect(await registry.sign(day(1))).toMatchObject({
    problems: [{ code: 'commit-in-future', file: 'servers/other.yaml' }],
    approved: ['tiny@1.0.0'],
  });
  expect([await registry.host(day(1)), await registry.host(day(1), 'other')]).toEqual(['1.0.0', 'E_NOT_APPROVED']);
  expect(await registry.sign(day(3))).toMatchObject({ problems: [], approved: ['other@1.0.0'] });
});

test('a review that fails for one server leaves the other one signed', async () => {
  await registry.write('servers/tiny.yaml', registry.manifest('1.1.0'));
  await registry.write('servers/other.yaml', registry.otherManifest('1.1.0'));
  expect(await registry.run('lock')).toMatchObject({ status: 0 });
  registry.commit(day(20));
  const sources = await openSources({ npmRegistry: registry.npm.url });
  const npm = sources.registry;
  const result = await signRegistry({
    ...(await registry.prepared(day(20))),
    now: day(20),
    version: '0.1.0',
    openSources: async () => ({
      ...sources,
      registry: {
        ...npm,
        packument: (name) =>
          name === 'other-server' ? Promise.reject(new TypeError('no object')) : npm.packument(name),
      },
    }),
    onFetched: () => undefined,
  });
  expect(result).toMatchObject({
    problems: [{ code: 'review-failed', file: 'servers/other.yaml', message: expect.stringContaining('no object') }],
    approved: ['tiny@1.1.0'],
  });
});

test('a build publishes one server where hosts refuse the other one', async () => {
  // Nobody fixes it before its approval ends.
  await registry.write('servers/other.lock.json', '{');
  registry.commit(day(25));
  await registry.sign(day(33));
  const { problems, servers } = await buildRegistry(await registry.prepared(day(33)), day(33));
  expect(problems).toContainEqual(
    expect.objectContaining({
      code: 'host-refuses',
      file: 'servers/other.yaml',
      severity: 'warning',
      message: expect.stringContaining('hosts refuse other 1.0.0: E_EXPIRED'),
    }),
  );
  expect(servers).toBe(2);
  expect(JSON.parse(await readFile(join(registry.folder, 'dist/servers/tiny.json'), 'utf8')).version).toBe('1.1.0');
});
