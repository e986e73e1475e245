import { expect, test } from 'vitest';
import { commit, repository, sigstore, unasked, verified } from '../../../test/support/attested.ts';
import { githubExtensions, type Flaws } from '../../../test/support/sigstore.ts';
import type { NpmClosure } from '../../../schemas/types.ts';
import { aLock } from '../../../test/support/statements.ts';
import { findProvenance, type ProvenanceReview } from './check.ts';
import { publicTrust } from './trust.ts';

const purl = 'pkg:npm/%40example/mcp-postgres@1.2.0';
const sha512 = 'ab'.repeat(64);
const artefact = { url: 'npm:@example/mcp-postgres@1.2.0', sha256: 'cd'.repeat(32) };
const closure: NpmClosure = { kind: 'npm', root: '', packages: {} };
const lock = aLock({ artefact: { ...artefact, sha512 }, closure });

const workflow = { repository, path: '.github/workflows/release.yml', ref: 'refs/tags/v1.2.0' };
const source = { uri: `git+${repository}@refs/tags/v1.2.0`, digest: { gitCommit: commit } };

interface Statement {
  readonly [field: string]: unknown;
}

const v1 = (change: Statement = {}, definition: Statement = {}): Statement => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: purl, digest: { sha512 } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: { externalParameters: { workflow }, resolvedDependencies: [source], ...definition },
    runDetails: {},
  },
  ...change,
});

const v02 = (configSource: Statement = {}): Statement => ({
  _type: 'https://in-toto.io/Statement/v0.1',
  subject: [{ name: purl, digest: { sha512 } }],
  predicateType: 'https://slsa.dev/provenance/v0.2',
  predicate: {
    invocation: {
      configSource: { uri: source.uri, digest: { sha1: commit }, entryPoint: workflow.path, ...configSource },
    },
  },
});

const publish = (change: Statement = {}, predicate: Statement = {}): Statement => ({
  _type: 'https://in-toto.io/Statement/v0.1',
  subject: [{ name: purl, digest: { sha512 } }],
  predicateType: 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1',
  predicate: {
    name: '@example/mcp-postgres',
    version: '1.2.0',
    registry: 'https://npm.example',
    ...predicate,
  },
  ...change,
});

interface Served {
  readonly predicateType: unknown;
  readonly bundle: unknown;
}

const attested = (statement: Statement, flaws: Flaws = {}): Served => ({
  predicateType: statement['predicateType'],
  bundle: sigstore.attest(statement, flaws),
});

const published = (statement: Statement, flaws: Parameters<typeof sigstore.attestByKey>[1] = {}): Served => ({
  predicateType: statement['predicateType'],
  bundle: sigstore.attestByKey(statement, flaws),
});

function review(
  attestations: readonly unknown[] | Buffer | undefined,
  declared: string | undefined = repository,
): Promise<ProvenanceReview> {
  const answer = Array.isArray(attestations) ? Buffer.from(JSON.stringify({ attestations })) : attestations;
  return findProvenance({ artefact, ...(declared !== undefined && { repository: declared }) }, lock, {
    ...unasked,
    npm: { attestations: () => Promise.resolve(answer as Buffer | undefined) },
  });
}

test.each([
  ['v1', v1()],
  ['v0.2', v02()],
  ['v1 of another build type', v1({}, { externalParameters: { inputs: {} } })],
])('verifies a provenance of SLSA %s', async (_, statement) => {
  await expect(review([attested(statement)])).resolves.toEqual({
    provenance: verified,
    observations: [],
    detail: 'its build was verified',
  });
});

test('verifies what npm attests in addition to the provenance', async () => {
  await expect(review([published(publish()), attested(v1())])).resolves.toEqual({
    provenance: verified,
    observations: [],
    detail: 'its build was verified; npm attests that it published it',
  });
});

test('verifies a build of GitLab', async () => {
  const project = 'https://gitlab.com/example/group/mcp-postgres';
  const pipeline = `${project}//.gitlab-ci.yml@refs/heads/main`;
  const extensions = { 8: 'https://gitlab.com', 9: pipeline, 12: project, 13: commit, 18: pipeline };
  const statement = v02({ uri: `git+${project}`, entryPoint: 'publish' });
  await expect(review([attested(statement, { extensions })], project)).resolves.toEqual({
    provenance: { kind: 'verified', repository: project, commit, workflow: '.gitlab-ci.yml@refs/heads/main' },
    observations: [],
    detail: 'its build was verified',
  });
});

test('names the whole workflow where it lives in another repository', async () => {
  const shared = 'https://github.com/example/workflows/.github/workflows/publish.yml@refs/heads/main';
  const statement = v1({}, { externalParameters: {} });
  const { provenance } = await review([attested(statement, { extensions: { ...githubExtensions(), 18: shared } })]);
  expect(provenance).toEqual({ ...verified, workflow: shared });
});

test.each<[string, readonly unknown[] | undefined, string]>([
  ['nothing is attested', undefined, 'the npm registry has no attestations of it'],
  ['an empty list is served', [], 'the npm registry has no attestation of its build'],
  [
    'other things are attested',
    [{ predicateType: 'x', bundle: {} }, null, 5],
    'the npm registry has no attestation of its build',
  ],
  ['only npm attests something', [published(publish())], 'no build is attested; npm attests that it published it'],
  [
    'npm signs with a key that is not known',
    [published(publish(), { hint: 'constructor' })],
    "no build is attested; npm's own attestation is signed with a key that is not known here",
  ],
])('explains it, without a finding, when %s', async (_, attestations, why) => {
  await expect(review(attestations)).resolves.toEqual({
    provenance: { kind: 'none', why },
    observations: [],
    detail: why,
  });
});

const evil = githubExtensions('https://github.com/example/mcp-postgres-evil');
const other = 'f'.repeat(40);
const later = new Date('2026-05-01T13:00:00Z');
const wrongSource = `differs from its certificate, which names the source ${repository} at ${commit}`;

test.each<[string, Served, string]>([
  [
    'a certificate of another authority',
    attested(v1(), { stranger: 'authority' }),
    'does not verify: Failed to verify certificate chain',
  ],
  [
    'a certificate in another log',
    attested(v1(), { stranger: 'certificate-log' }),
    'does not verify: SCT verification failed',
  ],
  [
    'a certificate in no log',
    attested(v1(), { without: 'certificate-log' }),
    'does not verify: expected 1 SCTs, got 0',
  ],
  [
    'a certificate that had expired',
    attested(v1(), { loggedAt: later }),
    'does not verify: Failed to verify certificate chain',
  ],
  [
    'an entry of another log',
    attested(v1(), { stranger: 'log' }),
    'does not verify: inclusion promise could not be verified',
  ],
  ['a proof of another log', attested(v1(), { stranger: 'proof' }), 'does not verify: invalid checkpoint signature'],
  ['no entry in a log', attested(v1(), { without: 'log' }), 'does not verify: expected 1 timestamps, got 0'],
  [
    'an entry for something else',
    attested(v1(), { logged: Buffer.from('x') }),
    'does not verify: DSSE payload hash mismatch',
  ],
  [
    'a signature by another key',
    attested(v1(), { stranger: 'signer' }),
    'does not verify: signature verification failed',
  ],
  ['another payload type', attested(v1(), { payloadType: 'text/plain' }), 'contains no in-toto statement'],
  [
    'another issuer',
    attested(v1(), { extensions: { ...githubExtensions(), 8: 'https://accounts.example.com' } }),
    'is signed by an identity of https://accounts.example.com, which is not a build',
  ],
  [
    'an issuer that begins like GitHub',
    attested(v1(), {
      extensions: { ...githubExtensions(), 8: 'https://token.actions.githubusercontent.com.evil.example' },
    }),
    'is signed by an identity of https://token.actions.githubusercontent.com.evil.example, which is not a build',
  ],
  [
    'no issuer',
    attested(v1(), { extensions: {}, subjectAlternativeName: repository }),
    'is signed by an identity of no issuer, which is not a build',
  ],
  [
    'a repository of another host',
    attested(v1(), {
      extensions: { ...githubExtensions(), 12: 'https://github.com.evil.example/example/mcp-postgres' },
    }),
    'is signed by a build whose certificate names no repository of its code host',
  ],
  [
    'no commit',
    attested(v1(), { extensions: { ...githubExtensions(), 13: 'main' } }),
    'is signed by a build whose certificate names no commit',
  ],
  [
    'no workflow',
    attested(v1(), { extensions: { ...githubExtensions(), 18: 'two words' } }),
    'is signed by a build whose certificate names no workflow',
  ],
  [
    'two signers',
    attested(v1(), { subjectAlternativeName: `${evil[9]}` }),
    'is signed by a build whose certificate names two signers',
  ],
  ['a key of npm', published(v1()), 'claims to be from a build, but is signed with a key'],
  [
    'another package',
    attested(v1({ subject: [{ name: `${purl}-evil`, digest: { sha512 } }] })),
    `does not have ${purl} as its only subject`,
  ],
  [
    'another version',
    attested(v1({ subject: [{ name: purl.replace('1.2.0', '1.2.1'), digest: { sha512 } }] })),
    `does not have ${purl} as its only subject`,
  ],
  [
    'two packages',
    attested(
      v1({
        subject: [
          { name: purl, digest: { sha512 } },
          { name: 'pkg:npm/x@1.0.0', digest: {} },
        ],
      }),
    ),
    `does not have ${purl} as its only subject`,
  ],
  ['no package', attested(v1({ subject: [] })), 'contains no in-toto statement'],
  ['a malformed subject', attested(v1({ subject: [null] })), `does not have ${purl} as its only subject`],
  [
    'another tarball',
    attested(v1({ subject: [{ name: purl, digest: { sha512: 'ac'.repeat(64) } }] })),
    `is about another tarball: its sha512 is not ${sha512}, which the lock pins`,
  ],
  [
    'another hash',
    attested(v1({ subject: [{ name: purl, digest: { sha256: artefact.sha256 } }] })),
    `is about another tarball: its sha512 is not ${sha512}, which the lock pins`,
  ],
  [
    'another statement type than the registry says',
    { ...attested(v1()), predicateType: 'https://slsa.dev/provenance/v0.2' },
    'has another predicate type than the registry says',
  ],
  [
    'another repository than its certificate',
    attested(v1({}, { resolvedDependencies: [{ ...source, uri: `git+${repository}-evil@main` }] })),
    wrongSource,
  ],
  [
    'another commit than its certificate',
    attested(v1({}, { resolvedDependencies: [{ ...source, digest: { gitCommit: other } }] })),
    wrongSource,
  ],
  ['no source', attested(v1({ predicate: {} })), wrongSource],
  [
    'a workflow of another repository',
    attested(v1({}, { externalParameters: { workflow: { ...workflow, repository: `${repository}-evil` } } })),
    wrongSource,
  ],
  [
    'another workflow',
    attested(v1({}, { externalParameters: { workflow: { ...workflow, path: '.github/workflows/evil.yml' } } })),
    `differs from its certificate, which names the workflow ${verified.workflow}`,
  ],
  [
    'another reference',
    attested(v1({}, { externalParameters: { workflow: { ...workflow, ref: 'refs/heads/evil' } } })),
    `differs from its certificate, which names the workflow ${verified.workflow}`,
  ],
  ['another commit (v0.2)', attested(v02({ digest: { sha1: other } })), wrongSource],
  [
    'another workflow (v0.2)',
    attested(v02({ entryPoint: '.github/workflows/release.ym' })),
    `differs from its certificate, which names the workflow ${verified.workflow}`,
  ],
  [
    'values that cannot be converted to text',
    attested(v1({}, { resolvedDependencies: [{ uri: { toString: 1 }, digest: { toString: 1 } }] })),
    wrongSource,
  ],
])('blocks a provenance with %s', async (_, served, reason) => {
  await expect(review([served])).resolves.toEqual({
    provenance: { kind: 'none', why: 'its attestation does not verify; no build is attested' },
    observations: [
      {
        rule: 'provenance-invalid',
        level: 'block',
        subject: '@example/mcp-postgres@1.2.0',
        message: `the attestation of @example/mcp-postgres@1.2.0 ${reason}`,
        remedy: expect.stringContaining('do not use it'),
      },
    ],
    detail: 'its attestation does not verify; no build is attested',
  });
});

test.each<[string, Served, string]>([
  [
    'another package',
    published(publish({ subject: [{ name: 'pkg:npm/x@1.2.0', digest: { sha512 } }] })),
    `does not have ${purl} as its only subject`,
  ],
  [
    'another tarball',
    published(publish({ subject: [{ name: purl, digest: { sha512: 'ac'.repeat(64) } }] })),
    `is about another tarball: its sha512 is not ${sha512}, which the lock pins`,
  ],
  [
    'another name',
    published(publish({}, { name: 'x' })),
    "is npm's own, but is not about @example/mcp-postgres@1.2.0 on https://npm.example",
  ],
  [
    'another registry',
    published(publish({}, { registry: 'https://npm.example.evil.example' })),
    "is npm's own, but is not about @example/mcp-postgres@1.2.0 on https://npm.example",
  ],
  [
    'a signature by another key',
    published(publish(), { stranger: 'signer' }),
    'does not verify: signature verification failed',
  ],
  [
    'a key that was not in use yet',
    published(publish(), { loggedAt: new Date('2025-12-31T00:00:00Z') }),
    'does not verify: Public key is not valid for timestamp: 2025-12-31T00:00:00.000Z',
  ],
  ['a certificate', attested(publish()), "claims to be npm's own, but is signed with a certificate"],
])("blocks an attestation that claims to be npm's own with %s", async (_, served, reason) => {
  const { provenance, observations, detail } = await review([served, attested(v1())]);
  expect(provenance).toEqual(verified);
  expect(observations.map(({ rule, message }) => [rule, message])).toEqual([
    ['provenance-invalid', `the attestation of @example/mcp-postgres@1.2.0 ${reason}`],
  ]);
  expect(detail).toBe('its build was verified; other attestations were not');
});

test('asks for a review by a person when the build is of another repository', async () => {
  const statement = v1(
    {},
    {
      externalParameters: { workflow: { ...workflow, repository: `${repository}-evil` } },
      resolvedDependencies: [{ ...source, uri: `git+${repository}-evil@refs/tags/v1.2.0` }],
    },
  );
  const { provenance, observations } = await review([attested(statement, { extensions: evil })]);
  expect(provenance).toEqual({ ...verified, repository: `${repository}-evil` });
  expect(observations).toEqual([
    {
      rule: 'provenance-repository',
      level: 'review',
      subject: `${repository}-evil`,
      field: ['repository'],
      message: `@example/mcp-postgres@1.2.0 was built from ${repository}-evil, but the manifest names ${repository}`,
      remedy: expect.stringContaining('`repository`'),
    },
  ]);
});

test('does not compare repositories when the manifest names none', async () => {
  const answer = Buffer.from(JSON.stringify({ attestations: [attested(v1())] }));
  const sources = {
    ...unasked,
    npm: { attestations: () => Promise.resolve(answer) },
  };
  const found = await findProvenance({ artefact }, lock, sources);
  expect(found).toMatchObject({ provenance: verified, observations: [] });
});

test('blocks two provenances that name two builds', async () => {
  const elsewhere = { ...githubExtensions(), 13: other };
  const second = v1({}, { resolvedDependencies: [{ ...source, digest: { gitCommit: other } }] });
  const { observations } = await review([attested(v1()), attested(second, { extensions: elsewhere })]);
  expect(observations.map(({ message }) => message)).toEqual([
    'the attestation of @example/mcp-postgres@1.2.0 and another one name different builds',
  ]);
});

test('notices each changed byte of a bundle', async () => {
  const bundle = JSON.stringify(sigstore.attest(v1()));
  for (const field of ['payload"', 'sig"', 'rawBytes"', 'signedEntryTimestamp"', 'canonicalizedBody"']) {
    // The twentieth character of the field's base64.
    const at = bundle.indexOf(`"${field}:"`) + field.length + 23;
    const turned = `${bundle.slice(0, at)}${bundle[at] === 'A' ? 'B' : 'A'}${bundle.slice(at + 1)}`;
    const { provenance } = await review([
      { predicateType: v1()['predicateType'], bundle: JSON.parse(turned) as unknown },
    ]);
    expect([field, provenance.kind]).toEqual([field, 'none']);
  }
});

const good = sigstore.attest(v1());
const material = good['verificationMaterial'] as Record<string, unknown>;
const [entry] = material['tlogEntries'] as Record<string, unknown>[];
const withMaterial = (change: Record<string, unknown>): unknown => ({
  ...good,
  verificationMaterial: { ...material, ...change },
});
const proofWith = (change: Record<string, unknown>): unknown =>
  withMaterial({
    tlogEntries: [{ ...entry, inclusionProof: { ...(entry?.['inclusionProof'] as object), ...change } }],
  });
const tooMuch = 'has more signatures, proofs or certificates than any bundle needs';

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'is not a Sigstore bundle'],
  ['a number', 5, 'is not a Sigstore bundle'],
  ['an empty object', {}, 'is not a Sigstore bundle'],
  ['null in every place', Object.fromEntries(Object.keys(good).map((key) => [key, null])), 'is not a Sigstore bundle'],
  [
    'another media type',
    { ...good, mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+jsonx' },
    'is a Sigstore bundle of an unknown form',
  ],
  [
    'a newer media type',
    { ...good, mediaType: 'application/vnd.dev.sigstore.bundle.v0.9+json' },
    'is a Sigstore bundle of an unknown form',
  ],
  ['no certificate', withMaterial({ certificate: { rawBytes: 'AAAA' } }), 'does not verify: it is malformed'],
  ['no log entry', withMaterial({ tlogEntries: [{}] }), 'is not a Sigstore bundle'],
  ['ten thousand log entries', withMaterial({ tlogEntries: Array(10_000).fill(entry) }), tooMuch],
  ['a proof of a thousand hashes', proofWith({ hashes: Array(1_000).fill('AAAA') }), tooMuch],
  ['a proof with a number of a million digits', proofWith({ logIndex: '9'.repeat(1_000_000) }), tooMuch],
  [
    'a checkpoint of a million signatures',
    proofWith({ checkpoint: { envelope: 'x\n1\nAAAA\n\n'.concat('\u2014 x AAAAAAAA\n'.repeat(100_000)) } }),
    tooMuch,
  ],
])('refuses %s as a bundle, without delay', async (_, bundle, reason) => {
  const { observations } = await review([{ predicateType: v1()['predicateType'], bundle }]);
  expect(observations.map(({ message }) => message)).toEqual([
    `the attestation of @example/mcp-postgres@1.2.0 ${reason}`,
  ]);
});

test('checks a limited number of attestations', async () => {
  const { observations } = await review(
    Array.from({ length: 33 }, () => ({ predicateType: v1()['predicateType'], bundle: {} })),
  );
  expect(observations.map(({ message }) => message)).toEqual([
    'the attestation of @example/mcp-postgres@1.2.0 is one of 33; at most 32 are checked',
  ]);
});

test.each([
  ['a page', '<h1>sign in</h1>'],
  ['a list', '[]'],
  ['an object without attestations', '{}'],
  ['attestations that are not a list', '{"attestations":{}}'],
])('fails when the registry answers with %s', async (_, answer) => {
  await expect(review(Buffer.from(answer))).rejects.toMatchObject({
    name: 'Failure',
    code: 'not-attestations',
    message: "the npm registry's answer about attestations of @example/mcp-postgres@1.2.0 is not a list of them",
  });
});

test('fails when a registry does not answer', async () => {
  const sources = { ...unasked, npm: { attestations: () => Promise.reject(new Error('503')) } };
  await expect(findProvenance({ artefact }, lock, sources)).rejects.toThrow('503');
});

test.each([
  ['an endpoint', undefined, 'an endpoint is not a built artefact'],
  [
    'a bundle',
    'https://example.com/postgres.mcpb',
    'attestations are searched only at npm, PyPI and container registries',
  ],
  ['a package of PyPI without a lock', 'pypi:mcp-postgres==1.2.0', 'without a lock the wheels are not known'],
  ['a package without a lock', artefact.url, 'without a lock the tarball is not known'],
])('does not search attestations of %s', async (_, url, why) => {
  const manifest = url === undefined ? {} : { artefact: { ...artefact, url } };
  await expect(findProvenance(manifest, undefined, unasked)).resolves.toEqual({
    provenance: { kind: 'none', why },
    observations: [],
    detail: why,
  });
});

test('trusts the public Sigstore and the keys of npm without a request', () => {
  const known = publicTrust();
  expect(known.material.certificateAuthorities.length).toBeGreaterThan(0);
  expect(known.material.tlogs.map(({ baseURL }) => baseURL)).toContain('https://rekor.sigstore.dev');
  expect(known.knowsKey('SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U')).toBe(true);
  expect(['', 'constructor', '__proto__'].map((hint) => known.knowsKey(hint))).toEqual([false, false, false]);
});

test('does not accept signatures of this test as signatures of the public Sigstore', async () => {
  const answer = Buffer.from(JSON.stringify({ attestations: [attested(v1())] }));
  const sources = {
    ...unasked,
    npm: { attestations: () => Promise.resolve(answer) },
    trust: publicTrust(),
  };
  const found = await findProvenance({ artefact }, lock, sources);
  expect(found.observations.map(({ rule }) => rule)).toEqual(['provenance-invalid']);
});
