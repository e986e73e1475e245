/**
 * The online part of the repository metadata: 256 bins that name every record and the status, a snapshot of their
 * versions, and a timestamp of the snapshot. A file is signed again only if its content changed or it expires soon.
 */
import { mapConcurrently } from '../../core/concurrency.ts';
import { sameJson } from '../../core/canonical.ts';
import { Failure } from '../../core/failure.ts';
import { binFormat, snapshotFormat, timestampFormat } from '../../core/formats.ts';
import { timestampLifeDays } from '../../core/limits.ts';
import { binNames, binOf } from '../../core/metadata.ts';
import { openFormat } from '../../core/open-format.ts';
import type { BinRole, SnapshotRole, TargetFile, TimestampRole } from '../../schemas/types.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { metadataFileName, Overtaken, type MetadataName, type MetadataStore } from './metadata-store.ts';
import { highestVersions, newest, readNewest, renew, type Renewal } from './renew.ts';
import { targetFile } from './role.ts';

/** The two online keys. */
export interface OnlineKeys {
  /** Signs the bins and the snapshot. */
  readonly snapshot: SigningKey;
  readonly timestamp: SigningKey;
}

/** What was signed again. */
export interface Update {
  readonly bins: number;
  readonly snapshot: boolean;
  readonly timestamp: boolean;
}

/**
 * What is published: the records and the status, by path, with length and digest; and the version of the targets file.
 */
export interface Content {
  readonly named: ReadonlyMap<string, TargetFile>;
  readonly targetsVersion: number;
}

/** Files written at one time. */
const atOnce = 16;
/** How often another publisher may be first before we give up. */
const maxTries = 10;

/**
 * Updates the metadata to what must be published.
 * @throws Failure `metadata-store` if a file of the store is damaged, or other publishers are first every time
 */
export const updateMetadata = (store: MetadataStore, content: Content, keys: OnlineKeys, now: Date): Promise<Update> =>
  untilFirst(async () => {
    const update = await tryBins(store, content, keys.snapshot, now);
    const timestamp = await tryTimestamp(store, keys.timestamp, now);
    await prune(store, () => true);
    return { ...update, timestamp };
  });

/**
 * The same without the timestamp, which another process signs: hosts see it once that is done. It needs the snapshot key
 * only.
 * @throws Failure `metadata-store` as above
 */
export const updateSnapshot = (
  store: MetadataStore,
  content: Content,
  key: SigningKey,
  now: Date,
): Promise<Omit<Update, 'timestamp'>> =>
  untilFirst(async () => {
    const update = await tryBins(store, content, key, now);
    await prune(store, (role) => role !== 'timestamp');
    return update;
  });

/**
 * Signs the timestamp again if it expires soon, or if it does not name the newest snapshot. It needs only the timestamp
 * key. Returns whether it was signed. Without a snapshot, there is nothing to sign.
 * @throws Failure `metadata-store` if a file of the store is damaged, or other publishers are first every time
 */
export const updateTimestamp = (store: MetadataStore, key: SigningKey, now: Date): Promise<boolean> =>
  untilFirst(async () => {
    const signed = await tryTimestamp(store, key, now);
    await prune(store, (role) => role === 'timestamp');
    return signed;
  });

/** Starts again if another publisher was first. */
async function untilFirst<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      if (tries === maxTries)
        throw new Failure(
          'metadata-store',
          `the repository metadata cannot be brought up to date: ${error.message}`,
          'let other processes that publish end first; if there are none, restore the metadata from a copy',
          { cause: error },
        );
    }
  }
}

async function tryBins(
  store: MetadataStore,
  content: Content,
  key: SigningKey,
  now: Date,
): Promise<Omit<Update, 'timestamp'>> {
  const renewal: Renewal = { store, now, highest: await highestVersions(store) };
  const before = await readNewest(store, renewal.highest, snapshotFormat, 'snapshot');
  const targets = targetsByBin(content.named);
  const bins = await mapConcurrently(binNames, atOnce, (name, index) =>
    renew<BinRole>(
      renewal,
      { ...binKind, name, renewDays: renewBinDays(index), version: before?.signed.meta[`${name}.json`]?.version ?? 0 },
      { name, targets: targets.get(name) ?? {} },
      key,
    ),
  );
  const meta: SnapshotRole['meta'] = {
    'targets.json': { version: content.targetsVersion },
    ...Object.fromEntries(bins.map(({ version }, index) => [`${binNames[index] ?? ''}.json`, { version }])),
  };
  const snapshot = await renew<SnapshotRole>(renewal, newest(renewal, snapshotKind), { meta }, key);
  return { bins: bins.filter(({ made }) => made).length, snapshot: snapshot.made };
}

async function tryTimestamp(store: MetadataStore, key: SigningKey, now: Date): Promise<boolean> {
  const renewal: Renewal = { store, now, highest: await highestVersions(store) };
  const version = renewal.highest.get('snapshot');
  if (version === undefined) return false;
  // Every publisher writes the bins before the snapshot, so all files that the snapshot names are complete.
  const snapshot = await store.read({ role: 'snapshot', version });
  openFormat(snapshotFormat, snapshot, metadataFileName({ role: 'snapshot', version }));
  const content = { meta: { 'snapshot.json': { version, ...targetFile(snapshot) } } };
  return (await renew<TimestampRole>(renewal, newest(renewal, timestampKind), content, key)).made;
}

/**
 * The files of a store that are published, by name: every root, and the files that the newest timestamp leads to. Empty
 * if nothing was signed yet.
 */
export async function publishedMetadata(store: MetadataStore): Promise<ReadonlyMap<string, Uint8Array>> {
  const current = await currentFiles(store);
  if (current === undefined) return new Map();
  const { timestamp, below } = current;
  const roots = (await store.list()).filter(({ role }) => role === 'root');
  const files = await mapConcurrently([...roots, ...below], atOnce, async (name): Promise<[string, Uint8Array]> => [
    metadataFileName(name),
    await store.read(name),
  ]);
  // The only file whose content changes under the same name.
  return new Map([...files, ['timestamp.json', await store.read(timestamp)]]);
}

/** Whether published metadata names just these files. */
export function namesAll(metadata: ReadonlyMap<string, Uint8Array>, named: Content['named']): boolean {
  const targets = targetsByBin(named);
  const bins = new Map(
    [...metadata].flatMap(([file, bytes]): [string, unknown][] => {
      const name = binNames.find((bin) => file.endsWith(`.${bin}.json`));
      return name === undefined ? [] : [[name, openFormat(binFormat, bytes, file).signed.targets]];
    }),
  );
  return binNames.every((name) => sameJson(bins.get(name), targets.get(name) ?? {}));
}

/**
 * Deletes files older than the current ones. Newer files belong to another publisher or an interrupted run, and stay.
 */
async function prune(store: MetadataStore, isOurs: (role: string) => boolean): Promise<void> {
  const current = await currentFiles(store);
  const versions = new Map(
    [current?.timestamp ?? [], current?.below ?? []].flat().map(({ role, version }) => [role, version]),
  );
  for (const name of await store.list())
    if (name.role !== 'root' && isOurs(name.role) && name.version < (versions.get(name.role) ?? 0))
      await store.remove(name);
}

interface CurrentFiles {
  readonly timestamp: MetadataName;
  /** The snapshot, the targets file and the bins. */
  readonly below: readonly MetadataName[];
}

async function currentFiles(store: MetadataStore): Promise<CurrentFiles | undefined> {
  const highest = await highestVersions(store);
  const timestamp = await readNewest(store, highest, timestampFormat, 'timestamp');
  if (timestamp === undefined) return undefined;
  const { version } = timestamp.signed.meta['snapshot.json'];
  const snapshot = await readNewest(store, new Map([['snapshot', version]]), snapshotFormat, 'snapshot');
  return {
    timestamp: { role: 'timestamp', version: timestamp.signed.version },
    below: [
      { role: 'snapshot', version },
      ...Object.entries(snapshot?.signed.meta ?? {}).map(([name, entry]) => ({
        role: name.slice(0, -'.json'.length),
        version: entry.version,
      })),
    ],
  };
}

const binKind = { format: binFormat, type: 'targets', lifeDays: 30 } as const;
/** Bins are renewed in turn, from 20 days before their end to 10, so that they do not all change on one day. */
const renewBinDays = (index: number): number => 10 + (10 * index) / binNames.length;
const snapshotKind = {
  name: 'snapshot',
  format: snapshotFormat,
  type: 'snapshot',
  lifeDays: 7,
  renewDays: 3.5,
} as const;
/** Signed every six hours. */
const timestampKind = {
  name: 'timestamp',
  format: timestampFormat,
  type: 'timestamp',
  lifeDays: timestampLifeDays,
  renewDays: 2.75,
} as const;

function targetsByBin(named: Content['named']): ReadonlyMap<string, Record<string, TargetFile>> {
  const bins = new Map<string, Record<string, TargetFile>>();
  for (const [path, file] of named) {
    const name = binOf(path);
    const targets = bins.get(name) ?? {};
    targets[path] = file;
    bins.set(name, targets);
  }
  return bins;
}
