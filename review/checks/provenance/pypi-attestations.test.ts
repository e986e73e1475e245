import { describe, expect, test } from 'vitest';
import type { LockedWheel } from '../../../schemas/types.ts';
import { commit, repository, sigstore, unasked, verified } from '../../../test/support/attested.ts';
import { githubExtensions, type Flaws } from '../../../test/support/sigstore.ts';
import { aLock } from '../../../test/support/statements.ts';
import { findProvenance, type ProvenanceReview } from './check.ts';
import { publicTrust } from './trust.ts';

const file = 'mcp_postgres-1.2.0-py3-none-any.whl';
const sha256 = 'cd'.repeat(32);
const artefact = { url: 'pypi:mcp-postgres==1.2.0', sha256 };
const publish = 'https://docs.index.example/attestations/publish/v1';

type Fields = Readonly<Record<string, unknown>>;

const published = (change: Fields = {}): Fields => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: file, digest: { sha256 } }],
  predicateType: publish,
  predicate: null,
  ...change,
});

const slsa = (digest = commit): Fields =>
  published({
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        externalParameters: {
          workflow: { repository, path: '.github/workflows/release.yml', ref: 'refs/tags/v1.2.0' },
        },
        resolvedDependencies: [{ uri: `git+${repository}@refs/tags/v1.2.0`, digest: { gitCommit: digest } }],
      },
    },
  });

/** As a package index serves it. */
function attested(statement: Fields, flaws: Flaws = {}, change: Fields = {}): Fields {
  const { verificationMaterial: material, dsseEnvelope: envelope } = sigstore.attest(statement, flaws) as {
    readonly verificationMaterial: {
      readonly certificate: { readonly rawBytes: string };
      readonly tlogEntries: unknown;
    };
    readonly dsseEnvelope: { readonly payload: string; readonly signatures: readonly { readonly sig: string }[] };
  };
  return {
    version: 1,
    verification_material: {
      certificate: material.certificate.rawBytes,
      transparency_entries: material.tlogEntries,
    },
    envelope: { statement: envelope.payload, signature: envelope.signatures[0]?.sig },
    ...change,
  };
}

const served = (...attestations: readonly unknown[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      version: 1,
      attestation_bundles: [{ publisher: { kind: 'GitHub', repository: 'stranger/other' }, attestations }],
    }),
  );

type Answers = Readonly<Record<string, Buffer | undefined>>;

function review(
  answers: Answers,
  wheels: Readonly<Record<string, string>> = { [file]: sha256 },
  trusted = unasked.trust,
) {
  const locked = Object.fromEntries(
    Object.entries(wheels).map(([name, digest]): [string, LockedWheel] => [
      name,
      { integrity: '', sha256: digest, tree: '' },
    ]),
  );
  return findProvenance(
    { artefact, repository },
    aLock({
      artefact: { ...artefact, sha512: '' },
      closure: {
        kind: 'pypi',
        requiresPython: '>=3.10',
        packages: [
          { name: 'other', version: '1.0.0', wheels: { 'other.whl': { integrity: '', sha256: 'ab', tree: '' } } },
          { name: 'mcp-postgres', version: '1.2.0', wheels: locked },
        ],
      },
    }),
    {
      ...unasked,
      pypi: () =>
        Promise.resolve({
          provenance: (name, wheel) =>
            name === 'mcp-postgres' && Object.hasOwn(answers, wheel)
              ? Promise.resolve(answers[wheel])
              : expect.unreachable(`${name} ${wheel}`),
        }),
      trust: trusted,
    },
  );
}

const messages = ({ observations }: ProvenanceReview): string[] => observations.map(({ message }) => message);

test.each([
  ['that it was published by a workflow', [attested(published())]],
  ['its build, as SLSA has it', [attested(slsa())]],
  ['both', [attested(published()), attested(slsa())]],
])('verifies an attestation of %s', async (_, attestations) => {
  expect(await review({ [file]: served(...attestations) })).toEqual({
    provenance: verified,
    observations: [],
    detail: 'its build was verified',
  });
});

test.each<[string, Buffer | undefined, string]>([
  ['nothing is attested', undefined, 'the package index has no attestations of it'],
  ['an empty list is served', served(), 'the package index has no attestations of it'],
  [
    'another thing is attested',
    served(attested(published({ predicateType: 'https://example.com/v1', predicate: {} }))),
    'it has attestations of other kinds than its build',
  ],
  [
    'an account of a cloud published it',
    served(attested(published(), { extensions: { ...githubExtensions(), 8: 'https://accounts.google.com' } })),
    'it is signed by an identity of https://accounts.google.com, which is not a build',
  ],
])('says so where %s', async (_, answer, why) => {
  expect(await review({ [file]: answer })).toEqual({
    provenance: { kind: 'none', why },
    observations: [],
    detail: why,
  });
});

test('asks for a look where it was built from another repository than the manifest names', async () => {
  const extensions = githubExtensions('https://github.com/stranger/other');
  const { observations } = await review({ [file]: served(attested(published(), { extensions })) });
  expect(observations).toEqual([
    expect.objectContaining({ rule: 'provenance-repository', subject: 'https://github.com/stranger/other' }),
  ]);
});

test.each<[string, unknown, string]>([
  ['another signer', attested(published(), { stranger: 'signer' }), 'does not verify: '],
  ['another authority', attested(published(), { stranger: 'authority' }), 'does not verify: '],
  ['another log', attested(published(), { stranger: 'log' }), 'does not verify: '],
  ['no log', attested(published(), { without: 'log' }), 'does not verify: '],
  [
    'another file',
    attested(published({ subject: [{ name: 'mcp_postgres-1.2.1-py3-none-any.whl', digest: { sha256 } }] })),
    `does not have ${file} as its only subject`,
  ],
  [
    'two files',
    attested(
      published({
        subject: [
          { name: file, digest: { sha256 } },
          { name: 'x', digest: { sha256 } },
        ],
      }),
    ),
    `does not have ${file} as its only subject`,
  ],
  [
    'another digest',
    attested(published({ subject: [{ name: file, digest: { sha256: 'ef'.repeat(32) } }] })),
    `is about another wheel: its sha256 is not ${sha256}, which the lock pins`,
  ],
  ['another commit in its SLSA statement', attested(slsa('d'.repeat(40))), 'differs from its certificate'],
  ['another version', attested(published(), {}, { version: 2 }), 'is of an unknown form'],
  ['no envelope', attested(published(), {}, { envelope: null }), 'is of an unknown form'],
  ['nothing in it', { version: 1, verification_material: {}, envelope: {} }, 'is not a Sigstore bundle'],
  ['no object', 'text', 'is of an unknown form'],
])('blocks an attestation with %s', async (_, attestation, reason) => {
  const found = await review({ [file]: served(attestation) });
  expect(found.provenance.kind).toBe('none');
  expect(messages(found)).toEqual([expect.stringContaining(`the attestation of mcp-postgres==1.2.0 ${reason}`)]);
});

test('blocks an attestation whose statement was changed in one byte', async () => {
  const good = attested(published());
  const { envelope } = good as { readonly envelope: { readonly statement: string; readonly signature: string } };
  const bytes = Buffer.from(envelope.statement, 'base64');
  bytes[bytes.indexOf('cdcd')] = 'e'.charCodeAt(0);
  const found = await review({
    [file]: served({ ...good, envelope: { ...envelope, statement: bytes.toString('base64') } }),
  });
  expect(messages(found)).toEqual([expect.stringContaining('does not verify: ')]);
});

test('does not accept signatures of this test as signatures of the public Sigstore', async () => {
  const found = await review({ [file]: served(attested(published())) }, undefined, publicTrust());
  expect(found.observations.map(({ rule }) => rule)).toEqual(['provenance-invalid']);
});

test('checks a limited number of attestations', async () => {
  const found = await review({ [file]: served(...Array.from({ length: 33 }, () => ({}))) });
  expect(messages(found)).toEqual(['the attestation of mcp-postgres==1.2.0 is one of 33; at most 32 are checked']);
});

test.each([
  ['a page', '<h1>sign in</h1>'],
  ['a list', '[]'],
  ['another version', '{"version":2,"attestation_bundles":[]}'],
  ['attestations that are not a list', '{"version":1,"attestation_bundles":{}}'],
])('fails when the index answers with %s', async (_, answer) => {
  await expect(review({ [file]: Buffer.from(answer) })).rejects.toMatchObject({
    name: 'Failure',
    code: 'not-attestations',
    message: `the package index's answer about attestations of ${file} is not a list of them`,
  });
});

describe('of several wheels', () => {
  const other = 'mcp_postgres-1.2.0-cp312-cp312-win_amd64.whl';
  const wheels = { [file]: sha256, [other]: 'ef'.repeat(32) };
  const ofOther = (flaws: Flaws = {}): Buffer =>
    served(attested(published({ subject: [{ name: other, digest: { sha256: 'ef'.repeat(32) } }] }), flaws));

  test('verifies all', async () => {
    const found = await review({ [file]: served(attested(published())), [other]: ofOther() }, wheels);
    expect(found).toMatchObject({ provenance: verified, observations: [] });
  });

  test('says how many are not attested, whichever the manifest names', async () => {
    const found = await review({ [file]: served(attested(published())), [other]: undefined }, wheels);
    expect(found.provenance).toEqual({
      kind: 'none',
      why: '1 of its 2 wheels have no attested build; the package index has no attestations of it',
    });
  });

  test('blocks those of different builds', async () => {
    const extensions = { ...githubExtensions(), 13: 'd'.repeat(40) };
    const found = await review({ [file]: served(attested(published())), [other]: ofOther({ extensions }) }, wheels);
    expect(messages(found)).toEqual(['the attestation of mcp-postgres==1.2.0 and another one name different builds']);
  });
});
