/** The trusted signers of upstream attestations: the public Sigstore, and npm's own keys. No request is made for them. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { toTrustMaterial, type TrustMaterial } from '@sigstore/verify';

export interface UpstreamTrust {
  /** The authorities and logs, and npm's signing keys as public keys. */
  readonly material: TrustMaterial;
  /** The origin of the registry that npm signs for. */
  readonly npmRegistry: string;
  /** Whether a key is a known signing key of npm. */
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

/** Makes the trust from `trusted_root.json` and npm's `keys.json`, which are part of the installed package. */
export function openTrust(trustedRoot: unknown, npmKeys: unknown, npmRegistry: string): UpstreamTrust {
  // A map, because hints come from outside, and every object has a property `constructor`.
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
    npmRegistry,
    knowsKey: (hint) => keys.has(hint),
  };
}

/** The trust in the public Sigstore that the installed `@sigstore/tuf` contains. It is as new as that package. */
export function publicTrust(): UpstreamTrust {
  const targets = new Map(Object.entries(seeds['https://tuf-repo-cdn.sigstore.dev'].targets));
  const read = (name: string): unknown => JSON.parse(Buffer.from(targets.get(name) ?? '', 'base64').toString('utf8'));
  // The file of keys is named after the registry that they are for.
  const suffix = '%2Fkeys.json';
  const [keys, ...others] = [...targets.keys()].filter((name) => name.endsWith(suffix));
  if (keys === undefined || others.length > 0)
    throw new Error('@sigstore/tuf does not contain exactly one file of npm keys');
  return openTrust(read('trusted_root.json'), read(keys), `https://${keys.slice(0, -suffix.length)}`);
}
