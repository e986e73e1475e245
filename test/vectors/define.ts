/** Defines an attack by the differences between the registry that the attacker serves and an honest one. */
import { reviewableJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { binOf, metadataKey, statusPath } from '../../core/metadata.ts';
import { recordPath } from '../../core/statement.ts';
import type { MetadataSignature, ServerRecord, StatusStatement } from '../../schemas/types.ts';
import { keyId, roleKeys, type MetadataChange } from '../support/metadata.ts';
import { aTrustConfig, publish, type Change } from '../support/published.ts';
import type { TestKey } from '../support/statements.ts';
import type { Expect, Files, Outcome } from './vector.ts';

export const name = 'internal-postgres';
export const recordBin = binOf(recordPath(name));
export const statusBin = binOf(statusPath);

/** Where the control has the file of each role. */
export const roleFiles = {
  timestamp: 'metadata/timestamp.json',
  snapshot: 'metadata/20.snapshot.json',
  targets: 'metadata/2.targets.json',
  bins: `metadata/20.${statusBin}.json`,
  root: 'metadata/2.root.json',
} as const;

const timestampKeyId = keyId(metadataKey((roleKeys.timestamp[0] as TestKey).spki));
/** Where a host caches a timestamp, below the registry's folder. */
export const cachedTimestamp = (version: number): string =>
  `metadata/${version}.timestamp-${sha256(timestampKeyId).slice(0, 16)}.json`;

export const noon = '2026-06-01T12:00:00Z';
/** Exactly so long ago that a host asks again. */
export const visitedAt = '2026-06-01T11:45:00Z';
const onePm = '2026-06-01T13:00:00Z';

/** One attack. For an absent field, the control's value or the usual value is used. */
export interface Attack extends Partial<Omit<Expect, 'attack' | 'outcome' | 'afterwards'>> {
  /** The folder. */
  readonly is: string;
  readonly attack: string;
  /** A single outcome means that fresh and visited hosts have the same one. */
  readonly outcome: Outcome | Expect['outcome'];
  readonly serves?: Files;
  /** What an honest registry would serve instead, if that is not the control. */
  readonly honest?: Files;
  readonly seen?: Files;
  readonly after?: Files;
  readonly afterwards?: Partial<Expect['afterwards']>;
}

/** Changes the published files after all of them are signed. */
export type Edit = (files: Map<string, Uint8Array>) => void;

const times = new Map([
  [10, '2026-05-31T00:00:00Z'],
  [20, '2026-06-01T00:00:00Z'],
  [30, '2026-06-01T12:30:00Z'],
]);

/**
 * The registry as the online keys signed it for the tenth, twentieth or thirtieth time, and with anything changed.
 * After the tenth time root and targets were signed again, with the same keys.
 */
export function registry(version: 10 | 20 | 30, change: Change = {}, edit: Edit = () => undefined): Files {
  const status = (statement: StatusStatement): unknown => {
    const predicate = { ...statement.predicate, sequence: version, issuedAt: times.get(version) ?? '' };
    return (change.status ?? ((same) => same))({ ...statement, predicate });
  };
  const offline = version === 10 ? 1 : 2;
  const versions = {
    ...{ root: offline, targets: offline, snapshot: version, bins: version, timestamp: version },
    ...change.metadata?.versions,
  };
  const expires = { ...(version === 30 && { timestamp: '2026-06-04T12:30:00Z' }), ...change.metadata?.expires };
  const { files } = publish({ ...change, status, metadata: { ...change.metadata, versions, expires } });
  const asked = new Map(
    [...files].filter(([path]) => !path.includes('.bin-') || path.includes(recordBin) || path.includes(statusBin)),
  );
  edit(asked);
  return asked;
}

/** Steps of a host that saw the control itself. */
export const sawControl = [{ registry: 'control', at: visitedAt }] as const;
export const rootWithheld = { 'metadata/2.root.json': '404' } as const;

export const signedAs = (metadata: MetadataChange): Change => ({ metadata });

/** The files of three days. */
export const before = registry(10);
export const control = registry(20);
const after = registry(30);

const differing = (files: Files, from: Files): [string, Uint8Array][] =>
  [...files].filter(([path, bytes]) => Buffer.compare(bytes, from.get(path) ?? Buffer.alloc(0)) !== 0);

/** Everything in test/vectors that is not written by hand, by path. */
export function vectorFiles(attacks: readonly Attack[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const put = (folder: string, all: Iterable<readonly [string, Uint8Array]>): void => {
    for (const [path, bytes] of all) files.set(`${folder}/${path}`, bytes);
  };
  put('control', control);
  put('control', [['trust.json', reviewableJson(aTrustConfig('https://mcp.example.com'))]]);
  put('before', before);
  put('after', differing(after, control));
  for (const attack of attacks) {
    const folder = `attacks/${attack.is}`;
    if (files.has(`${folder}/expect.json`)) throw new Error(`two attacks are called ${attack.is}`);
    files.set(`${folder}/expect.json`, reviewableJson(expectOf(attack)));
    for (const part of ['serves', 'honest', 'seen', 'after'] as const) {
      const base = part === 'seen' ? before : control;
      put(`${folder}/${part}`, differing(attack[part] ?? base, base));
    }
  }
  return files;
}

function expectOf(attack: Attack): Expect {
  const { is: _, serves: _serves, honest: _honest, seen, after: _after, ...said } = attack;
  const outcome =
    typeof attack.outcome === 'string' ? { fresh: attack.outcome, visited: attack.outcome } : attack.outcome;
  const ends = outcome.visited ?? outcome.fresh ?? 'accepted';
  const remembers = attack.remembers ?? (ends === 'accepted' ? 'all' : 'nothing');
  return {
    now: noon,
    steps: outcome.visited === undefined ? [] : [{ registry: seen === undefined ? 'before' : 'seen', at: visitedAt }],
    trust: {},
    answers: {},
    damage: [],
    inUsedFile: false,
    control: {},
    ...said,
    outcome,
    remembers,
    afterwards: {
      silent: silentAfter(remembers, outcome.visited !== undefined, ends),
      honest: 'accepted',
      at: onePm,
      ...attack.afterwards,
    },
  };
}

/** If nothing new was accepted, the files in the cache stay valid. */
function silentAfter(remembers: Expect['remembers'], visited: boolean, ends: Outcome): Outcome {
  if (remembers === 'all') return ends;
  return visited && remembers === 'nothing' ? 'accepted' : 'network';
}

/** A version in a record. */
export type Entry = ServerRecord['versions'][number];

/** The bytes of JSON that no program of ours would write. */
export const raw = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/** Changes a file as text. */
export const rewritten =
  (path: string, change: (text: string) => string): Edit =>
  (files) => {
    const text = Buffer.from(files.get(path) ?? '').toString('utf8');
    const changed = change(text);
    if (changed === text) throw new Error(`nothing was changed in ${path}`);
    files.set(path, raw(changed));
  };

/** Puts the bytes of one file where another is expected. */
export const swapped =
  (path: string, other: string, from?: Files): Edit =>
  (files) => {
    const bytes = (from ?? files).get(other);
    if (bytes === undefined) throw new Error(`there is no ${other}`);
    files.set(path, bytes);
  };

/** The metadata in a file. */
export const metadataIn = (
  files: Files,
  path: string,
): { readonly signatures: readonly MetadataSignature[]; readonly signed: Readonly<Record<string, unknown>> } =>
  JSON.parse(Buffer.from(files.get(path) ?? '').toString('utf8')) as ReturnType<typeof metadataIn>;
