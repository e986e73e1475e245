/** Statements, bundles and what they are about, small and valid: a test changes the one thing it is about. */
import { createHash, createPublicKey } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import type { LockOf } from '../../artefacts/kind.ts';
import { Documents } from '../../artefacts/documents.ts';
import type { PackageDocument } from '../../artefacts/package-document.ts';
import { partAt } from '../../artefacts/npm/parts.ts';
import type { Part } from '../../artefacts/part.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { keyHint, openKeyring, type OpenKeyring } from '../../core/keyring.ts';
import type { SigningKey } from '../../signer/keys/signing-key.ts';
import type {
  ApprovalKey,
  ApprovalStatement,
  Bundle,
  Keyring,
  Lock,
  LockedPackage,
  Manifest,
  NpmClosure,
  DataClassRules,
  Policy,
  StatusStatement,
} from '../../schemas/types.ts';

/** A key whose private half is plain bytes, so that a test may sign with it what no program of ours would. */
export interface TestKey {
  readonly secret: Uint8Array;
  readonly spki: Uint8Array;
  readonly hint: string;
}

/** Always the same key for the same number, from 1 to 255. */
export function testKey(number = 1): TestKey {
  const secret = Buffer.alloc(32, number);
  const point = Buffer.from(p256.getPublicKey(secret, false));
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
  const spki = key.export({ format: 'der', type: 'spki' });
  return { secret, spki, hint: keyHint(spki) };
}

export const approvalKey = (key: TestKey, change: Partial<ApprovalKey> = {}): ApprovalKey => ({
  hint: key.hint,
  algorithm: 'ecdsa-p256-sha256',
  publicKey: Buffer.from(key.spki).toString('base64'),
  validFrom: '2026-01-01T00:00:00Z',
  ...change,
});

export const aKeyring = (change: Partial<Keyring> = {}): Keyring => ({
  schemaVersion: 1,
  registry: 'mcp.example.com',
  environment: 'production',
  keys: [approvalKey(testKey())],
  ...change,
});

export const anOpenKeyring = (change: Partial<Keyring> = {}): OpenKeyring => openKeyring(aKeyring(change));

/** What DSSE signs: https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md */
function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(head, 'ascii'), payload]);
}

/** A bundle over any bytes, made without any code of the signer. */
export function aBundle(
  payload: Uint8Array,
  { key = testKey(), payloadType = 'application/vnd.in-toto+json', lowS = true } = {},
): Bundle {
  const digest = createHash('sha256').update(preAuthenticationEncoding(payloadType, payload)).digest();
  const { r, s } = p256.Signature.fromBytes(p256.sign(digest, key.secret, { prehash: false, lowS: true }), 'compact');
  const signature = new p256.Signature(r, lowS ? s : p256.Point.Fn.ORDER - s).toBytes('der');
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: key.hint } },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType: payloadType as Bundle['dsseEnvelope']['payloadType'],
      signatures: [{ sig: Buffer.from(signature).toString('base64') }],
    },
  };
}

/** The bytes of a signed statement, or of anything else in its place. */
export const signed = (statement: unknown, options: Parameters<typeof aBundle>[1] = {}): Uint8Array =>
  canonicalJson(aBundle(canonicalJson(statement), options));

/** The key as a signer gets it. `highS`: signs as a key service may, with the higher of the two values of s. */
export const signingKey = (key = testKey(), { highS = false } = {}): SigningKey => ({
  environment: 'production',
  publicKey: () => Promise.resolve(key.spki),
  signDigest: (digest) => {
    const { r, s } = p256.Signature.fromBytes(p256.sign(digest, key.secret, { prehash: false, lowS: true }), 'compact');
    return Promise.resolve(new p256.Signature(r, highS ? p256.Point.Fn.ORDER - s : s).toBytes('der'));
  },
});

/** The least that a manifest may say, with an artefact that a lock can pin. */
export const aManifest = (change: Partial<Manifest> = {}): Manifest => ({
  name: 'internal-postgres',
  version: '1.2.0',
  maintainer: 'data-platform@example.com',
  description: 'Read-only access to the finance data warehouse.',
  scope: ['read:finance.*'],
  data_classification: 'confidential',
  lawful_basis: 'contract',
  reviewed_at: '2026-04-15',
  reviewers: ['security@example.com', 'data-platform@example.com'],
  artefact: { url: 'npm:@example/mcp-postgres@1.2.0', sha256: '3f9a'.repeat(16) },
  ...change,
});

/** The same as YAML, with lines of one's own at its end. */
export const minimalYaml = (more = ''): string => `name: internal-postgres
version: 1.2.0
maintainer: data-platform@example.com
description: Read-only access to the finance data warehouse.
scope:
  - read:finance.*
data_classification: confidential
lawful_basis: contract
reviewed_at: 2026-04-15
reviewers: [security@example.com, data-platform@example.com]
artefact:
  url: npm:@example/mcp-postgres@1.2.0
  sha256: ${'3f9a'.repeat(16)}
${more}`;

const sha512 = (text: string): Buffer => createHash('sha512').update(text).digest();

/** A package whose tarball and tree nobody will look at. */
export const aPackage = (name: string, version: string, change: Partial<LockedPackage> = {}): LockedPackage => ({
  name,
  version,
  integrity: `sha512-${sha512(`${name}@${version}`).toString('base64')}`,
  tree: createHash('sha256').update(`${name}@${version}`).digest('hex'),
  ...change,
});

/** The same, as a part of a lock, installed at its own name. */
export const aPart = (name: string, version: string, change: Partial<LockedPackage> = {}): Part =>
  partAt(`node_modules/${name}`, aPackage(name, version, change));

/** The lock of an npm package. */
export type NpmLock = LockOf<NpmClosure>;

/** The closure of a lock that is known to be one of an npm package. */
export function npmClosure({ closure }: Lock): NpmClosure {
  if (closure.kind !== 'npm') throw new Error(`a lock of an npm package, not of kind ${closure.kind}`);
  return closure;
}

/** The lock of `aManifest()`: a root with one bin, which wants one package, which wants another. */
export function aLock(change?: Partial<NpmLock>, packages?: Record<string, LockedPackage>): NpmLock;
export function aLock(change: Partial<Lock>, packages?: Record<string, LockedPackage>): Lock;
export function aLock(change: Partial<Lock> = {}, packages: Record<string, LockedPackage> = {}): Lock {
  return {
    schemaVersion: 1,
    name: 'internal-postgres',
    version: '1.2.0',
    artefact: {
      url: 'npm:@example/mcp-postgres@1.2.0',
      sha256: '3f9a'.repeat(16),
      sha512: sha512('@example/mcp-postgres@1.2.0').toString('hex'),
    },
    resolvedAsOf: '2026-04-10T00:00:00Z',
    closure: {
      kind: 'npm',
      root: 'node_modules/@example/mcp-postgres',
      packages: {
        'node_modules/@example/mcp-postgres': aPackage('@example/mcp-postgres', '1.2.0', {
          bin: { 'mcp-postgres': 'dist/index.js' },
          dependencies: { zod: '^4.1.0' },
        }),
        'node_modules/zod': aPackage('zod', '4.1.5', { dependencies: { tiny: '~1.0.0' } }),
        'node_modules/zod/node_modules/tiny': aPackage('tiny', '1.0.3'),
        ...packages,
      },
    },
    tools: [],
    instructions: [],
    ...change,
  };
}

/** What the npm registry says of some packages, by their names. */
export const npmDocuments = (documents: Readonly<Record<string, PackageDocument>> = {}): Documents =>
  new Documents(Object.entries(documents).map(([name, document]) => [{ type: 'npm', name }, document]));

/** For what never asks a Python package index. */
export const noIndex = (): Promise<never> => Promise.reject(new Error('no package index'));

/** Opens no repository of images. */
export const noImages = (): never => {
  throw new Error('no container registry');
};

/** Rules that the servers of tests meet. */
export const aPolicy = (change: Partial<Policy> = {}): Policy => {
  // Each an object of its own: YAML would write a second mention as an alias.
  const rules = (): DataClassRules => ({
    reviewers: ['platform'],
    valid_for: '180 days',
    access_review_every: '180 days',
    offline_hours: 72,
  });
  return {
    data_classes: { public: rules(), internal: rules(), confidential: rules(), restricted: rules() },
    artefacts: { types: ['npm', 'oci'], hosts: ['registry.example.com'], remote: false },
    licenses: { allow: ['Apache-2.0', 'MIT'] },
    packages: { cooldown_days: 3, install_scripts: 'deny' },
    network: { any_host: false, never: ['169.254.169.254:*'] },
    filesystem: { never: ['~/.ssh', '/etc/shadow'] },
    floors: [{ when: 'filesystem-write', at_least: 'internal' }],
    advisories: { source: 'folder:advisories', block: 'high' },
    names: { reserved: ['registry'] },
    exceptions: [],
    ...change,
  };
};

/** An OSV record about a package of each registry; about none that any test server loads, unless it says so. */
export const anAdvisory = (change: object = {}): object => ({
  schema_version: '1.7.0',
  id: 'GHSA-0000-0000-0000',
  modified: '2026-11-01T00:00:00Z',
  summary: 'It does what it should not.',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'nobody-loads-this' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
    {
      package: { ecosystem: 'PyPI', name: 'nobody-loads-this' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ],
  database_specific: { severity: 'HIGH' },
  ...change,
});

export const anApproval = (
  change: Partial<ApprovalStatement['predicate']> = {},
  subject?: ApprovalStatement['subject'],
): ApprovalStatement => {
  const server = change.server ?? aManifest();
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subject ?? [
      { name: 'pkg:npm/%40example/mcp-postgres@1.2.0', digest: { sha256: '3f9a'.repeat(16) } },
      { name: `servers/${server.name}.yaml`, digest: { sha256: 'a'.repeat(64) } },
      { name: `servers/${server.name}.lock.json`, digest: { sha256: 'b'.repeat(64) } },
    ],
    predicateType: 'urn:countersign:approval:v1',
    predicate: {
      schemaVersion: 1,
      environment: 'production',
      registry: 'mcp.example.com',
      sequence: 1,
      revision: 1,
      decision: 'approved',
      approvedAt: '2026-04-16T09:30:00Z',
      validUntil: '2026-10-13T09:30:00Z',
      offlineHours: 72,
      verifier: { id: 'urn:countersign:signer', version: '0.1.0' },
      policy: { uri: 'policy.yaml', digest: { sha256: 'c'.repeat(64) } },
      source: {},
      reviewers: [],
      checks: [],
      assurance: 'bytes',
      server,
      ...change,
    },
  };
};

export const aStatus = (change: Partial<StatusStatement['predicate']> = {}): StatusStatement => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'registry.yaml', digest: { sha256: 'd'.repeat(64) } }],
  predicateType: 'urn:countersign:status:v1',
  predicate: {
    schemaVersion: 1,
    environment: 'production',
    registry: 'mcp.example.com',
    sequence: 1,
    issuedAt: '2026-04-16T10:00:00Z',
    expiresAt: '2026-04-23T10:00:00Z',
    revoked: [],
    oldest: [],
    ...change,
  },
});
