/** Whose signatures on upstream attestations count: the public Sigstore, and npm's own keys. Nobody is asked for them. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { toTrustMaterial, type TrustMaterial } from '@sigstore/verify';

export interface UpstreamTrust {
  /** The authorities and logs, and as public keys those that npm signs with. */
  readonly material: TrustMaterial;
  /** Whether npm is known to sign with a key. */
  knowsKey(hint: string): boolean;
}

interface NpmKeys {
  readonly keys: readonly {
    readonly keyId: string;
    readonly keyUsage: string;
    readonly publicKey: {
      readonly rawBytes: string;
      readonly validFor: { readonly start: string; readonly end?: string };
    };
  }[];
}

interface NpmKey {
  readonly publicKey: KeyObject;
  readonly start: Date;
  readonly end: Date | undefined;
}

/** From the texts of `trusted_root.json` and of npm's `keys.json`, which come from one's own installation. */
export function openTrust(trustedRoot: unknown, npmKeys: unknown): UpstreamTrust {
  // A map: hints come from outside, and `constructor` is one that an object would know.
  const keys = new Map<string, NpmKey>();
  for (const { keyId, keyUsage, publicKey } of (npmKeys as NpmKeys).keys)
    if (keyUsage === 'npm:attestations')
      keys.set(keyId, {
        publicKey: createPublicKey({ key: Buffer.from(publicKey.rawBytes, 'base64'), format: 'der', type: 'spki' }),
        start: new Date(publicKey.validFor.start),
        end: publicKey.validFor.end === undefined ? undefined : new Date(publicKey.validFor.end),
      });
  const find = (hint: string): ReturnType<TrustMaterial['publicKey']> => {
    const key = keys.get(hint);
    if (key === undefined) throw new Error('a key that is not known');
    const { publicKey, start, end } = key;
    return { publicKey, validFor: (date) => start <= date && (end === undefined || date <= end) };
  };
  return {
    material: toTrustMaterial(TrustedRoot.fromJSON(trustedRoot), find),
    knowsKey: (hint) => keys.has(hint),
  };
}

/** What the installed `@sigstore/tuf` carries of the public Sigstore: as fresh as the installation is. */
export function publicTrust(): UpstreamTrust {
  const { targets } = seeds['https://tuf-repo-cdn.sigstore.dev'];
  const read = (name: keyof typeof targets): unknown =>
    JSON.parse(Buffer.from(targets[name], 'base64').toString('utf8'));
  return openTrust(read('trusted_root.json'), read('registry.npmjs.org%2Fkeys.json'));
}
