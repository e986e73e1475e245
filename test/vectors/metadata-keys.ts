/** Keys of roles that are not what the root says. */
import { createECDH } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { canonicalize } from '@tufjs/canonical-json';
import { canonicalJson } from '../../core/canonical.ts';
import { metadataKey } from '../../core/metadata.ts';
import type { MetadataKey, RootRole } from '../../schemas/types.ts';
import { keyId, signatures } from '../support/metadata.ts';
import { testKey } from '../support/statements.ts';
import { metadataIn, registry, roleFiles as file, signedAs, type Attack } from './define.ts';
import type { Files } from './vector.ts';

const strange = testKey(32);

/** Root 2 names one more timestamp key, by any id, and that one alone signs the timestamp. */
function withKey(
  key: unknown,
  id: string,
  sign = (signed: unknown): string | undefined => signatures(signed, [strange])[0]?.sig,
  version: 20 | 30 = 20,
): Files {
  const root = (role: RootRole): unknown => ({
    ...role,
    keys: { ...role.keys, ...(key !== undefined && { [id]: key }) },
    roles: { ...role.roles, timestamp: { keyids: [id], threshold: 1 } },
  });
  return registry(version, signedAs({ root }), (files) => {
    const { signed } = metadataIn(files, file.timestamp);
    files.set(file.timestamp, canonicalJson({ signatures: [{ keyid: id, sig: sign(signed) }], signed }));
  });
}

const good = metadataKey(strange.spki);
const withPem = (pem: string): MetadataKey => ({ ...good, keyval: { public: pem } });
const pemOf = (spki: Buffer): string =>
  `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64').replaceAll(/(.{64})(?=.)/gu, '$1\n')}\n-----END PUBLIC KEY-----\n`;

/** The public key of a curve, by the DER of its name. */
function keyOnCurve(curve: string, oid: string): Buffer {
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(Buffer.alloc(32, 7));
  const name = Buffer.concat([Buffer.from('06072a8648ce3d0201', 'hex'), Buffer.from(oid, 'hex')]);
  const bits = Buffer.concat([Buffer.from([0]), ecdh.getPublicKey()]);
  const sequence = (tag: number, bytes: Buffer): Buffer => Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
  return sequence(0x30, Buffer.concat([sequence(0x30, name), sequence(0x03, bits)]));
}
/** Of all curves, its keys alone are as long in base64 as those of P-256. */
export const brainpoolKey = keyOnCurve('brainpoolP256r1', '06092b2403030208010107');

const edwardsSecret = Buffer.alloc(32, 8);
const edwards = Buffer.from(ed25519.getPublicKey(edwardsSecret)).toString('hex');
const ed25519Key = (text: string): MetadataKey => ({
  keytype: 'ed25519',
  scheme: 'ed25519',
  keyval: { public: text },
});
const signEdwards = (signed: unknown): string =>
  Buffer.from(ed25519.sign(Buffer.from(canonicalize(signed), 'utf8'), edwardsSecret)).toString('hex');

/** Keys with which a registry may sign. */
const goodKeys: Attack[] = (
  [
    ['of-ed25519', 'signs the timestamp with an Ed25519 key, and is no attacker', ed25519Key(edwards), signEdwards],
    [
      'that-says-more',
      'gives a key a field that no host knows, and is no attacker',
      { ...good, more: true },
      undefined,
    ],
  ] as const
).map(([is, attack, key, sign]) => {
  const serves = (version: 20 | 30): Files => withKey(key, keyId(key), sign, version);
  return { is: `key-${is}`, attack, outcome: 'accepted', serves: serves(20), honest: serves(20), after: serves(30) };
});

const keys: Attack[] = (
  [
    ['with-another-type', 'says that a metadata key is one of RSA', 'E_THRESHOLD', { ...good, keytype: 'rsa' }],
    ['with-another-scheme', 'says that a key signs with Ed25519', 'E_THRESHOLD', { ...good, scheme: 'ed25519' }],
    ['of-ed25519-in-pem', 'says that a key on P-256 is one of Ed25519', 'E_KEY', ed25519Key(good.keyval.public)],
    ['of-ed25519-in-capitals', 'writes an Ed25519 key in capital letters', 'E_KEY', ed25519Key(edwards.toUpperCase())],
    [
      'of-ed25519-that-did-not-sign',
      'puts the signature of another key under one of Ed25519',
      'E_SIGNATURE',
      ed25519Key(edwards),
    ],
    ['on-another-curve', 'gives a role a key on another curve', 'E_KEY', withPem(pemOf(brainpoolKey))],
    ['that-is-none', 'gives a role a key that is none', 'E_KEY', withPem('not a key')],
    ['with-white-space', 'writes a key with white space after it', 'E_KEY', withPem(`${good.keyval.public}\n`)],
  ] as const
).map(([is, attack, outcome, key]) => ({
  is: `key-${is}`,
  attack,
  outcome,
  serves: withKey(key, keyId(key as MetadataKey)),
}));
keys.push(
  {
    is: 'key-under-another-id',
    attack: 'has a root name a key under an id of its own, so that it could count twice',
    outcome: 'E_KEY',
    serves: withKey(good, 'a'.repeat(64)),
  },
  {
    is: 'key-that-is-not-there',
    attack: 'has a root name a key for a role that it does not hold',
    outcome: 'E_KEY',
    serves: withKey(undefined, keyId(good)),
  },
);

export const metadataKeyAttacks: readonly Attack[] = [...keys, ...goodKeys];
