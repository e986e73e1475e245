import type { Environment } from '../../schemas/types.ts';

/** A key that signs approvals and status: ECDSA on P-256, wherever its private half lives. */
export interface SigningKey {
  /** What the key's signatures say they are for. */
  readonly environment: Environment;
  /** SubjectPublicKeyInfo in DER. */
  publicKey(): Promise<Uint8Array>;
  /** Signs a SHA-256 digest of 32 bytes; the signature is in DER. */
  signDigest(digest: Uint8Array): Promise<Uint8Array>;
  /** Ends what the key holds open: a session, connections. */
  close?(): Promise<void>;
}
