/** What maintainers ask of a registry that runs: who uses a package, what is outdated, what is due. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { aPolicy } from '../support/statements.ts';
import { emptyRegistry, tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';
import { tinyPackages } from '../support/tiny-server.ts';

let tiny: TinyRegistry;
beforeAll(async () => {
  tiny = await tinyRegistry();
});

/** No line that a terminal of 80 columns would break. */
const expectNarrow = (text: string): void => expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);

describe('registry who-uses', () => {
  test('names the servers, and what pulls the package in', async () => {
    const { status, stdout } = await tiny.run('who-uses', 'tiny-shout@^1.0.0');
    expect([status, stdout]).toEqual([
      0,
      'tiny-shout@^1.0.0 is used by 1 of 1 servers\n\ntiny: tiny-shout@1.0.0\n  tiny-server@1.0.0 > tiny-shout@1.0.0\n',
    ]);
    expectNarrow(stdout);
  });
  test('says it in JSON', async () => {
    const { stdout } = await tiny.run('who-uses', 'tiny-shout', '--json');
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      ok: true,
      package: 'tiny-shout',
      range: '*',
      searched: 1,
      uses: [{ server: 'tiny', version: '1.0.0', way: ['tiny-server@1.0.0', 'tiny-shout@1.0.0'] }],
      problems: [],
    });
  });
  test.each([
    ['tiny-shuot', 'no server uses tiny-shuot (did you mean tiny-shout?)\n'],
    ['tiny-shout@>=2', 'no server uses tiny-shout@>=2, but tiny-shout@1.0.0\n'],
  ])('says that nobody uses %s', async (wanted, stdout) => {
    expect(await tiny.run('who-uses', wanted)).toMatchObject({ status: 0, stdout });
  });
  test.each(['tiny-shout@', 'tiny-shout@newest', '', '@'])('takes %j for no package', async (wanted) => {
    expect(await tiny.run('who-uses', wanted)).toMatchObject({ status: 2, stdout: '' });
  });
  test('never says that nobody uses what may be in a range that the registry cannot read', async () => {
    const { status, stdout, stderr } = await tiny.run('who-uses', 'tiny-shout@>=1,<2');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(
      'servers/tiny.lock.json: error: tiny-shout@1.0.0 may be in >=1,<2, which npm cannot read [range-not-read]',
    );
    expect(await tiny.run('who-uses', 'tiny-shout>=1,<2')).toMatchObject({
      status: 0,
      stdout: 'no server uses tiny-shout>=1,<2, but tiny-shout@1.0.0\n',
    });
  });
  test('answers in what it can read, and says what it cannot', async () => {
    const other = await tinyRegistry();
    await other.write('servers/broken.yaml', other.manifest('1.0.0', '', 'broken'));
    await other.write('servers/broken.lock.json', '{');
    await other.write('servers/unlocked.yaml', other.manifest('1.0.0', '', 'unlocked'));
    const { status, stdout, stderr } = await other.run('who-uses', 'tiny-shout');
    expect([status, stdout]).toEqual([1, expect.stringContaining('tiny-shout is used by 1 of 1 servers')]);
    expect(stderr).toContain('servers/broken.lock.json: error: the lock is not JSON [lock-unreadable]');
    expect(stderr).toContain('servers/unlocked.yaml: warning: unlocked has no lock');
  });
  test('needs a registry', async () => {
    const { folder, run } = await emptyRegistry();
    await rm(join(folder, 'registry.yaml'));
    expect(await run('who-uses', 'tiny')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no registry.yaml'),
    });
  });
});

const dayMs = 86_400_000;
/** The commands ask the clock; the packages are as old as they need to be. */
const daysAgo = (days: number): string => new Date(Date.now() - days * dayMs).toISOString();

/** The tiny server in 1.0.0, locked, where 1.1.0 was published some days ago. */
async function publishedAgo(days: number, withDates = true): Promise<TinyRegistry> {
  const packages = tinyPackages.map((each) =>
    each.version === '1.1.0' ? { ...each, publishedAt: daysAgo(days) } : each,
  );
  const registry = await emptyRegistry(packages, { withDates });
  await registry.write('servers/tiny.yaml', registry.manifest());
  return registry;
}

describe('registry outdated and update', () => {
  test('offer what is old enough', async () => {
    const old = await publishedAgo(4);
    const { status, stdout } = await old.run('outdated');
    expect([status, stdout]).toEqual([
      0,
      `tiny 1.0.0 → 1.1.0, published ${daysAgo(4).slice(0, 10)}\nof 1 servers from npm, PyPI and container registries, 1 has newer versions\n`,
    ]);
    expect(JSON.parse((await old.run('outdated', 'tiny', '--json')).stdout)).toMatchObject({
      ok: true,
      cooldownDays: 3,
      servers: [{ name: 'tiny', package: 'tiny-server', current: '1.0.0', newest: '1.1.0', cooling: [], undated: [] }],
    });
    expect(await old.run('update', 'tiny')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('tiny: changed, 1.0.0 → 1.1.0'),
    });
  });
  test('wait for what is not, unless they are told the version', async () => {
    const fresh = await publishedAgo(2);
    const { stdout } = await fresh.run('outdated');
    const [from, published] = [daysAgo(-1), daysAgo(2)].map((moment) => moment.slice(0, 10));
    const waiting = `1.1.0 may be adopted from ${from}: published ${published}`;
    expect(stdout).toBe(
      `tiny 1.0.0\n  ${waiting}\nof 1 servers from npm, PyPI and container registries, 1 has newer versions\n`,
    );
    expectNarrow(stdout);
    const before = await readFile(join(fresh.folder, 'servers/tiny.yaml'), 'utf8');
    const update = await fresh.run('update', 'tiny');
    expect([update.status, update.stdout]).toEqual([
      0,
      `tiny stays at 1.0.0\n  ${waiting}\n\`registry update tiny --to 1.1.0\` moves it all the same; the review will say so\n`,
    ]);
    expect(await readFile(join(fresh.folder, 'servers/tiny.yaml'), 'utf8')).toBe(before);
    expect(await fresh.run('update', 'tiny', '--to', '1.1.0')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('tiny: changed, 1.0.0 → 1.1.0'),
    });
  });
  test('offer nothing where nobody says when it was published', async () => {
    const undated = await publishedAgo(4, false);
    expect((await undated.run('outdated')).stdout).toContain(
      '  1.1.0 is not offered: the registry has no date for it\n',
    );
    expect((await undated.run('update', 'tiny')).stdout).toContain('tiny stays at 1.0.0\n');
  });
  test('say what the registry does not answer, beside what it does', async () => {
    const old = await publishedAgo(4);
    await old.write(
      'servers/gone.yaml',
      old.manifest('1.0.0', '', 'gone').replace('npm:tiny-server@', 'npm:gone-server@'),
    );
    const { status, stdout, stderr } = await old.run('outdated');
    expect([status, stdout]).toEqual([1, expect.stringContaining('tiny 1.0.0 → 1.1.0')]);
    expect(stderr).toContain('servers/gone.yaml: error: the npm registry has no gone-server [no-such-package]');
    expect(await old.run('outdated', 'tiny')).toMatchObject({ status: 0 });
    expect(await old.run('outdated', 'tinny')).toMatchObject({ status: 2 });
  });
});

describe('registry report', () => {
  const day = { schemaVersion: 1, asOf: '2026-11-20' };
  const advisory = (version: string): unknown => ({
    id: 'GHSA-aaaa-bbbb-cccc',
    summary: 'It | shouts @everybody.',
    affected: [{ package: { ecosystem: 'npm', name: 'tiny-shout' }, versions: [version] }],
    database_specific: { severity: 'LOW' },
  });
  const lifecycle =
    "lifecycle:\n  - versions: '*'\n    state: deprecated\n    since: 2026-10-01\n    sunset: 2030-01-01\n    reason: Nobody greets.\n";
  let due: TinyRegistry;
  beforeAll(async () => {
    due = await tinyRegistry(lifecycle);
    await due.write('advisories/as-of.json', JSON.stringify(day));
    await due.write('advisories/one.json', JSON.stringify(advisory('1.0.0')));
    const exceptions = [
      {
        rule: 'advisory',
        server: 'tiny',
        artefact: 'npm:tiny-server',
        reason: 'It may shout.',
        owner: 'security@example.com',
        expires: '2026-11-01',
      },
    ];
    await due.write('policy.yaml', stringify(aPolicy({ exceptions }), { aliasDuplicateObjects: false }));
  });

  test('says what is due, and that approvals are not known where none is signed', async () => {
    const { status, stdout } = await due.run('report', '--within', '0');
    expect(status).toBe(0);
    for (const line of [
      '  no approvals are stored here; ask where `registry sign` runs',
      '    every version since 2026-10-01, now at 1.0.0: Nobody greets.',
      '  from folder:advisories, as of 2026-11-20',
      '    tiny-shout@1.0.0 has GHSA-aaaa-bbbb-cccc (low: It | shouts @everybody.);',
      '    advisory in npm:tiny-server, of security@example.com: It may shout.',
    ])
      expect(stdout).toContain(`${line}\n`);
    expectNarrow(stdout);
  });
  test('is Markdown for an issue, and JSON for programs', async () => {
    const { stdout } = await due.run('report', '--markdown');
    expect(stdout).toContain('## Servers with advisories\n');
    expect(stdout).not.toMatch(/[|] shouts|@everybody/u);
    expect(JSON.parse((await due.run('report', '--json', '--within', '9999')).stdout)).toMatchObject({
      ok: true,
      within: 9999,
      accessReviews: [{ server: 'tiny', date: '2027-04-30' }],
      deprecated: [{ server: 'tiny', date: '2030-01-01' }],
      advisories: {
        source: { source: 'folder:advisories', asOf: '2026-11-20', records: 2 },
        servers: [{ server: 'tiny', findings: [{ rule: 'advisory', level: 'review' }] }],
      },
      exceptions: [{ server: 'tiny', date: '2026-11-01' }],
    });
  });
  test('fails where the source of advisories does, and says the rest', async () => {
    const without = await tinyRegistry();
    await rm(join(without.folder, 'advisories'), { recursive: true });
    const { status, stdout, stderr } = await without.run('report');
    expect([status, stdout]).toEqual([1, expect.stringContaining('  not known: the source cannot be read\n')]);
    expect(stderr).toContain('policy.yaml: error: the advisories of folder:advisories fail: ENOENT');
    expect(stderr).toContain('[advisories-unavailable]');
  });
  test('knows the approvals where they are signed', async () => {
    const signed = await tinyRegistry();
    await signed.write('advisories/as-of.json', JSON.stringify(day));
    await signed.write('advisories/one.json', JSON.stringify(advisory('9.9.9')));
    expect(await signed.run('sign')).toMatchObject({ status: 0 });
    const { stdout } = await signed.run('report', '--json', '--within', '180');
    expect(JSON.parse(stdout).approvals).toEqual([
      {
        server: 'tiny',
        date: daysAgo(-180).slice(0, 10),
        days: 180,
        what: expect.stringMatching(/^1\.0\.0 is valid until /u),
      },
    ]);
    expect(JSON.parse((await signed.run('report', '--json')).stdout)).toMatchObject({ ok: true, approvals: [] });
  });
  test.each(['soon', '-1', '1.5', '99999'])('takes --within %s for no number of days', async (within) => {
    expect(await due.run('report', `--within=${within}`)).toMatchObject({ status: 2 });
  });
});
