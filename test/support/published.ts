/**
 * A production registry of one server, made in memory by keys of the tests: everything in it fits together, but for
 * what a test changes. What is changed early is carried on: a changed lock is approved as it is, a changed record is
 * named by its bin, so that only the one check that a test is about can refuse it.
 */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { aRootFile, metadataFiles, type MetadataChange } from './metadata.ts';
import { aKeyring, aLock, aManifest, signed, testKey, type TestKey } from './statements.ts';
import type {
  ApprovalStatement,
  Keyring,
  Lock,
  Manifest,
  ServerRecord,
  StatusStatement,
  TrustConfig,
} from '../../schemas/types.ts';
import type { FileServer } from './file-server.ts';

export const now = new Date('2026-06-01T12:00:00Z');

/** Changes, each of one thing on its way. */
export interface Change {
  readonly manifest?: Partial<Manifest>;
  readonly lock?: (lock: Lock) => Lock;
  /** The lock's bytes, after they were approved. */
  readonly lockBytes?: (bytes: Uint8Array) => Uint8Array;
  readonly approval?: (statement: ApprovalStatement) => unknown;
  readonly approvalKey?: TestKey;
  /** The bundle's bytes, before the record and the status are made. */
  readonly bundle?: (bytes: Uint8Array) => Uint8Array;
  readonly record?: (record: ServerRecord) => unknown;
  readonly status?: (statement: StatusStatement) => unknown;
  readonly statusKey?: TestKey;
  /** The status's bytes, before the metadata is made. */
  readonly statusBytes?: (bytes: Uint8Array) => Uint8Array;
  readonly keyring?: Partial<Keyring>;
  /** What the bins name, before they are made. */
  readonly named?: (files: Map<string, Uint8Array>) => void;
  readonly metadata?: MetadataChange;
}

export interface Published {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly name: string;
}

export function publish(change: Change = {}): Published {
  const manifest = aManifest(change.manifest);
  const lock = (change.lock ?? ((same) => same))(aLock());
  const lockBytes = canonicalJson(lock);
  const { name } = manifest;
  const files = new Map<string, Uint8Array>();
  files.set(`locks/${sha256(lockBytes)}.json`, (change.lockBytes ?? ((same) => same))(lockBytes));

  const statement = anApproval(manifest, lock, sha256(lockBytes));
  const made = signed((change.approval ?? ((same) => same))(statement), { key: change.approvalKey ?? testKey() });
  const bundle = (change.bundle ?? ((same) => same))(made);
  files.set(`approvals/${sha256(bundle)}.json`, bundle);

  const record = (change.record ?? ((same) => same))(aRecord(statement, bundle));
  const status = (change.status ?? ((same) => same))(aStatus());
  const statusBytes = signed(status, { key: change.statusKey ?? testKey() });
  const named = new Map<string, Uint8Array>([
    [`servers/${name}.json`, canonicalJson(record)],
    ['trust/status.json', (change.statusBytes ?? ((same) => same))(statusBytes)],
  ]);
  change.named?.(named);
  for (const [path, bytes] of metadataFiles(named, canonicalJson(aKeyring(change.keyring)), change.metadata))
    files.set(path, bytes);
  return { files, name };
}

function anApproval(manifest: Manifest, lock: Lock, lockDigest: string): ApprovalStatement {
  const { artefact } = lock;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: 'pkg:npm/%40example/mcp-postgres@1.2.0',
        digest: { sha256: artefact?.sha256 ?? '', sha512: artefact?.sha512 ?? '' },
      },
      { name: `servers/${manifest.name}.yaml`, digest: { sha256: sha256('the manifest') } },
      { name: `servers/${manifest.name}.lock.json`, digest: { sha256: lockDigest } },
    ],
    predicateType: 'urn:countersign:approval:v1',
    predicate: {
      schemaVersion: 1,
      environment: 'production',
      registry: 'mcp.example.com',
      sequence: 3,
      revision: 1,
      decision: 'approved',
      approvedAt: '2026-05-01T00:00:00Z',
      validUntil: '2026-11-01T00:00:00Z',
      offlineHours: 72,
      verifier: { id: 'urn:countersign:signer', version: '0.1.0' },
      policy: { uri: 'policy.yaml', digest: { sha256: sha256('the policy') } },
      source: { repository: '1', commit: 'a'.repeat(40), pullRequest: 1 },
      reviewers: [],
      checks: [],
      assurance: 'bytes',
      server: manifest,
    },
  };
}

function aRecord({ subject, predicate }: ApprovalStatement, bundle: Uint8Array): ServerRecord {
  const { server, revision, sequence, approvedAt, validUntil, registry } = predicate;
  const digestOf = (end: string): string => subject.find(({ name }) => name.endsWith(end))?.digest.sha256 ?? '';
  return {
    schemaVersion: 1,
    registry,
    name: server.name,
    version: server.version,
    description: server.description,
    maintainer: server.maintainer,
    dataClassification: server.data_classification,
    signature: JSON.parse(Buffer.from(bundle).toString('utf8')) as ServerRecord['signature'],
    versions: [
      {
        version: server.version,
        ...{ revision, sequence, approvedAt, validUntil },
        state: 'active',
        bundle: sha256(bundle),
        manifest: digestOf('.yaml'),
        lock: digestOf('.lock.json'),
      },
    ],
  };
}

const aStatus = (): StatusStatement => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'registry.yaml', digest: { sha256: sha256('the registry') } }],
  predicateType: 'urn:countersign:status:v1',
  predicate: {
    schemaVersion: 1,
    environment: 'production',
    registry: 'mcp.example.com',
    sequence: 5,
    issuedAt: '2026-06-01T00:00:00Z',
    expiresAt: '2026-06-08T00:00:00Z',
    revoked: [],
    oldest: [],
  },
});

/** What a host of that registry is given. */
export const aTrustConfig = (url: string, change: Partial<TrustConfig> = {}): TrustConfig => ({
  schemaVersion: 1,
  registry: { id: 'mcp.example.com', url, environment: 'production' },
  root: aRootFile(),
  exportedAt: '2026-05-01T00:00:00Z',
  ...change,
});

/** Puts what is published on a server, in place of all that was there. */
export function serve(server: FileServer, { files }: Published): void {
  server.files.clear();
  for (const [path, bytes] of files) server.files.set(path, bytes);
}
