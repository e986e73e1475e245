/**
 * Two clients, one repository: whatever a host takes, tuf-js takes too. Where tuf-js takes what a host refuses, the table
 * says why we are stricter.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Updater } from 'tuf-js';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { metadataKey, binOf, statusPath } from '../../core/metadata.ts';
import { Failure } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { recordPath } from '../../core/statement.ts';
import { ApprovedServers } from '../../host/trust/approved-servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import type { BinRole, RootRole, SnapshotRole, TargetsRole, TimestampRole } from '../../schemas/types.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { keyId, roleKeys, type MetadataChange, type RoleKeys } from '../support/metadata.ts';
import { aTrustConfig, now, publish, serve } from '../support/published.ts';
import { testKey } from '../support/statements.ts';

const name = 'internal-postgres';
const path = recordPath(name);
const recordBin = binOf(path);

let server: FileServer;
beforeAll(async () => {
  server = await serveFiles();
});
// tuf-js asks the clock itself.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What one repository is made of, and what is done to its files afterwards. */
interface Published extends MetadataChange {
  readonly files?: (files: FileServer['files']) => void;
}

function put({ files, ...metadata }: Published): void {
  serve(server, publish({ metadata }));
  // Every root so far is published.
  if ((metadata.versions?.root ?? 1) > 1)
    server.files.set('metadata/1.root.json', canonicalJson(aTrustConfig(server.url).root));
  files?.(server.files);
}

/** A host and a tuf-js that see the same repositories, one after the other. Gives what the last of them came to. */
async function outcomes(seen: readonly Published[]): Promise<[ours: string, theirs: string]> {
  const folder = await temporaryFolder();
  const trustFile = join(folder, 'trust.json');
  const config = aTrustConfig(server.url);
  await writeFile(trustFile, JSON.stringify(config));
  const trust = await loadTrust(trustFile);
  const metadataDir = join(folder, 'tuf-js');
  await mkdir(metadataDir);
  await writeFile(join(metadataDir, 'root.json'), JSON.stringify(config.root));

  let last: [string, string] = ['', ''];
  for (const each of seen) {
    put(each);
    const ours = await new ApprovedServers(trust, join(folder, 'ours'), now)
      .refresh()
      .then(() => new ApprovedServers(trust, join(folder, 'ours'), now).server(name))
      .then(
        () => 'accepted',
        (error: unknown) => {
          if (error instanceof Refusal || error instanceof Failure) return error.code;
          throw error;
        },
      );
    const theirs = await acceptsTufJs(metadataDir).then(
      (found) => (found ? 'accepted' : 'refused'),
      () => 'refused',
    );
    last = [ours, theirs];
  }
  return last;
}

/** Whether tuf-js finds and fetches what a host reads. */
async function acceptsTufJs(metadataDir: string): Promise<boolean> {
  const updater = new Updater({
    metadataDir,
    metadataBaseUrl: `${server.url}/metadata`,
    targetDir: metadataDir,
    targetBaseUrl: `${server.url}/targets`,
    config: { fetchRetry: 0 },
  });
  await updater.refresh();
  for (const [index, wanted] of ['trust/keyring.json', statusPath, path].entries()) {
    const target = await updater.getTargetInfo(wanted);
    if (target === undefined) return false;
    await updater.downloadTarget(target, join(metadataDir, `target-${index}`));
  }
  return true;
}

const [one, two, three] = [testKey(31), testKey(32), testKey(33)];
const stranger = testKey(99);
const past = '2026-05-31T00:00:00Z';
const versions = (root: number, others: number): MetadataChange['versions'] => ({
  root,
  targets: others,
  snapshot: others,
  bins: others,
  timestamp: others,
});
/** Everything is at this version, but for what is named. */
const at = (version: number, but: MetadataChange['versions'] = {}): Published => ({
  versions: { ...versions(1, version), ...but },
});
const delivers = (file: string, bytes: (original: Buffer) => Uint8Array) => (files: FileServer['files']) =>
  void files.set(file, bytes(Buffer.from(files.get(file) as Uint8Array)));
const lacks = (file: string): Published => ({ files: (files) => void files.delete(file) });
const json = (bytes: Buffer): { signatures: { keyid: string; sig: string }[]; signed: object } =>
  JSON.parse(bytes.toString('utf8'));

/** One key under its own id and another, and its signature under both. */
function underTwoIds(): Published {
  const [key] = roleKeys.targets;
  if (key === undefined) throw new Error('the targets role has keys');
  const twin = 'a'.repeat(64);
  const root = (role: RootRole): RootRole => ({
    ...role,
    keys: { ...role.keys, [twin]: metadataKey(key.spki) },
    roles: { ...role.roles, targets: { keyids: [keyId(metadataKey(key.spki)), twin], threshold: 2 } },
  });
  return {
    versions: { root: 2 },
    root: (role) => (role.version === 2 ? root(role) : role),
    signers: { targets: [key] },
    files: delivers('metadata/1.targets.json', (bytes) => {
      const { signatures: made, signed } = json(bytes);
      const both = [...made, { keyid: twin, sig: made[0]?.sig ?? '' }].sort((a, b) => (a.keyid < b.keyid ? -1 : 1));
      return canonicalJson({ signatures: both, signed });
    }),
  };
}

const swapped: Partial<RoleKeys> = { timestamp: [one], snapshot: [two], bins: [two], targets: [one, two, three] };

type Row = [title: string, seen: readonly Published[], ours: string, theirs: string, stricter?: string];

const wellFormed: readonly Row[] = [
  ['the registry as it is', [{}], 'accepted', 'accepted'],
  ['the same twice', [{}, {}], 'accepted', 'accepted'],
  ['higher versions of all', [at(1), at(2)], 'accepted', 'accepted'],
  ['versions that jump', [at(1), at(1000)], 'accepted', 'accepted'],
  ['a new root', [{}, { versions: { root: 2 } }], 'accepted', 'accepted'],
  [
    'a new root with other keys, signed by both',
    [{ versions: { root: 2 }, keys: { root: [one, two, three] }, signers: { root: [...roleKeys.root, one, two] } }],
    'accepted',
    'accepted',
  ],
  ['other keys of all roles below the root', [at(3), { ...at(4, { root: 2 }), keys: swapped }], 'accepted', 'accepted'],
  [
    'a timestamp that begins again under another key',
    [at(1, { timestamp: 900 }), { versions: { root: 2 }, keys: { timestamp: [one] } }],
    'accepted',
    'accepted',
  ],
  [
    'online roles that begin again under other keys',
    [
      at(900, { targets: 1 }),
      { versions: { root: 2, targets: 2 }, keys: { timestamp: [one], snapshot: [two], bins: [two] } },
    ],
    'accepted',
    'accepted',
  ],
];

const attacked: readonly Row[] = [
  ...(['root', 'targets', 'snapshot', 'bins', 'timestamp'] as const).map((role): Row => [
    `an expired role: ${role}`,
    [{ versions: { root: 2 }, expires: { [role]: past } }],
    'E_EXPIRED',
    'refused',
  ]),
  ...(['targets', 'snapshot', 'bins', 'timestamp'] as const).map((role): Row => [
    `a role signed by a stranger: ${role}`,
    [{ signers: { [role]: [stranger] } }],
    'E_THRESHOLD',
    'refused',
  ]),
  [
    'a new root signed by its own keys alone',
    [{ versions: { root: 2 }, keys: { root: [one, two, three] } }],
    'E_THRESHOLD',
    'refused',
  ],
  [
    'a new root signed by the old keys alone',
    [{ versions: { root: 2 }, keys: { root: [one, two, three] }, signers: { root: roleKeys.root } }],
    'E_THRESHOLD',
    'refused',
  ],
  [
    'a new root signed by one',
    [{ versions: { root: 2 }, signers: { root: roleKeys.root.slice(0, 1) } }],
    'E_THRESHOLD',
    'refused',
  ],
  ['a targets file signed by one', [{ signers: { targets: roleKeys.targets.slice(0, 1) } }], 'E_THRESHOLD', 'refused'],
  ['a targets file signed twice by one', [{ signers: { targets: [testKey(14), testKey(14)] } }], 'E_FORMAT', 'refused'],
  ['a key that counts twice under two ids', [underTwoIds()], 'E_KEY', 'accepted', 'an id is that of its key'],
  ...(['root', 'targets', 'snapshot', 'bins', 'timestamp'] as const).map((role): Row => [
    `a role whose signatures are of something else: ${role}`,
    [
      {
        versions: { root: 2 },
        files: (files) => {
          const file = {
            root: '2.root',
            targets: '1.targets',
            snapshot: '1.snapshot',
            bins: `1.${recordBin}`,
            timestamp: 'timestamp',
          }[role];
          delivers(`metadata/${file}.json`, (bytes) => {
            const { signatures: made, signed } = json(bytes);
            return canonicalJson({ signatures: made, signed: { ...signed, expires: '2026-12-31T00:00:00Z' } });
          })(files);
        },
      },
    ],
    role === 'snapshot' ? 'E_DIGEST' : 'E_SIGNATURE',
    'refused',
  ]),
  ['a root that skips a version', [lacksSecondRoot()], 'E_VERSION', 'refused'],
  ['a root of the version before', [oldRootAsNew()], 'E_VERSION', 'refused'],
  [
    'a snapshot of another version than its name',
    [{ snapshot: (role: SnapshotRole) => ({ ...role, version: 2 }) }],
    'E_VERSION',
    'refused',
  ],
  [
    'a targets file of another version than its name',
    [{ targets: (role: TargetsRole) => ({ ...role, version: 2 }) }],
    'E_VERSION',
    'refused',
  ],
  [
    'a bin of another version than its name',
    [{ bin: (role: BinRole) => ({ ...role, version: 2 }) }],
    'E_VERSION',
    'refused',
  ],
  ['an older timestamp', [at(5), at(5, { timestamp: 4 })], 'E_ROLLBACK', 'refused'],
  ['an older snapshot', [at(5), at(5, { timestamp: 6, snapshot: 4 })], 'E_ROLLBACK', 'refused'],
  ['an older targets file', [at(5), at(6, { targets: 4 })], 'E_ROLLBACK', 'refused'],
  ['an older bin', [at(5), at(6, { bins: 4 })], 'E_ROLLBACK', 'refused'],
  [
    'a snapshot that names a bin no more',
    [
      at(5),
      {
        ...at(6),
        snapshot: ({ meta, ...role }: SnapshotRole) => ({
          ...role,
          meta: Object.fromEntries(Object.entries(meta).filter(([file]) => file !== `${recordBin}.json`)),
        }),
      },
    ],
    'E_ROLLBACK',
    'refused',
  ],
  [
    'another timestamp under the same number',
    [at(5), at(5, { snapshot: 6 })],
    'E_ROLLBACK',
    'accepted',
    'tuf-js goes on with the one that it has; two states under one number are a fault that somebody should be told of',
  ],
  ['no timestamp', [lacks('metadata/timestamp.json')], 'http-status', 'refused'],
  ['no snapshot', [lacks('metadata/1.snapshot.json')], 'http-status', 'refused'],
  ['no targets file', [lacks('metadata/1.targets.json')], 'http-status', 'refused'],
  ['no bin', [lacks(`metadata/1.${recordBin}.json`)], 'http-status', 'refused'],
  [
    'a timestamp of a snapshot with another digest',
    [withSnapshotEntry({ hashes: { sha256: '0'.repeat(64) } })],
    'E_DIGEST',
    'refused',
  ],
  ['a timestamp of a shorter snapshot', [withSnapshotEntry({ length: 10 })], 'E_TOO_LARGE', 'refused'],
  [
    'a root without consistent snapshots',
    [
      {
        versions: { root: 2 },
        root: (role: RootRole) => (role.version === 2 ? { ...role, consistent_snapshot: false } : role),
      },
    ],
    'E_FORMAT',
    'refused',
  ],
];

const stricter: readonly Row[] = [
  [
    'a timestamp with an unknown field',
    [{ timestamp: (role) => ({ ...role, more: 1 }) }],
    'E_FORMAT',
    'accepted',
    'there is one format, and what is not in it is not understood',
  ],
  [
    'a timestamp that is laid out for people',
    [{ files: delivers('metadata/timestamp.json', (bytes) => Buffer.from(JSON.stringify(json(bytes), null, 2))) }],
    'E_FORMAT',
    'accepted',
    'signatures cover what is said: there is one way to write it',
  ],
  [
    'a timestamp that says the length and digest of no snapshot',
    [withSnapshotEntry({ length: undefined, hashes: undefined })],
    'E_FORMAT',
    'accepted',
    'the snapshot is known before its signature is looked at',
  ],
  [
    'a targets file that names a second file',
    [
      {
        targets: (role: TargetsRole) => ({
          ...role,
          targets: { ...role.targets, 'servers/x.json': role.targets['trust/keyring.json'] },
        }),
      },
    ],
    'E_FORMAT',
    'accepted',
    'the offline keys sign for the keyring alone',
  ],
  [
    'a bin that names a path of another bin',
    [
      {
        bin: (role: BinRole, bin) =>
          bin === recordBin
            ? {
                ...role,
                targets: { ...role.targets, 'servers/memory.json': { length: 1, hashes: { sha256: '0'.repeat(64) } } },
              }
            : role,
      },
    ],
    'E_DELEGATION',
    'accepted',
    'tuf-js passes over the path; who signs for what he may not is not believed',
  ],
  [
    'a bin that says that it is another one',
    [{ bin: (role: BinRole) => ({ ...role, name: 'bin-00' }) }],
    'E_NAME',
    'accepted',
    'no bin can be served in place of another',
  ],
  [
    'signatures with the higher of the two values of s',
    [{ files: delivers('metadata/timestamp.json', withHighS) }],
    'E_SIGNATURE',
    'accepted',
    'a signature has one form',
  ],
  [
    'a later version of the specification',
    [{ timestamp: (role: TimestampRole) => ({ ...role, spec_version: '1.1.0' }) }],
    'E_FORMAT',
    'accepted',
    'what it may mean is not known yet',
  ],
];

function lacksSecondRoot(): Published {
  return {
    versions: { root: 3 },
    files: (files) => {
      files.set('metadata/2.root.json', files.get('metadata/3.root.json') as Uint8Array);
    },
  };
}

function oldRootAsNew(): Published {
  return { files: (files) => void files.set('metadata/2.root.json', files.get('metadata/1.root.json') as Uint8Array) };
}

function withSnapshotEntry(change: object): Published {
  return {
    timestamp: (role) => ({
      ...role,
      meta: { 'snapshot.json': JSON.parse(JSON.stringify({ ...role.meta['snapshot.json'], ...change })) },
    }),
  };
}

function withHighS(bytes: Buffer): Uint8Array {
  const { signatures: made, signed } = json(bytes);
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const der = Buffer.from(made[0]?.sig ?? '', 'hex');
  const rEnd = 4 + (der[3] ?? 0);
  const s = order - BigInt(`0x${der.subarray(rEnd + 2).toString('hex')}`);
  const body = Buffer.concat([
    der.subarray(2, rEnd),
    Buffer.from([2, 33, 0]),
    Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
  ]);
  const sig = Buffer.concat([Buffer.from([0x30, body.length]), body]).toString('hex');
  return canonicalJson({ signatures: [{ ...made[0], sig }], signed });
}

test.each<Row>([...wellFormed, ...attacked, ...stricter])('%s', async (_, seen, ours, theirs, why) => {
  expect(await outcomes(seen)).toEqual([ours, theirs]);
  if (ours === 'accepted') expect(theirs).toBe('accepted');
  expect(why !== undefined).toBe(ours !== 'accepted' && theirs === 'accepted');
});
