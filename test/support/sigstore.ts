/**
 * A Sigstore of one's own: a certificate authority, a log of its certificates, a log of signatures and an npm key. What
 * it signs is made of bytes here, without any library that verifies it, so that a test can break one link at a time.
 */
import { createHash, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../../core/canonical.ts';
import { bits, der, integer, octets, oid, sequence, time, utf8, yes } from './der.ts';

interface Party {
  readonly key: KeyObject;
  readonly spki: Buffer;
  /** SHA-256 of the public key: what logs are called by. */
  readonly id: Buffer;
}

function party(): Party {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { key: privateKey, spki, id: digest(spki) };
}

const digest = (...data: readonly Uint8Array[]): Buffer =>
  createHash('sha256')
    .update(Buffer.concat([...data]))
    .digest();
const signedBy = ({ key }: Party, data: Uint8Array): Buffer => sign('sha256', data, key);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Fulcio's extensions by their last number: 8 issuer, 9 signer, 12 repository, 13 commit, 18 workflow. */
export type Extensions = Readonly<Record<number, string>>;

/** What a GitHub workflow is given a certificate for. */
export function githubExtensions(repository = 'https://github.com/example/mcp-postgres'): Extensions {
  const workflow = `${repository}/.github/workflows/release.yml@refs/tags/v1.2.0`;
  return {
    8: 'https://token.actions.githubusercontent.com',
    9: workflow,
    11: 'github-hosted',
    12: repository,
    13: 'c0ffee'.repeat(6).concat('c0ff'),
    14: 'refs/tags/v1.2.0',
    18: workflow,
    20: 'push',
  };
}

/** What may be wrong with a signature. */
export interface Flaws {
  readonly extensions?: Extensions;
  /** Instead of the signer that the extensions name. */
  readonly subjectAlternativeName?: string;
  /** When the log took it in. The certificate is valid for ten minutes from `certifiedAt` on. */
  readonly loggedAt?: Date;
  readonly certifiedAt?: Date;
  /** Whose hand takes the place of the authority, the certificate log, the signature log or the signer. */
  readonly stranger?: 'authority' | 'certificate-log' | 'log' | 'proof' | 'signer';
  readonly without?: 'certificate-log' | 'log';
  readonly payloadType?: string;
  /** What the log says was signed. */
  readonly logged?: Uint8Array;
}

/** Everything that verifiers are told of it, and all that it signs. */
export interface FakeSigstore {
  /** As `trusted_root.json` has it. */
  readonly trustedRoot: unknown;
  /** As npm's `keys.json` has it. */
  readonly npmKeys: unknown;
  readonly npmKeyId: string;
  /** A bundle (v0.3) over an in-toto statement, signed by a workflow. */
  attest(statement: unknown, flaws?: Flaws): Record<string, unknown>;
  /** The same, signed by npm's key. */
  attestByKey(statement: unknown, flaws?: Flaws & { readonly hint?: string }): Record<string, unknown>;
  /** The annotations with which cosign keeps a signature over a payload. */
  cosign(payload: Uint8Array, flaws?: Flaws): Record<string, string>;
}

const day = new Date('2026-05-01T12:00:00Z');
const logUrl = 'https://log.sigstore.test';

export function fakeSigstore(): FakeSigstore {
  const [authority, certificateLog, log, npm, stranger] = [party(), party(), party(), party(), party()];
  const npmKeyId = `SHA256:${base64(npm.id).replace(/=+$/u, '')}`;

  const publicKey = ({ spki }: Party): unknown => ({
    rawBytes: base64(spki),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    validFor: { start: '2026-01-01T00:00:00Z' },
  });
  const logEntry = (it: Party): unknown => ({
    baseUrl: logUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: publicKey(it),
    logId: { keyId: base64(it.id) },
  });

  const certify = (signer: Party, flaws: Flaws): Buffer => {
    const by = flaws.stranger === 'authority' ? stranger : authority;
    const sctBy = flaws.stranger === 'certificate-log' ? stranger : certificateLog;
    const unlogged = leaf(signer, by, flaws, []);
    const extra = flaws.without === 'certificate-log' ? [] : [promiseOf(unlogged, sctBy, certificateLog.id, by)];
    return seal(leaf(signer, by, flaws, extra), by);
  };

  /** What the log says of a signature: the entry, its promise to take it in, and the proof that it did. */
  const logged = (body: unknown, { loggedAt = day, ...flaws }: Flaws): Record<string, unknown> => {
    const bytes = canonicalJson(body);
    const integratedTime = loggedAt.getTime() / 1000;
    const promise = { body: base64(bytes), integratedTime, logIndex: 7, logID: log.id.toString('hex') };
    const leafHash = digest(Buffer.of(0), bytes);
    const note = `log.sigstore.test\n1\n${base64(leafHash)}\n`;
    const [promisedBy, provenBy] = [
      flaws.stranger === 'log' ? stranger : log,
      flaws.stranger === 'proof' ? stranger : log,
    ];
    const mark = base64(Buffer.concat([log.id.subarray(0, 4), signedBy(provenBy, Buffer.from(note))]));
    const { kind, apiVersion } = body as { kind: string; apiVersion: string };
    return {
      logIndex: '7',
      logId: { keyId: base64(log.id) },
      kindVersion: { kind, version: apiVersion },
      integratedTime: String(integratedTime),
      inclusionPromise: { signedEntryTimestamp: base64(signedBy(promisedBy, canonicalJson(promise))) },
      inclusionProof: {
        logIndex: '0',
        rootHash: base64(leafHash),
        treeSize: '1',
        hashes: [],
        checkpoint: { envelope: `${note}\n\u2014 log.sigstore.test ${mark}\n` },
      },
      canonicalizedBody: base64(bytes),
    };
  };

  const envelope = (statement: unknown, signer: Party, material: Record<string, unknown>, flaws: Flaws) => {
    const payload = statement instanceof Uint8Array ? statement : Buffer.from(JSON.stringify(statement));
    const { payloadType = 'application/vnd.in-toto+json' } = flaws;
    const signature = signedBy(
      flaws.stranger === 'signer' ? stranger : signer,
      Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]),
    );
    const payloadHash = { algorithm: 'sha256', value: digest(flaws.logged ?? payload).toString('hex') };
    const signatures = [{ signature: base64(signature), verifier: '' }];
    const body = { apiVersion: '0.0.1', kind: 'dsse', spec: { payloadHash, signatures } };
    return {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { ...material, tlogEntries: flaws.without === 'log' ? [] : [logged(body, flaws)] },
      dsseEnvelope: { payload: base64(payload), payloadType, signatures: [{ sig: base64(signature), keyid: '' }] },
    };
  };

  return {
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [logEntry(log)],
      certificateAuthorities: [
        {
          uri: 'https://ca.sigstore.test',
          certChain: { certificates: [{ rawBytes: base64(seal(root(authority), authority)) }] },
          validFor: { start: '2026-01-01T00:00:00Z' },
        },
      ],
      ctlogs: [logEntry(certificateLog)],
      timestampAuthorities: [],
    },
    npmKeys: { keys: [{ keyId: npmKeyId, keyUsage: 'npm:attestations', publicKey: publicKey(npm) }] },
    npmKeyId,
    attest: (statement, flaws = {}) => {
      const signer = party();
      return envelope(statement, signer, { certificate: { rawBytes: base64(certify(signer, flaws)) } }, flaws);
    },
    attestByKey: (statement, { hint = npmKeyId, ...flaws } = {}) =>
      envelope(statement, npm, { publicKey: { hint } }, flaws),
    cosign: (payload, flaws = {}) => {
      const signer = party();
      const signature = base64(signedBy(flaws.stranger === 'signer' ? stranger : signer, payload));
      const data = { hash: { algorithm: 'sha256', value: digest(flaws.logged ?? payload).toString('hex') } };
      const spec = { data, signature: { content: signature, publicKey: { content: '' } } };
      const entry = logged({ apiVersion: '0.0.1', kind: 'hashedrekord', spec }, flaws);
      const bundle = {
        SignedEntryTimestamp: (entry['inclusionPromise'] as Record<string, string>)['signedEntryTimestamp'],
        Payload: {
          body: entry['canonicalizedBody'],
          integratedTime: Number(entry['integratedTime']),
          logIndex: 7,
          logID: log.id.toString('hex'),
        },
      };
      return {
        'dev.cosignproject.cosign/signature': signature,
        'dev.sigstore.cosign/certificate': pem(certify(signer, flaws)),
        'dev.sigstore.cosign/chain': pem(seal(root(authority), authority)),
        ...(flaws.without !== 'log' && { 'dev.sigstore.cosign/bundle': JSON.stringify(bundle) }),
      };
    },
  };
}

const pem = (bytes: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${base64(bytes)
    .match(/.{1,64}/gu)
    ?.join('\n')}\n-----END CERTIFICATE-----\n`;

// RFC 5280, as far as the two kinds of certificate need it.

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const authorityName = sequence(der(0x31, sequence(oid('2.5.4.10'), utf8('sigstore.test'))));

const seal = (tbs: Buffer, by: Party): Buffer => sequence(tbs, ecdsaWithSha256, bits(signedBy(by, tbs)));

const extension = (id: string, value: Uint8Array, critical = false): Buffer =>
  critical ? sequence(oid(id), yes, octets(value)) : sequence(oid(id), octets(value));

function certificate(subject: Buffer, { spki }: Party, from: Date, until: Date, extensions: readonly Buffer[]): Buffer {
  return sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(Buffer.of(1, 2, 3)),
    ecdsaWithSha256,
    authorityName,
    sequence(time(from), time(until)),
    subject,
    spki,
    der(0xa3, sequence(...extensions)),
  );
}

const root = (authority: Party): Buffer =>
  certificate(authorityName, authority, new Date('2026-01-01T00:00:00Z'), new Date('2036-01-01T00:00:00Z'), [
    extension('2.5.29.15', bits(Buffer.of(0x06), 1), true),
    extension('2.5.29.19', sequence(yes), true),
    extension('2.5.29.14', octets(authority.id.subarray(0, 20))),
  ]);

function leaf(signer: Party, by: Party, flaws: Flaws, more: readonly Buffer[]): Buffer {
  const { extensions = githubExtensions(), certifiedAt = day } = flaws;
  const name = flaws.subjectAlternativeName ?? extensions[9] ?? '';
  return certificate(sequence(), signer, certifiedAt, new Date(certifiedAt.getTime() + 600_000), [
    extension('2.5.29.15', bits(Buffer.of(0x80), 7), true),
    extension('2.5.29.35', sequence(der(0x80, by.id.subarray(0, 20)))),
    extension('2.5.29.17', sequence(der(0x86, Buffer.from(name))), true),
    ...Object.entries(extensions).map(([number, value]) => extension(`1.3.6.1.4.1.57264.1.${number}`, utf8(value))),
    ...more,
  ]);
}

/** RFC 6962, 3.2: what a certificate log promises, over the certificate without that promise. */
function promiseOf(unlogged: Buffer, by: Party, id: Buffer, issuer: Party): Buffer {
  const timestamp = Buffer.alloc(8);
  timestamp.writeBigUInt64BE(BigInt(day.getTime()));
  const length = Buffer.from(unlogged.length.toString(16).padStart(6, '0'), 'hex');
  const precertificate = [Buffer.of(0, 0), timestamp, Buffer.of(0, 1), issuer.id, length, unlogged, Buffer.of(0, 0)];
  const signature = signedBy(by, Buffer.concat(precertificate));
  const promise = [Buffer.of(0), id, timestamp, Buffer.of(0, 0, 4, 3), ...prefixed(signature)];
  return extension('1.3.6.1.4.1.11129.2.4.2', octets(...prefixed(...prefixed(...promise))));
}

/** With its length in two bytes. */
function prefixed(...content: readonly Buffer[]): Buffer[] {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.concat([...content]).length);
  return [length, ...content];
}
