import { hash } from 'node:crypto';

/** SHA-256 of exactly these bytes, in lower-case hexadecimal. */
export const sha256 = (bytes: Uint8Array | string): string => hash('sha256', bytes, 'hex');

/** SHA-512 of exactly these bytes, in lower-case hexadecimal. */
export const sha512 = (bytes: Uint8Array): string => hash('sha512', bytes, 'hex');

/** SHA-512 of exactly these bytes in the form of Subresource Integrity, as package registries state it. */
export const integrityOf = (bytes: Uint8Array): string => `sha512-${hash('sha512', bytes, 'base64')}`;

/** The SHA-512 in an integrity value, in hexadecimal. */
export const sha512OfIntegrity = (integrity: string): string =>
  Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
