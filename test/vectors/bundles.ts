/** Bundles that say the right thing in the wrong way: among them all that @sigstore/verify lets pass. */
import { bundleBytes } from '../../core/bundle.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import type { Bundle } from '../../schemas/types.ts';
import { aBundle, testKey } from '../support/statements.ts';
import { raw, type Attack } from './define.ts';
import { refreshes, servers } from './says.ts';
import type { Outcome } from './vector.ts';

const parsed = (bytes: Uint8Array): Bundle => JSON.parse(Buffer.from(bytes).toString('utf8')) as Bundle;

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

const statusBundles = refreshes([
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

export const bundleAttacks: readonly Attack[] = [...approvalBundles, ...statusBundles];
