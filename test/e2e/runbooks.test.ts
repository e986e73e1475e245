/** The commands of the runbooks as they stand in the files, by people with a KMS, each in a copy of one registry. */
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { statusPath } from '../../core/metadata.ts';
import type { ServerRecord } from '../../schemas/types.ts';
import { MetadataStore } from '../../signer/metadata/metadata-store.ts';
import { publishedMetadata, updateMetadata } from '../../signer/metadata/repository.ts';
import { targetFile } from '../../signer/metadata/role.ts';
import { folderState } from '../../signer/state/folder.ts';
import { serveFiles } from '../support/file-server.ts';
import { aLauncher } from '../support/launchers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { commandsIn, kmsKeys, organisation, serveInstead, yamlIn, type Organisation } from '../support/runbook.ts';
import { aBundle, signingKey } from '../support/statements.ts';
import { tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

const start = new Date('2026-12-28T12:00:00Z');
const day = (days: number): Date => new Date(start.getTime() + days * 86_400_000);

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let tiny: TinyRegistry;
let first: Organisation;
/** What was said at the first ceremony. */
const said: string[] = [];

/** Three people make the root of a registry, as the runbook says. */
async function firstCeremony(here: Organisation, now: Date): Promise<void> {
  const [, propose, sign, publish, exportTrust] = await allOf('first-ceremony.md', 5);
  for (const you of ['alice', 'bob', 'carol']) await makeKey(here, you, now);
  await here.run(propose, now);
  await here.run(sign, now, 'alice');
  said.push(await here.run(sign, now, 'carol'));
  const config = join(here.folder, 'registry.yaml');
  const before = await readFile(config, 'utf8');
  if (!before.includes('keys:')) await writeFile(config, `${before}${await yamlIn('first-ceremony.md')}`);
  here.git(now, 'commit', '--quiet', '--all', '--message', 'the keys');
  said.push(await here.run(publish, now), await here.run(exportTrust, now));
}

/** The blocks of a runbook. A test that leaves one out has to say so. */
async function allOf(runbook: string, count: number): Promise<readonly string[]> {
  const blocks = await commandsIn(runbook);
  expect(blocks).toHaveLength(count);
  return blocks;
}

/** A person makes a key, as in the first ceremony. */
const makeKey = async (here: Organisation, you: string, now: Date): Promise<string> =>
  here.run((await commandsIn('first-ceremony.md'))[0], now, you);

const copied = async (): Promise<Organisation> => organisation(tiny.npm, await temporaryFolder(), first);

/** The first server's record and the status, as they are published. */
async function namedIn({ folder }: Organisation): Promise<Map<string, Uint8Array>> {
  const paths = ['servers/tiny.json', statusPath];
  return new Map(
    await Promise.all(
      paths.map(async (path): Promise<[string, Uint8Array]> => [path, await readFile(join(folder, 'dist', path))]),
    ),
  );
}

/** What a thief publishes who holds both online keys, and has what the signer keeps. */
async function thiefOf(
  here: Organisation,
): Promise<(named: ReadonlyMap<string, Uint8Array>, now: Date, targetsVersion: number) => Promise<void>> {
  const folder = await temporaryFolder();
  await cp(join(here.folder, '.registry/production/metadata'), join(folder, 'metadata'), { recursive: true });
  const store = new MetadataStore(folderState(folder));
  const keys = { snapshot: signingKey(kmsKeys['snapshot']), timestamp: signingKey(kmsKeys['timestamp']) };
  return async (named, now, targetsVersion) => {
    const metadata = join(here.folder, 'dist/metadata');
    for (const file of await readdir(metadata))
      if (/^\d+\.(?:root|targets)\.json$/u.test(file)) await cp(join(metadata, file), join(folder, 'metadata', file));
    const files = new Map([...named].map(([path, bytes]) => [path, targetFile(bytes)]));
    await updateMetadata(store, { named: files, targetsVersion }, keys, now);
    serveInstead(here, await publishedMetadata(store), named);
  };
}

beforeAll(async () => {
  tiny = await tinyRegistry();
  await tiny.write('.gitignore', '.npm/\n.registry/\ndist/\nnpx\n*.p8\nsecret\n');
  first = await organisation(tiny.npm, tiny.folder);
  first.git(day(-30), 'init', '--quiet', '--initial-branch', 'main');
  first.git(day(-30), 'add', '.');
  first.git(day(-30), 'commit', '--quiet', '--message', 'begin');
  await firstCeremony(first, start);
});

test('the first ceremony, of a registry in which a server was merged before', async () => {
  expect(said).toEqual([
    expect.stringContaining('next: nothing'),
    expect.stringMatching(/approved tiny@1\.0\.0(?:.|\n)*a host accepts them/u),
    expect.stringContaining('trust.json trusts mcp.example.com from root 1 on'),
  ]);
  expect(await first.host(start)).toBe('1.0.0');
});

test('rotation: hosts follow from whatever root their trust config has', async () => {
  const here = await copied();
  const [propose, sign, publish, root, targets, holders, online, approval] = await allOf('rotation.md', 8);
  expect(await here.host(start)).toBe('1.0.0');
  await makeKey(here, 'dave', day(1));
  await here.run(`${root}${targets}${holders}${propose}`, day(1));
  for (const you of ['alice', 'bob']) expect(await here.run(sign, day(1), you)).not.toContain('next: nothing');
  expect(await here.run(sign, day(1), 'carol')).toContain('next: nothing');
  await here.run(`${online}${approval}${propose}`, day(2));
  await here.run(sign, day(2), 'carol');
  expect(await here.run(sign, day(2), 'dave')).toContain('next: nothing');
  expect(await here.run('npx registry report', day(2))).toMatch(/the approval key \S+ ends at 2026-12-31T00:00:00Z/u);
  for (const key of ['timestamp', 'approval']) {
    await here.changeAddress(key, `${key}-2`, day(2));
    here.kms.keys.delete(key);
  }
  // The approval key that was retired has ended by now, and what it approved has not.
  expect(await here.run(publish, day(4))).toContain('a host accepts them');
  for (const state of [undefined, await temporaryFolder()]) expect(await here.host(day(4), state)).toBe('1.0.0');
});

test('a launcher: two who packed the same bytes sign them, and hosts find them', async () => {
  const here = await copied();
  const [pack, propose, sign, publish, back, none] = await allOf('launcher.md', 6);
  expect(pack).toContain('npm run pack:host -- --pack-destination /tmp');
  const folder = await temporaryFolder();
  const of = (version: string, text: string | undefined): string | undefined =>
    text?.replaceAll('/tmp/', `${folder}/`).replaceAll('<version>', version);
  for (const version of ['0.2.0', '0.3.0'])
    await writeFile(join(folder, `countersign-${version}.tgz`), aLauncher(version));
  let at = 1;
  const signed = async (): Promise<string> => {
    expect(await here.run(of('', sign), day(at), 'alice')).toContain('1 more of');
    expect(await here.run(of('', sign), day(at), 'bob')).toContain('next: nothing');
    return here.run(publish, day(at++));
  };
  for (const version of ['0.2.0', '0.3.0']) {
    expect(await here.run(of(version, propose), day(at))).toContain(`countersign ${version}, SHA-256 `);
    expect(await signed()).toMatch(new RegExp(`a host accepts them\\ncountersign ${version}, \\d+ bytes`, 'u'));
    expect(await here.launcher(day(at))).toEqual(aLauncher(version));
  }
  expect(await here.run(of('0.2.0', back), day(at))).toContain('trust/launcher/');
  await signed();
  expect(await here.launcher(day(at))).toEqual(aLauncher('0.2.0'));
  await here.run(none, day(at));
  expect(await signed()).toContain('none is published');
  expect(await here.launcher(day(at))).toBeUndefined();
  expect(await here.host(day(at))).toBe('1.0.0');
});

test('a lost key: two replace the third, and a new approval key takes over', async () => {
  const here = await copied();
  const [propose, sign, publish, nextRoot] = await allOf('rotation.md', 8);
  const [replace, , addApproval] = await allOf('lost-key.md', 3);
  here.kms.keys.delete('approval');
  await makeKey(here, 'alice-2', day(1));
  await here.run(`${replace}${addApproval}${propose}`, day(1));
  for (const you of ['bob', 'carol']) await here.run(sign, day(1), you);
  await here.changeAddress('approval', 'approval-2', day(1));
  expect(await here.run(publish, day(1))).toContain('a host accepts them');
  expect(await here.host(day(1))).toBe('1.0.0');
  // The new key of a holder is worth what the lost one was.
  await here.run(`${nextRoot}${propose}`, day(2));
  await here.run(sign, day(2), 'alice-2');
  expect(await here.run(sign, day(2), 'bob')).toContain('next: nothing');
});

test('two lost keys of three: the registry begins again under a new id', async () => {
  const here = await copied();
  const [, beginAgain] = await allOf('lost-key.md', 3);
  const files = ['alice', 'bob', 'carol'].flatMap((name) => [`${name}.p8`, `${name}.pem`]);
  for (const file of [...files, 'trust.json']) await rm(join(here.folder, file));
  await here.run(beginAgain, day(1));
  const config = join(here.folder, 'registry.yaml');
  await writeFile(config, (await readFile(config, 'utf8')).replace(/^id: .*$/mu, 'id: mcp-2.example.com'));
  await firstCeremony(here, day(1));
  expect(said.slice(3)).toEqual([
    expect.stringContaining('next: nothing'),
    expect.stringMatching(/approved tiny@1\.0\.0(?:.|\n)*a host accepts them/u),
    expect.stringContaining('trust.json trusts mcp-2.example.com from root 1 on'),
  ]);
  expect(await here.host(day(1))).toBe('1.0.0');
});

test('a stolen approval key: a host starts what stays valid, and nothing else that the thief signed', async () => {
  const here = await copied();
  const [revoke, sign, publish] = await allOf('stolen-approval-key.md', 3);
  here.kms.keys.delete('approval');
  expect(await here.run(revoke, day(1))).toContain('stays valid: tiny 1.0.0');
  await here.run(sign, day(1), 'alice');
  expect(await here.run(sign, day(1), 'carol')).toContain('next: nothing');
  await here.changeAddress('approval', 'approval-2', day(1));
  expect(await here.run(publish, day(1))).toContain('a host accepts them');
  expect(await here.host(day(1))).toBe('1.0.0');
  expect(await here.revocations(day(1))).toEqual(['The signer was broken into on 3 November.']);
  // The thief holds the online keys too, and signs the approval again, with another word in it.
  const named = await namedIn(here);
  const record = JSON.parse(Buffer.from(named.get('servers/tiny.json') ?? '').toString()) as ServerRecord;
  const statement = JSON.parse(Buffer.from(record.signature.dsseEnvelope.payload, 'base64').toString());
  statement.predicate.server.description = 'Greets the thief.';
  const signature = aBundle(canonicalJson(statement), { key: kmsKeys['approval'] });
  named.set('servers/tiny.json', canonicalJson({ ...record, signature }));
  const publishAsThief = await thiefOf(here);
  await publishAsThief(named, day(1), 2);
  expect(await here.host(day(1))).toBe('E_KEY_REVOKED');
});

test('a stolen online key: hosts come back from what the thief published, however high its version', async () => {
  const here = await copied();
  const [rotate, sign, publish] = await allOf('stolen-online-key.md', 3);
  const named = await namedIn(here);
  const publishAsThief = await thiefOf(here);
  const denial = new Map([...named].filter(([path]) => path === statusPath));
  for (const each of [denial, named, denial]) await publishAsThief(each, day(1), 1);
  expect(await here.host(day(1))).toBe('E_NOT_APPROVED');
  await here.run(rotate, day(1));
  for (const you of ['alice', 'bob']) await here.run(sign, day(1), you);
  for (const key of ['snapshot', 'timestamp']) {
    await here.changeAddress(key, `${key}-2`, day(1));
    here.kms.keys.delete(key);
  }
  await here.run(publish, day(1));
  here.served.clear();
  expect(await here.host(day(1))).toBe('1.0.0');
  await publishAsThief(denial, day(2), 2);
  expect(await here.host(day(2))).toBe('E_THRESHOLD');
});

test('an expired root or targets file: hosts accept the next one, and nobody changes them', async () => {
  const here = await copied();
  const [rotate, sign, publish, renew] = await allOf('expired-root.md', 4);
  expect(await here.host(start)).toBe('1.0.0');
  const reviewed = async (on: string, now: Date): Promise<void> => {
    const file = join(here.folder, 'servers/tiny.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/^reviewed_at: .*$/mu, `reviewed_at: ${on}`));
    here.git(now, 'commit', '--quiet', '--message', 'reviewed again', 'servers');
  };
  // Warned of while there is time, as the first ceremony promises.
  const warned = await here.run('npx registry sign && npx registry build && npx registry report', day(140));
  expect(warned.match(/targets 1 ends at 2027-06-26T12:00:00Z/gu)).toHaveLength(3);
  expect(warned.match(/approvals end soon, or have ended: tiny 1\.0\.0 at 2027-05-27T12:00:00Z/gu)).toHaveLength(2);
  expect(await here.host(day(200))).toBe('E_EXPIRED');
  await here.run(renew, day(200));
  for (const you of ['alice', 'bob']) await here.run(sign, day(200), you);
  await reviewed('2027-06-18', day(200));
  await here.run(publish, day(200));
  expect(await here.host(day(200))).toBe('1.0.0');

  expect(await here.run('npx registry report', day(310))).toContain('root 1 ends at 2027-12-28T12:00:00Z');
  expect(await here.host(day(370))).toBe('E_EXPIRED');
  await here.run(rotate, day(370));
  for (const you of ['bob', 'carol']) await here.run(sign, day(370), you);
  await here.run(publish, day(370));
  for (const state of [undefined, await temporaryFolder()]) expect(await here.host(day(370), state)).toBe('1.0.0');
});

test('publishing: old pages come back while hosts see what is signed now, and a monitor says what ends', async () => {
  const here = await copied();
  const [publish, all, back, forward, watch] = await allOf('publishing.md', 5);
  const bucket = here.kms.createBucket('published');
  const site = await serveFiles();
  site.otherwise = (path, response) => {
    const bytes = bucket.current(`registry/${path}`)?.bytes;
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  };
  const filled = (text: string | undefined, generation = 0): string | undefined =>
    text
      ?.replaceAll('<address>', 's3://<bucket>/<prefix>?region=<region>')
      .replaceAll('<bucket>', 'published')
      .replaceAll('<prefix>', 'registry')
      .replaceAll('<region>', 'eu-central-1')
      .replaceAll('<id>', 'E2QWRUHAPOMQZL')
      .replaceAll('<generation>', String(generation))
      .replaceAll('https://<registry.example.com>', site.url);
  const titled = (): boolean => bucket.current('registry/index.html')?.bytes.toString().includes('Renamed') === true;

  expect(await here.run(filled(publish), start)).toContain('generation 1 is published');
  expect(await here.run(filled(all), start)).toContain('generation 2 is published');
  const config = join(here.folder, 'registry.yaml');
  await writeFile(config, (await readFile(config, 'utf8')).replace(/^name: .*$/mu, 'name: Renamed'));
  here.git(day(0.1), 'commit', '--quiet', '--all', '--message', 'another name');
  expect(await here.run(filled(forward), day(0.1))).toContain('generation 3 is published');
  expect(titled()).toBe(true);

  const answer = await here.run(filled(back, 2), day(0.2));
  expect(answer).toMatch(/ways back +2 of 2026-12-28T12:00:00Z, 1 of 2026-12-28T12:00:00Z/u);
  expect(answer).toContain('generation 4 is published: the pages of generation 2');
  expect(titled()).toBe(false);
  expect(here.kms.invalidations.map(({ reference }) => reference)).toEqual(
    [1, 3, 4].map((generation) => `mcp.example.com-${generation}`),
  );

  const seen = JSON.parse(await here.run(filled(watch), day(0.2)));
  expect(seen).toMatchObject({
    ...{ ok: true, generation: 4, registry: 'mcp.example.com', environment: 'production', servers: 1, revoked: [] },
    ...{ newest: { name: 'tiny', version: '1.0.0' }, problems: [] },
    generations: [{ generation: 4, pagesOf: 2 }, { generation: 3 }, { generation: 2 }, { generation: 1 }],
  });
  expect(seen.endings[0]).toMatchObject({
    what: expect.stringMatching(/^timestamp \d+$/u),
    end: '2026-12-31T14:24:00Z',
  });
  // A day without a timestamp is no loss yet, and the third is one.
  await expect(here.run(filled(watch), day(1.2))).rejects.toThrow(/ended with 1:(?:.|\n)*"code": "ends-soon"/u);
  await expect(here.run(filled(watch), day(3.2))).rejects.toThrow(/ended with 3:(?:.|\n)*E_EXPIRED/u);
});
