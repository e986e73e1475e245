import { Failure } from '../../core/failure.ts';
import { maxSecretBytes } from '../../core/limits.ts';

/**
 * The text of a secret, from the bytes that its source gave. One line end at its end is no part of it, as editors and programs
 * add one; all others are, as in a private key. No message ever holds a part of it. `what` is what messages call the source.
 * @throws Failure `secret` if it is empty, too long, or nothing that a variable can hold
 */
export function openSecret(bytes: Uint8Array, what: string): string {
  if (bytes.byteLength > maxSecretBytes)
    throw unusable(`${what} gives more than the ${maxSecretBytes} bytes that a secret may have`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The error is of no use, and what it is about is secret.
    throw unusable(`${what} gives a secret that is not UTF-8`);
  }
  const secret = text.replace(/\r?\n$/u, '');
  if (secret === '') throw unusable(`${what} gives an empty secret`);
  if (secret.includes('\0')) throw unusable(`${what} gives a secret with a zero byte, which no variable can hold`);
  return secret;
}

const unusable = (why: string): Failure =>
  new Failure('secret', why, 'put the secret there as plain text, and only it');
