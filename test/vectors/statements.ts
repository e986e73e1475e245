/** Statements, records, locks and keyrings that say something else than was approved. */
import { canonicalJson } from '../../core/canonical.ts';
import { bundleBytes } from '../../core/bundle.ts';
import { sha256 } from '../../core/digest.ts';
import type { ApprovalKey, ApprovalStatement, Bundle, Lock, StatusStatement } from '../../schemas/types.ts';
import type { Change } from '../support/published.ts';
import { aBundle, aManifest, approvalKey, testKey } from '../support/statements.ts';
import { brainpoolKey } from './roles.ts';
import { name, noon, raw, registry, type Attack, type Entry } from './define.ts';
import type { Outcome } from './vector.ts';

const approvalSays = (change: Partial<ApprovalStatement['predicate']>): Change => ({
  approval: (s) => ({ ...s, predicate: { ...s.predicate, ...change } }),
});
const statusSays = (change: Partial<StatusStatement['predicate']>): Change => ({
  status: (s) => ({ ...s, predicate: { ...s.predicate, ...change } }),
});
const entrySays = (change: Partial<Entry>): Change => ({
  record: (r) => ({ ...r, versions: r.versions.map((entry) => ({ ...entry, ...change })) }),
});
const serverSays = (change: object): Change => ({
  approval: (s) => ({ ...s, predicate: { ...s.predicate, server: { ...s.predicate.server, ...change } } }),
});
const lockSays = (change: Partial<Lock>): Change => ({ lock: (lock) => ({ ...lock, ...change }) });

const parsed = (bytes: Uint8Array): Bundle => JSON.parse(Buffer.from(bytes).toString('utf8')) as Bundle;

/** What is wrong with something below the metadata: that is believed, and the server is not. */
const servers = (rows: readonly (readonly [string, string, Outcome, Change, Partial<Attack>?])[]): Attack[] =>
  rows.map(([is, attack, outcome, change, more]) => ({
    is,
    attack,
    outcome,
    remembers: 'all',
    serves: registry(20, change),
    ...more,
  }));

/** What is wrong with the status or the keyring: nothing is believed. */
const heard = (rows: readonly (readonly [string, string, Outcome, Change, Partial<Attack>?])[]): Attack[] =>
  rows.map(([is, attack, outcome, change, more]) => ({ is, attack, outcome, serves: registry(20, change), ...more }));

type Edit = (bundle: Bundle) => unknown;
const signature =
  (change: (sig: string) => string): Edit =>
  (b) => ({
    ...b,
    dsseEnvelope: { ...b.dsseEnvelope, signatures: b.dsseEnvelope.signatures.map(({ sig }) => ({ sig: change(sig) })) },
  });
const envelope =
  (change: object): Edit =>
  (b) => ({ ...b, dsseEnvelope: { ...b.dsseEnvelope, ...change } });
const hint =
  (to: string): Edit =>
  (b) => ({ ...b, verificationMaterial: { publicKey: { hint: to } } });

/** The same bytes in base64 with its spare bits set. */
function withSpareBits(base64: string): string {
  const at = base64.indexOf('=') - 1;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  if (at < 0) throw new Error('no spare bits');
  return base64.slice(0, at) + (alphabet[alphabet.indexOf(base64[at] ?? '') + 1] ?? '') + base64.slice(at + 1);
}

/** What both kinds of bundles are refused for. */
const bundles: readonly (readonly [string, string, Outcome, Edit])[] = [
  [
    'of-another-media-type',
    'calls a bundle one of another version',
    'E_FORMAT',
    (b) => ({ ...b, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2' }),
  ],
  ['with-an-unknown-field', 'adds a field to a bundle', 'E_FORMAT', (b) => ({ ...b, trusted: true })],
  ['with-an-unknown-field-in-the-envelope', 'adds a field to an envelope', 'E_FORMAT', envelope({ trusted: true })],
  [
    'with-a-key-id',
    'adds the id of a key to a signature',
    'E_FORMAT',
    (b) => envelope({ signatures: [{ ...b.dsseEnvelope.signatures[0], keyid: 'x' }] })(b),
  ],
  [
    'with-a-stripped-log',
    'leaves an empty list of log entries where an entry was',
    'E_FORMAT',
    (b) => ({ ...b, verificationMaterial: { ...b.verificationMaterial, tlogEntries: [] } }),
  ],
  [
    'with-a-stripped-timestamp',
    'leaves an empty list of timestamps where one was',
    'E_FORMAT',
    (b) => ({
      ...b,
      verificationMaterial: { ...b.verificationMaterial, timestampVerificationData: { rfc3161Timestamps: [] } },
    }),
  ],
  [
    'with-white-space-in-its-payload',
    'writes white space into the base64 of a payload',
    'E_FORMAT',
    (b) => envelope({ payload: `${b.dsseEnvelope.payload.slice(0, 8)}\n${b.dsseEnvelope.payload.slice(8)}` })(b),
  ],
  [
    'with-white-space-in-its-signature',
    'writes white space into the base64 of a signature',
    'E_FORMAT',
    signature((sig) => `${sig.slice(0, 8)} ${sig.slice(8)}`),
  ],
  [
    'with-spare-bits-in-its-payload',
    'writes the base64 of a payload in another way',
    'E_FORMAT',
    (b) => envelope({ payload: withSpareBits(b.dsseEnvelope.payload) })(b),
  ],
  [
    'in-base64url',
    'writes a signature in the alphabet for addresses',
    'E_FORMAT',
    signature((sig) => sig.replaceAll('+', '-').replaceAll('/', '_').replace(/^..../u, 'MEQ_')),
  ],
  [
    'with-two-signatures',
    'adds a signature of a key of its own',
    'E_FORMAT',
    (b) =>
      envelope({
        signatures: [...b.dsseEnvelope.signatures, ...aBundle(raw('{}'), { key: testKey(9) }).dsseEnvelope.signatures],
      })(b),
  ],
  ['without-a-signature', 'leaves the signature out', 'E_FORMAT', envelope({ signatures: [] })],
  [
    'with-a-message-signature',
    'makes a bundle of a bare signature, over a digest that it names',
    'E_FORMAT',
    (b) => ({
      mediaType: b.mediaType,
      verificationMaterial: b.verificationMaterial,
      messageSignature: {
        messageDigest: { algorithm: 'SHA2_256', digest: sha256('') },
        signature: b.dsseEnvelope.signatures[0]?.sig,
      },
    }),
  ],
  [
    'with-a-certificate',
    'brings a certificate of its own',
    'E_FORMAT',
    (b) => ({ ...b, verificationMaterial: { certificate: { rawBytes: 'MIIB' } } }),
  ],
  ['with-the-hint-proto', 'gives a hint that every object has', 'E_FORMAT', hint('__proto__')],
  ['with-the-hint-constructor', 'gives a hint that every object has as a function', 'E_FORMAT', hint('constructor')],
  ['with-the-hint-of-a-stranger', 'signs with a key of its own, and says so', 'E_KEY', hint(testKey(9).hint)],
  [
    'of-another-payload-type',
    'calls the payload JSON of another kind',
    'E_FORMAT',
    envelope({ payloadType: 'application/json' }),
  ],
  [
    'with-a-changed-payload',
    'changes a byte of what was signed',
    'E_SIGNATURE',
    (b) =>
      envelope({
        payload: Buffer.from(
          Buffer.from(b.dsseEnvelope.payload, 'base64').toString('utf8').replace('production', 'productioN'),
        ).toString('base64'),
      })(b),
  ],
  [
    'with-a-broken-signature',
    'puts another signature under what was signed',
    'E_SIGNATURE',
    signature((sig) => `${sig.slice(0, 40)}${sig[40] === 'A' ? 'B' : 'A'}${sig.slice(41)}`),
  ],
  [
    'with-a-signature-of-nothing',
    'puts a signature of two zeros under what was signed',
    'E_SIGNATURE',
    signature(() => Buffer.from('3006020100020100', 'hex').toString('base64')),
  ],
];

const approvalBundles = servers([
  ...bundles.map(
    ([is, attack, outcome, edit]) =>
      [
        `approval-${is}`,
        `${attack}, of an approval`,
        outcome,
        { bundle: (bytes: Uint8Array) => canonicalJson(edit(parsed(bytes))) },
      ] as const,
  ),
  [
    'approval-malleated',
    'rewrites the signature of an approval so that it still verifies',
    'E_SIGNATURE',
    {
      bundle: (bytes) => {
        const b = parsed(bytes);
        return bundleBytes(aBundle(Buffer.from(b.dsseEnvelope.payload, 'base64'), { lowS: false }));
      },
    },
  ],
  [
    'approval-signed-by-a-stranger',
    'signs an approval with a key of its own under the hint of the right one',
    'E_SIGNATURE',
    { approvalKey: { ...testKey(9), hint: testKey().hint } },
  ],
]);

const statusBundles = heard([
  ...bundles.map(
    ([is, attack, outcome, edit]) =>
      [
        `status-${is}`,
        `${attack}, of a status`,
        outcome,
        { statusBytes: (bytes: Uint8Array) => canonicalJson(edit(parsed(bytes))) },
      ] as const,
  ),
  [
    'status-malleated',
    'rewrites the signature of a status so that it still verifies',
    'E_SIGNATURE',
    {
      statusBytes: (bytes) => {
        const b = parsed(bytes);
        return bundleBytes(aBundle(Buffer.from(b.dsseEnvelope.payload, 'base64'), { lowS: false }));
      },
    },
  ],
  [
    'status-signed-by-a-stranger',
    'signs a status with a key of its own under the hint of the right one',
    'E_SIGNATURE',
    { statusKey: { ...testKey(9), hint: testKey().hint } },
  ],
  [
    'status-with-white-space-after',
    'writes white space after the end of a status',
    'E_FORMAT',
    { statusBytes: (bytes) => Buffer.concat([bytes, raw('\n')]) },
  ],
  [
    'status-in-another-order',
    'writes the fields of a bundle in another order',
    'E_FORMAT',
    {
      statusBytes: (bytes) => {
        const { dsseEnvelope, ...more } = parsed(bytes);
        return raw(JSON.stringify({ ...more, dsseEnvelope }));
      },
    },
  ],
  [
    'status-with-spare-bits-in-its-signature',
    'writes the base64 of a signature in another way',
    'E_FORMAT',
    {
      statusBytes: (bytes) => {
        let made = parsed(bytes);
        let payload = Buffer.from(made.dsseEnvelope.payload, 'base64');
        while (!made.dsseEnvelope.signatures[0]?.sig.endsWith('=')) {
          payload = Buffer.concat([payload, raw(' ')]);
          made = aBundle(payload);
        }
        return canonicalJson(signature(withSpareBits)(made));
      },
    },
  ],
  [
    'status-payload-with-duplicate-keys',
    'has one field signed twice',
    'E_FORMAT',
    {
      statusBytes: (bytes) =>
        canonicalJson(
          aBundle(
            raw(
              Buffer.from(parsed(bytes).dsseEnvelope.payload, 'base64')
                .toString('utf8')
                .replace('"revoked":[]', '"revoked":[],"revoked":[]'),
            ),
          ),
        ),
    },
  ],
  [
    'status-payload-that-is-not-json',
    'has a text signed that is no JSON',
    'E_FORMAT',
    { statusBytes: () => canonicalJson(aBundle(raw('all is well'))) },
  ],
]);

const withSubject = (change: (subject: ApprovalStatement['subject']) => unknown[]): Change => ({
  approval: (s) => ({ ...s, subject: change(s.subject) }),
});
const other = sha256('another');

/** An approval of an endpoint, which has no artefact. */
function asRemote({ predicate, ...statement }: ApprovalStatement): { subject: ApprovalStatement['subject'] } {
  const { artefact: _, ...server } = predicate.server;
  const remote = { url: 'https://mcp.example.com', transport: 'sse' };
  return {
    ...statement,
    subject: statement.subject.slice(1),
    ...{ predicate: { ...predicate, server: { ...server, remote } } },
  };
}

const approvals = servers([
  [
    'approval-of-another-kind',
    'has a status signed and serves it as an approval',
    'E_PREDICATE',
    { approval: (s) => ({ ...s, predicateType: 'urn:countersign:status:v1' }) },
  ],
  [
    'approval-without-a-kind',
    'has a statement signed that says of no kind',
    'E_PREDICATE',
    { approval: (s) => ({ ...s, predicateType: undefined }) },
  ],
  [
    'approval-of-another-statement-type',
    'has an older in-toto statement signed',
    'E_FORMAT',
    { approval: (s) => ({ ...s, _type: 'https://in-toto.io/Statement/v0.1' }) },
  ],
  ['approval-that-is-a-list', 'has a list signed', 'E_PREDICATE', { approval: (s) => [s] }],
  ['approval-that-is-nothing', 'has null signed', 'E_PREDICATE', { approval: () => null }],
  [
    'approval-that-says-more',
    'has a field signed that no approval has',
    'E_FORMAT',
    approvalSays({ extra: true } as never),
  ],
  [
    'approval-of-an-unknown-version',
    'has an approval signed of a version that this program does not know',
    'E_SCHEMA_VERSION',
    approvalSays({ schemaVersion: 2 } as never),
  ],
  [
    'approval-that-is-none',
    'has a refusal signed, and serves it as an approval',
    'E_FORMAT',
    approvalSays({ decision: 'refused' } as never),
  ],
  [
    'approval-of-another-server',
    "serves another server's approval under this name",
    'E_NAME',
    serverSays({ name: 'other' }),
  ],
  [
    'approval-of-another-version',
    "serves another version's approval under this one",
    'E_VERSION',
    serverSays({ version: '1.3.0' }),
  ],
  [
    'approval-of-another-registry',
    "serves another registry's approval",
    'E_REGISTRY',
    approvalSays({ registry: 'mcp.other.com' }),
  ],
  [
    'approval-of-development',
    'serves an approval that was signed for development',
    'E_ENVIRONMENT',
    approvalSays({ environment: 'development' }),
  ],
  [
    'approval-with-swapped-subjects',
    'swaps the digests of the manifest and the lock',
    'E_SUBJECT',
    withSubject(([a, m, l]) => [a, { ...m, digest: l?.digest }, { ...l, digest: m?.digest }]),
  ],
  [
    'approval-of-another-artefact',
    'approves the right name of an artefact by another digest',
    'E_SUBJECT',
    withSubject(([a, ...more]) => [{ ...a, digest: { sha256: other } }, ...more]),
  ],
  [
    'approval-of-an-artefact-by-another-name',
    'approves the right digest of an artefact by another name',
    'E_SUBJECT',
    withSubject(([a, ...more]) => [{ ...a, name: 'pkg:npm/left-pad@1.0.0' }, ...more]),
  ],
  [
    'approval-of-a-manifest-by-another-name',
    'approves the right digest of a manifest by another name',
    'E_SUBJECT',
    withSubject(([a, m, l]) => [a, { ...m, name: 'servers/other.yaml' }, l]),
  ],
  [
    'approval-of-a-lock-by-another-name',
    'approves the right digest of a lock by another name',
    'E_SUBJECT',
    withSubject(([a, m, l]) => [a, m, { ...l, name: 'servers/other.lock.json' }]),
  ],
  ['approval-without-a-lock', 'approves no lock', 'E_SUBJECT', withSubject(([a, m]) => [a, m])],
  [
    'approval-of-two-locks',
    'approves two locks, one of its own',
    'E_SUBJECT',
    {
      approval: (s) => {
        const { subject, ...remote } = asRemote(s);
        return { ...remote, subject: [...subject, { ...subject[1], digest: { sha256: other } }] };
      },
    },
  ],
  [
    'approval-of-no-exact-artefact',
    'approves whatever a name stands for',
    'E_SUBJECT',
    serverSays({ artefact: { ...aManifest().artefact, url: 'npm:x@latest' } }),
  ],
  [
    'approval-not-yet-given',
    'serves an approval from the future',
    'E_CLOCK',
    { ...approvalSays({ approvedAt: '2026-06-01T12:05:01Z' }), ...entrySays({ approvedAt: '2026-06-01T12:05:01Z' }) },
  ],
  [
    'approval-from-a-clock-five-minutes-ahead',
    'serves an approval from a clock that is as far ahead as may be',
    'accepted',
    { ...approvalSays({ approvedAt: '2026-06-01T12:05:00Z' }), ...entrySays({ approvedAt: '2026-06-01T12:05:00Z' }) },
  ],
  [
    'approval-expired',
    'goes on serving an approval that expired at this very second',
    'E_EXPIRED',
    { ...approvalSays({ validUntil: noon }), ...entrySays({ validUntil: noon }) },
  ],
  [
    'approval-for-others',
    'serves a server that is for others to those whom it is not for',
    'E_AUDIENCE',
    { manifest: { audience: ['finance'] } },
    { trust: { groups: ['sales'] } },
  ],
  [
    'approval-for-others-to-nobody',
    'serves a server that is for others to a device of no group',
    'E_AUDIENCE',
    { manifest: { audience: ['finance'] } },
  ],
  [
    'approval-for-this-group',
    'serves a server to those whom it is for',
    'accepted',
    { manifest: { audience: ['finance'] } },
    { trust: { groups: ['sales', 'finance'] } },
  ],
  [
    'approval-of-a-remote-endpoint',
    'serves an endpoint where a program is expected',
    'E_UNSUPPORTED',
    { approval: asRemote },
  ],
]);

const keyed = (key: Partial<ApprovalKey>): Change => ({
  keyring: { keys: [approvalKey(testKey(), key), approvalKey(testKey(2))] },
  statusKey: testKey(2),
});
const revokedKey = (stillCount: string[]): Change =>
  keyed({ revoked: { since: '2026-05-20T00:00:00Z', reason: 'the token was stolen', stillCount } });
const backDated: Change = {
  ...approvalSays({ approvedAt: '2026-04-01T00:00:00Z' }),
  ...entrySays({ approvedAt: '2026-04-01T00:00:00Z' }),
};
const approvalDigest = (change: Change): string =>
  [...registry(20, change).keys()]
    .find((path) => path.startsWith('approvals/'))
    ?.slice('approvals/'.length, -'.json'.length) ?? '';

/** Another key signed the approval that the control shows under the same keyring. */
const underKeyring = (keyring: Change, change: Change = {}): [Change, Partial<Attack>] => {
  const honest = { ...keyring, approvalKey: testKey(2) };
  return [
    { ...keyring, ...change },
    { honest: registry(20, honest), after: registry(30, honest) },
  ];
};

const keys = [
  ...servers([
    [
      'approval-from-before-its-key',
      'serves an approval from one second before its key counted',
      'E_KEY_WINDOW',
      ...underKeyring(keyed({ validFrom: '2026-05-01T00:00:01Z' })),
    ],
    [
      'approval-from-after-its-key',
      'serves an approval from the very second at which its key ended',
      'E_KEY_WINDOW',
      ...underKeyring(keyed({ validUntil: '2026-05-01T00:00:00Z' })),
    ],
    [
      'approval-from-the-first-second-of-its-key',
      'serves an approval from the second at which its key began',
      'accepted',
      ...underKeyring(keyed({ validFrom: '2026-05-01T00:00:00Z', validUntil: '2026-05-01T00:00:01Z' })),
    ],
    [
      'approval-back-dated-with-a-stolen-key',
      'signs an approval with a stolen key and dates it back before the theft',
      'E_KEY_REVOKED',
      ...underKeyring(revokedKey([]), backDated),
    ],
    [
      'approval-back-dated-beside-one-that-counts',
      'signs an approval with a stolen key that did sign another before the theft',
      'E_KEY_REVOKED',
      ...underKeyring(revokedKey([approvalDigest({})]), backDated),
    ],
    [
      'approval-that-a-stolen-key-signed-before',
      'shows what a key signed before it was stolen',
      'accepted',
      ...underKeyring(revokedKey([approvalDigest(backDated)]), backDated),
    ],
  ]),
  ...heard([
    [
      'status-from-before-its-key',
      'serves a status from before its key counted',
      'E_KEY_WINDOW',
      { keyring: { keys: [approvalKey(testKey(), { validFrom: '2026-06-01T00:00:01Z' })] } },
    ],
    [
      'status-from-after-its-key',
      'serves a status from the very second at which its key ended',
      'E_KEY_WINDOW',
      { keyring: { keys: [approvalKey(testKey(), { validUntil: '2026-06-01T00:00:00Z' })] } },
    ],
    [
      'status-signed-with-a-stolen-key',
      'signs a status with a stolen key',
      'E_KEY_REVOKED',
      { ...revokedKey([]), statusKey: testKey() },
    ],
    [
      'keyring-of-another-registry',
      "serves another registry's keyring, and what its keys signed",
      'E_REGISTRY',
      {
        keyring: { registry: 'mcp.other.com' },
        ...approvalSays({ registry: 'mcp.other.com' }),
        ...statusSays({ registry: 'mcp.other.com' }),
        record: (r) => ({ ...r, registry: 'mcp.example.com' }),
      },
    ],
    [
      'keyring-of-development',
      'serves a keyring for development, and what its keys signed',
      'E_ENVIRONMENT',
      {
        keyring: { environment: 'development' },
        ...approvalSays({ environment: 'development' }),
        ...statusSays({ environment: 'development' }),
      },
    ],
    [
      'keyring-with-a-key-twice',
      'names one key twice, with two windows',
      'E_KEY',
      { keyring: { keys: [approvalKey(testKey(), { validUntil: '2026-05-02T00:00:00Z' }), approvalKey(testKey())] } },
    ],
    [
      'keyring-with-another-hint',
      "gives its own key the hint of another's",
      'E_KEY',
      {
        keyring: { keys: [approvalKey(testKey(9), { hint: testKey().hint })] },
        approvalKey: { ...testKey(9), hint: testKey().hint },
        statusKey: { ...testKey(9), hint: testKey().hint },
      },
    ],
    [
      'keyring-with-a-key-that-is-none',
      'names a key that is none',
      'E_KEY',
      { keyring: { keys: [approvalKey(testKey()), keyOf(Buffer.alloc(91, 1))] } },
    ],
    [
      'keyring-with-a-key-on-another-curve',
      'names a key on another curve',
      'E_KEY',
      { keyring: { keys: [approvalKey(testKey()), keyOf(brainpoolKey)] } },
    ],
    [
      'keyring-with-another-algorithm',
      'says that a key is one of RSA',
      'E_FORMAT',
      { keyring: { keys: [approvalKey(testKey(), { algorithm: 'rsa-pss-sha256' } as never)] } },
    ],
    [
      'keyring-of-an-unknown-version',
      'serves a keyring of a version that this program does not know',
      'E_SCHEMA_VERSION',
      { keyring: { schemaVersion: 2 } as never },
    ],
  ]),
];

/** A key of the keyring, whatever its bytes are. */
function keyOf(spki: Buffer): ApprovalKey {
  const hintOf = Buffer.from(sha256(spki), 'hex').toString('base64');
  return { ...approvalKey(testKey()), hint: hintOf, publicKey: spki.toString('base64') };
}

const revoking = (versions: string | string[], state: 'revoked' | 'withdrawn' = 'revoked', of = name): Change =>
  statusSays({ revoked: [{ name: of, versions, state, since: '2026-05-20', reason: 'leaks rows' }] });

const statuses = [
  ...servers([
    [
      'record-un-revokes',
      'holds the online keys and publishes a revoked version as active',
      'E_REVOKED',
      { ...revoking('<2.0.0'), ...entrySays({ state: 'active' }) },
    ],
    [
      'record-un-revokes-by-name',
      'holds the online keys and publishes a version as active that is revoked by its name',
      'E_REVOKED',
      revoking(['1.2.0']),
    ],
    [
      'record-un-withdraws',
      'holds the online keys and publishes a withdrawn version as active',
      'E_REVOKED',
      revoking('*', 'withdrawn'),
    ],
    [
      'record-below-the-oldest',
      'holds the online keys and publishes a version older than the oldest that may run',
      'E_REVOKED',
      statusSays({ oldest: [{ name, version: '1.3.0', sequence: 4 }] }),
    ],
    ['status-revokes-other-versions', 'shows a version that is not among the revoked', 'accepted', revoking('<1.2.0')],
    [
      'status-revokes-another-server',
      'shows a server beside one that is revoked',
      'accepted',
      revoking('*', 'revoked', 'other'),
    ],
    [
      'status-with-this-as-the-oldest',
      'shows the oldest version that may run',
      'accepted',
      statusSays({
        oldest: [
          { name, version: '1.2.0', sequence: 3 },
          { name: 'other', version: '9.0.0', sequence: 99 },
        ],
      }),
    ],
    [
      'record-past-its-sunset',
      'goes on serving a version on the day of its sunset',
      'E_SUNSET',
      entrySays({ state: 'deprecated', lifecycle: { since: '2026-01-01', sunset: '2026-06-01', reason: 'too old' } }),
      { now: '2026-06-01T00:00:00Z', steps: [{ registry: 'before', at: '2026-05-31T12:00:00Z' }] },
    ],
    [
      'record-before-its-sunset',
      'serves a version on the day before its sunset',
      'accepted',
      entrySays({ state: 'deprecated', lifecycle: { since: '2026-01-01', sunset: '2026-06-02', reason: 'too old' } }),
    ],
  ]),
  ...heard([
    [
      'status-of-another-kind',
      'has an approval signed and serves it as the status',
      'E_PREDICATE',
      { status: (s) => ({ ...s, predicateType: 'urn:countersign:approval:v1' }) },
    ],
    [
      'status-of-another-registry',
      "serves another registry's status",
      'E_REGISTRY',
      statusSays({ registry: 'mcp.other.com' }),
    ],
    [
      'status-of-development',
      'serves a status that was signed for development',
      'E_ENVIRONMENT',
      statusSays({ environment: 'development' }),
    ],
    [
      'status-of-an-unknown-version',
      'serves a status of a version that this program does not know',
      'E_SCHEMA_VERSION',
      statusSays({ schemaVersion: 2 } as never),
    ],
    [
      'status-not-yet-issued',
      'serves a status from the future',
      'E_CLOCK',
      statusSays({ issuedAt: '2026-06-01T12:05:01Z' }),
    ],
    [
      'status-missing',
      'holds the online keys and publishes no status',
      'E_NOT_APPROVED',
      { named: (files) => void files.delete('trust/status.json') },
    ],
  ]),
];

const records = servers([
  [
    'record-missing',
    'holds the online keys and names the server in no bin',
    'E_NOT_APPROVED',
    { named: (files) => void files.delete(`servers/${name}.json`) },
  ],
  [
    'record-of-another-name',
    "serves another server's record under this name",
    'E_NAME',
    { record: (r) => ({ ...r, name: 'other' }) },
  ],
  [
    'record-of-another-registry',
    "serves another registry's record",
    'E_REGISTRY',
    { record: (r) => ({ ...r, registry: 'mcp.other.com' }) },
  ],
  [
    'record-without-its-version',
    'names a current version in a record that is not in its list',
    'E_NOT_APPROVED',
    { record: (r) => ({ ...r, version: '1.3.0' }) },
  ],
  ['record-with-an-unknown-field', 'adds a field to a record', 'E_FORMAT', { record: (r) => ({ ...r, extra: true }) }],
  [
    'record-of-an-unknown-version',
    'serves a record of a version that this program does not know',
    'E_SCHEMA_VERSION',
    { record: (r) => ({ ...r, schemaVersion: 2 }) },
  ],
  [
    'record-of-another-bundle',
    'names the digest of another approval in a record',
    'E_DIGEST',
    entrySays({ bundle: other }),
  ],
  ['record-of-another-lock', 'names the digest of another lock in a record', 'E_SUBJECT', entrySays({ lock: other })],
  [
    'record-of-another-manifest',
    'names the digest of another manifest in a record',
    'E_SUBJECT',
    entrySays({ manifest: other }),
  ],
  [
    'record-that-holds-longer',
    'names a later end of an approval in a record',
    'E_SUBJECT',
    entrySays({ validUntil: '2030-01-01T00:00:00Z' }),
  ],
  [
    'record-of-another-revision',
    'names another revision of an approval in a record',
    'E_SUBJECT',
    entrySays({ revision: 9 }),
  ],
  [
    'record-of-another-time',
    'names another time of an approval in a record',
    'E_SUBJECT',
    entrySays({ approvedAt: '2026-04-30T00:00:00Z' }),
  ],
  [
    'record-of-another-sequence',
    'names a higher sequence of an approval in a record, past the oldest that may run',
    'E_SUBJECT',
    { ...entrySays({ sequence: 9 }), ...statusSays({ oldest: [{ name, version: '1.3.0', sequence: 4 }] }) },
  ],
  [
    'record-with-duplicate-keys',
    'says one field of a record twice',
    'E_FORMAT',
    rewrittenRecord((text) => text.replace('"name":', '"name":"other","name":')),
  ],
  [
    'record-with-half-a-character',
    'writes half of a surrogate pair into a record',
    'E_FORMAT',
    rewrittenRecord((text) => text.replace('Read-only', '\\ud800')),
  ],
  [
    'record-with-a-number-too-long',
    'writes a number into a record that readers round',
    'E_FORMAT',
    rewrittenRecord((text) => text.replace('"revision":1', '"revision":9007199254740993')),
  ],
  [
    'lock-with-a-byte-more',
    'adds a byte to a lock that was approved',
    'E_DIGEST',
    { lockBytes: (bytes) => Buffer.concat([bytes, raw(' ')]) },
    { outcome: { fresh: 'E_DIGEST' }, afterwards: { silent: 'network' } },
  ],
  ['lock-of-another-server', 'has the lock of another server approved', 'E_LOCK', lockSays({ name: 'other' })],
  ['lock-of-another-version', 'has the lock of another version approved', 'E_LOCK', lockSays({ version: '9.9.9' })],
  [
    'lock-with-another-root',
    'has a lock approved whose root is not the artefact',
    'E_LOCK',
    { lock: (lock) => ({ ...lock, closure: { ...lock.closure, root: 'node_modules/zod' } }) },
  ],
  [
    'lock-with-a-path-upwards',
    'has a lock approved with a package out of its folder',
    'E_LOCK',
    {
      lock: (lock) => ({
        ...lock,
        closure: {
          ...lock.closure,
          packages: { ...lock.closure.packages, 'node_modules/../../x': lock.closure.packages['node_modules/zod']! },
        },
      }),
    },
  ],
  [
    'lock-of-an-unknown-version',
    'has a lock approved of a version that this program does not know',
    'E_SCHEMA_VERSION',
    lockSays({ schemaVersion: 2 } as never),
  ],
  [
    'lock-with-deep-nesting',
    'has a tool approved that nests 2,000 lists',
    'E_FORMAT',
    lockSays({
      tools: [
        { name: 'deep', definitions: [{ sha256: other, definition: { name: 'deep', inputSchema: nested(2_000) } }] },
      ],
    }),
  ],
]);

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

/** The bins name the record as it is after this. */
function rewrittenRecord(change: (text: string) => string): Change {
  return {
    named: (files) => {
      const path = `servers/${name}.json`;
      files.set(path, raw(change(Buffer.from(files.get(path) ?? '').toString('utf8'))));
    },
  };
}

export const statementAttacks: readonly Attack[] = [
  ...approvalBundles,
  ...statusBundles,
  ...approvals,
  ...keys,
  ...statuses,
  ...records,
];
