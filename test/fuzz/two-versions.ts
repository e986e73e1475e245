/** A registry of one server in two versions, with a root that was replaced once, and its files by what they are. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { binOf, statusPath } from '../../core/metadata.ts';
import { recordPath } from '../../core/statement.ts';
import type { Lock, Manifest, ServerRecord, TrustConfig } from '../../schemas/types.ts';
import { aTrustConfig, publish } from '../support/published.ts';
import { aLock, aManifest, anApproval, npmClosure, signed } from '../support/statements.ts';

export const name = 'internal-postgres';
export const olderVersion = '1.1.0';

/** Files by their path, and where each that is read stands among them. */
export interface TwoVersions {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly trust: TrustConfig;
  readonly paths: Readonly<Record<FileName, string>>;
}

export type FileName =
  | 'root'
  | 'timestamp'
  | 'snapshot'
  | 'targets'
  | 'statusBin'
  | 'recordBin'
  | 'keyring'
  | 'status'
  | 'record'
  | 'lock'
  | 'olderApproval'
  | 'olderLock';

const launch: NonNullable<Manifest['launch']> = {
  arguments: [
    { type: 'fixed', value: '--read-only' },
    { type: 'named', name: '--schema', description: 'Which schema.', default: 'finance' },
  ],
  environment: [{ name: 'CACHE', description: 'Where rows are kept.', default: '${state}/cache' }],
};

export function publishTwoVersions(url: string): TwoVersions {
  const older = anOlderVersion();
  const { files: published } = publish({
    manifest: { launch },
    record: (record) => ({ ...record, versions: [...record.versions, older.entry] }),
    metadata: { versions: { root: 2 } },
  });
  const files = new Map([...published, ...older.files]);
  const path = (pattern: RegExp): string => {
    const found = [...published.keys()].find((each) => pattern.test(each));
    if (found === undefined) throw new Error(`nothing published is like ${pattern.source}`);
    return found;
  };
  return {
    files,
    trust: aTrustConfig(url),
    paths: {
      root: 'metadata/2.root.json',
      timestamp: 'metadata/timestamp.json',
      snapshot: 'metadata/1.snapshot.json',
      targets: 'metadata/1.targets.json',
      statusBin: `metadata/1.${binOf(statusPath)}.json`,
      recordBin: `metadata/1.${binOf(recordPath(name))}.json`,
      keyring: path(/keyring\.json$/u),
      status: path(/status\.json$/u),
      record: path(/^targets\/servers\//u),
      lock: path(/^locks\//u),
      olderApproval: `approvals/${older.entry.bundle}.json`,
      olderLock: `locks/${older.entry.lock}.json`,
    },
  };
}

function anOlderVersion(): { entry: ServerRecord['versions'][number]; files: [string, Uint8Array][] } {
  const artefact = { url: `npm:@example/mcp-postgres@${olderVersion}`, sha256: '3f9a'.repeat(16) };
  const lock: Lock = aLock();
  const root = npmClosure(lock).packages[npmClosure(lock).root];
  if (root === undefined) throw new Error('the lock has no root');
  const lockBytes = canonicalJson({
    ...lock,
    version: olderVersion,
    artefact: { ...artefact, sha512: lock.artefact?.sha512 ?? '' },
    closure: {
      ...npmClosure(lock),
      packages: { ...npmClosure(lock).packages, [npmClosure(lock).root]: { ...root, version: olderVersion } },
    },
  } satisfies Lock);
  const statement = anApproval({ server: aManifest({ version: olderVersion, artefact }) }, [
    { name: `pkg:npm/%40example/mcp-postgres@${olderVersion}`, digest: { sha256: artefact.sha256 } },
    { name: `servers/${name}.yaml`, digest: { sha256: sha256('the older manifest') } },
    { name: `servers/${name}.lock.json`, digest: { sha256: sha256(lockBytes) } },
  ]);
  const bundle = signed(statement);
  const { revision, sequence, approvedAt, validUntil } = statement.predicate;
  return {
    entry: {
      version: olderVersion,
      ...{ revision, sequence, approvedAt, validUntil },
      state: 'active',
      bundle: sha256(bundle),
      manifest: sha256('the older manifest'),
      lock: sha256(lockBytes),
    },
    files: [
      [`approvals/${sha256(bundle)}.json`, bundle],
      [`locks/${sha256(lockBytes)}.json`, lockBytes],
    ],
  };
}
