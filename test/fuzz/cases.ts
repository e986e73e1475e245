/** Every file that a host reads, and the ways in which a changed one reaches it. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { binOf, keyringPath, statusPath, targetPath } from '../../core/metadata.ts';
import { recordPath } from '../../core/statement.ts';
import type { BinMetadata, ServerRecord, TargetFile, TargetsMetadata, TimestampMetadata } from '../../schemas/types.ts';
import { roleKeys, sealed, type RoleKeys } from '../support/metadata.ts';
import type { TestKey } from '../support/statements.ts';
import { mutatorOf, type Mutator } from './mutator.ts';
import { name, olderVersion, type FileName, type TwoVersions } from './two-versions.ts';

/**
 * How a changed file reaches a host: served in place of the published one (to one that has seen nothing, or to one that
 * has just refreshed), found on its disk while the registry is silent, or deployed as its trust config.
 */
export type Way = 'served' | 'served-later' | 'kept' | 'deployed';

export interface Case {
  readonly title: string;
  readonly way: Way;
  /** How many of the mutations are of this file, beside the other cases' shares. What is opened quickly has most. */
  readonly share: number;
  /** The path of the file, where it lies in place of the published one. */
  readonly path?: string;
  readonly mutate: Mutator;
  /** What is published otherwise, by path, where the file is this. */
  readonly place: (bytes: Uint8Array) => ReadonlyMap<string, Uint8Array>;
  /** Which version is opened; the current one where none is named. */
  readonly version?: string;
  /** Whether it may name something that is not published, which is no refusal. */
  readonly mayBeAbsent?: boolean;
}

/** Files that are opened for the older version alone. */
const older: ReadonlySet<FileName> = new Set(['olderApproval', 'olderLock']);

const served: readonly [FileName, share: number, titled: string][] = [
  ['root', 450, 'root'],
  ['timestamp', 250, 'timestamp'],
  ['snapshot', 20, 'snapshot'],
  ['targets', 60, 'targets file'],
  ['statusBin', 40, "status's bin"],
  ['recordBin', 400, "record's bin"],
  ['keyring', 10, 'keyring'],
  ['status', 10, 'status'],
  ['record', 10, 'record'],
  ['lock', 10, 'lock'],
  ['olderApproval', 10, 'approval of an older version'],
];

/** What is opened after a refresh. */
const later: ReadonlySet<FileName> = new Set(['recordBin', 'record', 'lock', ...older]);

export function casesOf(published: TwoVersions): Case[] {
  const { files, paths, trust } = published;
  const bytesOf = (path: string): Uint8Array => files.get(path) ?? Buffer.from('null');
  const inPlace = served.flatMap(([file, share, titled]): Case[] => {
    const path = paths[file];
    const common = {
      path,
      mutate: mutatorOf(bytesOf(path)),
      place: (bytes: Uint8Array) => new Map([[path, bytes]]),
      ...(older.has(file) && { version: olderVersion }),
    };
    return [
      { ...common, title: `${titled}, served`, way: later.has(file) ? 'served-later' : 'served', share },
      { ...common, title: `${titled}, kept`, way: 'kept', share: 5 },
    ];
  });
  const deployed = Buffer.from(JSON.stringify(trust));
  return [
    ...inPlace,
    ...refitted(published, bytesOf),
    ...signedAnew(published, bytesOf),
    { title: 'trust config', way: 'deployed', share: 60, mutate: mutatorOf(deployed), place: () => new Map() },
  ];
}

const fileOf = (bytes: Uint8Array): TargetFile => ({
  length: bytes.byteLength,
  hashes: { sha256: sha256(bytes) },
});

/** Changed files that are named as they are, by whoever may: what refuses them is in them, not their digest. */
function refitted({ paths }: TwoVersions, bytesOf: (path: string) => Uint8Array): Case[] {
  const parsed = (path: string): unknown => JSON.parse(Buffer.from(bytesOf(path)).toString('utf8'));
  const targets = (parsed(paths.targets) as TargetsMetadata).signed;
  const timestamp = (parsed(paths.timestamp) as TimestampMetadata).signed;
  const record = parsed(paths.record) as ServerRecord;
  const [current, before] = record.versions;
  if (current === undefined || before === undefined) throw new Error('the record has two versions');
  const recordText = Buffer.from(bytesOf(paths.record)).toString('latin1');
  const bundle = Buffer.from(JSON.stringify(record.signature), 'utf8');

  /** By the online key. */
  const inBin = (path: string, bytes: Uint8Array): [string, Uint8Array][] => {
    const file = `metadata/1.${binOf(path)}.json`;
    const bin = (parsed(file) as BinMetadata).signed;
    const named = { ...bin, targets: { ...bin.targets, [path]: fileOf(bytes) } };
    return [
      [file, sealed(named, roleKeys.bins)],
      [targetPath(path, sha256(bytes)), bytes],
    ];
  };
  /** The record with other text in it, once. */
  const inRecord = (...changes: readonly [from: string, to: string][]): [string, Uint8Array][] => {
    const text = changes.reduce((made, [from, to]) => made.replace(from, () => to), recordText);
    return inBin(recordPath(name), Buffer.from(text, 'latin1'));
  };
  return [
    {
      title: 'snapshot, named by its timestamp',
      way: 'served',
      share: 20,
      mutate: mutatorOf(bytesOf(paths.snapshot)),
      place: (bytes) => {
        const meta = { 'snapshot.json': { version: 1, ...fileOf(bytes) } };
        return new Map([
          [paths.snapshot, bytes],
          [paths.timestamp, sealed({ ...timestamp, meta }, roleKeys.timestamp)],
        ]);
      },
    },
    {
      title: 'keyring, named by the targets file',
      way: 'served',
      share: 20,
      mutate: mutatorOf(bytesOf(paths.keyring)),
      place: (bytes) => {
        const named = { ...targets, targets: { [keyringPath]: fileOf(bytes) } };
        return new Map([
          [paths.targets, sealed(named, roleKeys.targets.slice(0, 2))],
          [targetPath(keyringPath, sha256(bytes)), bytes],
        ]);
      },
    },
    {
      title: 'status, named by its bin',
      way: 'served',
      share: 20,
      mutate: mutatorOf(bytesOf(paths.status)),
      place: (bytes) => new Map(inBin(statusPath, bytes)),
    },
    {
      title: 'record, named by its bin',
      way: 'served-later',
      share: 20,
      mutate: mutatorOf(bytesOf(paths.record)),
      place: (bytes) => new Map(inBin(recordPath(name), bytes)),
      mayBeAbsent: true,
    },
    {
      title: 'current approval, named by its record',
      way: 'served-later',
      share: 20,
      mutate: mutatorOf(bundle),
      place: (bytes) =>
        new Map(
          inRecord([bundle.toString('latin1'), Buffer.from(bytes).toString('latin1')], [current.bundle, sha256(bytes)]),
        ),
    },
    {
      title: 'approval of an older version, named by its record',
      way: 'served-later',
      share: 20,
      mutate: mutatorOf(bytesOf(paths.olderApproval)),
      place: (bytes) =>
        new Map([...inRecord([before.bundle, sha256(bytes)]), [`approvals/${sha256(bytes)}.json`, bytes]]),
      version: olderVersion,
    },
  ];
}

/** Changed roles, signed by the keys that sign them: what is stolen with a role's keys is not what hosts run. */
function signedAnew({ paths }: TwoVersions, bytesOf: (path: string) => Uint8Array): Case[] {
  const table: readonly [FileName, keyof RoleKeys, share: number][] = [
    ['root', 'root', 12],
    ['timestamp', 'timestamp', 12],
    ['snapshot', 'snapshot', 12],
    ['targets', 'targets', 12],
    ['statusBin', 'bins', 12],
    ['recordBin', 'bins', 20],
  ];
  const parsed = (path: string): unknown => JSON.parse(Buffer.from(bytesOf(path)).toString('utf8'));
  const { signed: timestamp } = parsed(paths.timestamp) as TimestampMetadata;
  return table.map(([file, role, share]): Case => {
    const path = paths[file];
    const { signed } = parsed(path) as { readonly signed: unknown };
    return {
      title: `${file}, signed again`,
      way: file === 'recordBin' ? 'served-later' : 'served',
      share,
      mutate: mutatorOf(canonicalJson(signed)),
      place: (bytes) => {
        const made = sealedIfJson(bytes, roleKeys[role].slice(0, 2));
        const meta = { 'snapshot.json': { version: 1, ...fileOf(made) } };
        const above: [string, Uint8Array][] =
          file === 'snapshot' ? [[paths.timestamp, sealed({ ...timestamp, meta }, roleKeys.timestamp)]] : [];
        return new Map([[path, made], ...above]);
      },
      mayBeAbsent: true,
    };
  });
}

/** What is no JSON, or holds what canonical JSON cannot say, nobody can sign. */
function sealedIfJson(bytes: Uint8Array, signers: readonly TestKey[]): Uint8Array {
  try {
    return sealed(JSON.parse(Buffer.from(bytes).toString('utf8')), signers);
  } catch {
    return bytes;
  }
}
