import { afterAll, beforeEach, expect, test } from 'vitest';
import { commit, repository, sigstore, unasked, verified } from '../../../test/support/attested.ts';
import { githubExtensions, type Flaws } from '../../../test/support/sigstore.ts';
import { startOci } from '../../../test/support/oci-registry.ts';
import { openOciRepository } from '../../../artefacts/oci/registry.ts';
import { findProvenance, type ProvenanceReview } from './check.ts';

const oci = await startOci();
afterAll(() => oci.close());

const digest = 'cd'.repeat(32);
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const payloadType = 'application/vnd.dev.cosign.simplesigning.v1+json';
const name = `${oci.host}/mcp/postgres:1.2.0`;

beforeEach(() => {
  oci.manifests.clear();
  oci.blobs.clear();
  oci.referrers = new Map();
});

const review = (): Promise<ProvenanceReview> =>
  findProvenance({ artefact: { url: `oci://${name}`, sha256: digest }, repository }, undefined, {
    ...unasked,
    oci: (host, path) => openOciRepository(host, path, { registry: 'http://npm.test/' }),
  });

const payloadFor = (image: unknown): Buffer =>
  Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': `${oci.host}/mcp/postgres` },
        image: { 'docker-manifest-digest': image },
        type: 'cosign container image signature',
      },
      optional: null,
    }),
  );

/** Signatures as cosign stores them: as the layers of an image with its own tag. */
function sign(...signatures: readonly { payload?: Buffer; annotations?: unknown; flaws?: Flaws }[]): void {
  const layers = signatures.map(({ payload = payloadFor(`sha256:${digest}`), flaws, ...rest }) => ({
    ...oci.addBlob(payloadType, payload),
    annotations: 'annotations' in rest ? rest.annotations : sigstore.cosign(payload, flaws),
  }));
  oci.addManifest({ schemaVersion: 2, layers }, `sha256-${digest}.sig`);
}

const statement = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'postgres', digest: { sha256: digest } }],
  predicateType: 'https://sigstore.dev/cosign/sign/v1',
  predicate: {},
  ...change,
});

const provenance = (uri = `git+${repository}@refs/tags/v1.2.0`): Record<string, unknown> =>
  statement({
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: { buildDefinition: { resolvedDependencies: [{ uri, digest: { gitCommit: commit } }] } },
  });

/** Bundles that refer to the image. */
function attach(...bundles: readonly unknown[]): Buffer {
  const manifests = bundles.map((bundle) => {
    const layer = oci.addBlob(bundleType, Buffer.from(JSON.stringify(bundle)));
    return {
      ...oci.addManifest({ schemaVersion: 2, artifactType: bundleType, layers: [layer] }),
      artifactType: bundleType,
    };
  });
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }));
  oci.referrers?.set(`sha256:${digest}`, index);
  return index;
}

test('verifies a signature of cosign', async () => {
  sign({});
  await expect(review()).resolves.toEqual({
    provenance: verified,
    observations: [],
    detail: 'its build was verified',
  });
});

test.each([
  ['a signature', statement()],
  ['a provenance', provenance()],
])('verifies %s that refers to the image', async (_, attested) => {
  attach(sigstore.attest(attested));
  await expect(review()).resolves.toMatchObject({ provenance: verified, observations: [] });
});

test('finds what refers to the image under a tag, when the registry does not support the question', async () => {
  oci.referrers = undefined;
  oci.manifests.set(`sha256-${digest}`, attach(sigstore.attest(statement())));
  await expect(review()).resolves.toMatchObject({ provenance: verified, observations: [] });
});

test('reports that nothing is signed', async () => {
  await expect(review()).resolves.toEqual({
    provenance: { kind: 'none', why: 'the container registry has no signature of it' },
    observations: [],
    detail: 'the container registry has no signature of it',
  });
});

const { 'dev.sigstore.cosign/certificate': _, ...byKey } = sigstore.cosign(payloadFor(`sha256:${digest}`));
const person = { 8: 'https://accounts.example.com' };

test.each<[string, () => unknown, string]>([
  ['a key', () => sign({ annotations: byKey }), 'it is signed with a key that is not known here'],
  ['nothing', () => sign({ annotations: null }), 'it is signed with a key that is not known here'],
  ['no public log', () => sign({ flaws: { without: 'log' } }), 'its signature is in no public log'],
  [
    'a person',
    () => sign({ flaws: { extensions: person, subjectAlternativeName: 'mailto:somebody@example.com' } }),
    'it is signed by an identity of https://accounts.example.com, which is not a build',
  ],
  [
    'a key, in a bundle',
    () => attach(sigstore.attestByKey(statement())),
    'it is signed with a key that is not known here',
  ],
  [
    'a build, with an attestation of another kind',
    () => attach(sigstore.attest(statement({ predicateType: 'https://spdx.dev/Document' }))),
    'it has attestations of other kinds than its build',
  ],
])('explains why a signature by %s proves no build', async (_name, make, why) => {
  make();
  await expect(review()).resolves.toEqual({ provenance: { kind: 'none', why }, observations: [], detail: why });
});

const another = `is about another image than sha256:${digest}`;
const mismatched = sigstore.cosign(payloadFor(`sha256:${'ef'.repeat(32)}`));
const broken = (log: string): Record<string, string> => ({
  ...sigstore.cosign(payloadFor(`sha256:${digest}`)),
  'dev.sigstore.cosign/bundle': log,
});

test.each<[string, () => unknown, string]>([
  ['of another image', () => sign({ payload: payloadFor(`sha256:${'ef'.repeat(32)}`) }), another],
  ['of a digest with more characters', () => sign({ payload: payloadFor(`sha256:${digest}00`) }), another],
  ['of no image', () => sign({ payload: Buffer.from('{"critical":5}') }), another],
  [
    'of a payload that is not JSON',
    () => sign({ payload: Buffer.from('x') }),
    'contains a payload that cannot be read: not JSON',
  ],
  ['over another payload', () => sign({ annotations: mismatched }), 'does not verify: digest mismatch'],
  ['by another key', () => sign({ flaws: { stranger: 'signer' } }), 'does not verify: signature verification failed'],
  [
    'with a certificate of another authority',
    () => sign({ flaws: { stranger: 'authority' } }),
    'does not verify: Failed to verify certificate chain',
  ],
  [
    'in another log',
    () => sign({ flaws: { stranger: 'log' } }),
    'does not verify: inclusion promise could not be verified',
  ],
  [
    'with a certificate that had expired',
    () => sign({ flaws: { loggedAt: new Date('2026-05-01T13:00:00Z') } }),
    'does not verify: Failed to verify certificate chain',
  ],
  [
    'with a malformed certificate',
    () => sign({ annotations: { ...mismatched, 'dev.sigstore.cosign/certificate': 'x' } }),
    'contains a malformed certificate',
  ],
  [
    'with a log entry that is not JSON',
    () => sign({ annotations: broken('x') }),
    'contains a log entry that cannot be read: not JSON',
  ],
  ['with an empty log entry', () => sign({ annotations: broken('{}') }), 'contains a log entry without a payload'],
  [
    'with an empty body in the log entry',
    () => sign({ annotations: broken('{"Payload":{"body":{"toString":1}}}') }),
    'contains a log entry that cannot be read: not JSON',
  ],
  [
    'in a bundle of another image',
    () => attach(sigstore.attest(statement({ subject: [{ digest: { sha256: 'ef'.repeat(32) } }] }))),
    another,
  ],
  ['in a malformed bundle', () => attach({}), 'is not a Sigstore bundle'],
  ['in a list', () => attach([]), 'contains a bundle that is not a JSON object'],
  [
    'in a bundle that does not verify',
    () => attach(sigstore.attest(statement(), { stranger: 'proof' })),
    'does not verify: invalid checkpoint signature',
  ],
  [
    'with a provenance of another repository',
    () => attach(sigstore.attest(provenance(`git+${repository}-evil@refs/tags/v1.2.0`))),
    `differs from its certificate, which names the source ${repository} at ${commit}`,
  ],
])('blocks a signature %s', async (_name, make, reason) => {
  make();
  await expect(review()).resolves.toMatchObject({
    provenance: { kind: 'none', why: 'its attestation does not verify' },
    observations: [
      { rule: 'provenance-invalid', level: 'block', subject: name, message: `the attestation of ${name} ${reason}` },
    ],
  });
});

const evil = `${repository}-evil`;

test('prefers the build that the manifest names to another signed build', async () => {
  sign({ flaws: { extensions: githubExtensions(evil) } }, {});
  await expect(review()).resolves.toMatchObject({ provenance: verified, observations: [] });
});

test('asks for a review by a person when the build is of another repository', async () => {
  sign({ flaws: { extensions: githubExtensions(evil) } });
  await expect(review()).resolves.toMatchObject({
    provenance: { ...verified, repository: evil },
    observations: [{ rule: 'provenance-repository', level: 'review', subject: evil }],
  });
});

test('checks a limited number of signatures', async () => {
  sign(...Array.from({ length: 40 }, () => ({ annotations: byKey })));
  oci.asked.length = 0;
  await review();
  expect(oci.asked.filter((path) => path.includes('/blobs/'))).toHaveLength(32);
});
