import type { Environment } from '../../schemas/types.ts';

/**
 * A key that signs approvals and status: ECDSA on P-256. Its private half may be in a file, a token or a key service.
 */
export interface SigningKey {
  /** The environment that the key's signatures are for. */
  readonly environment: Environment;
  /** SubjectPublicKeyInfo in DER. */
  publicKey(): Promise<Uint8Array>;
  /** Signs a SHA-256 digest of 32 bytes; the signature is in DER. */
  signDigest(digest: Uint8Array): Promise<Uint8Array>;
  /** Closes what the key keeps open: a session, connections. */
  close?(): Promise<void>;
}
