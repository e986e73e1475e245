/**
 * Encrypts a private key with a passphrase: PKCS #8 (RFC 5958) with PBES2 (RFC 8018) by scrypt (RFC 7914) and AES-256.
 * node:crypto can do this too, but it always uses only 2,048 rounds of PBKDF2 for the passphrase.
 */
import { createCipheriv, randomBytes, scrypt, type KeyObject } from 'node:crypto';

/** Eight times 16 MiB, one after the other. OpenSSL must be able to read it, and accepts at most 32 MiB at once. */
const cost = { N: 2 ** 14, r: 8, p: 8 };

const pbes2 = Buffer.from('06092a864886f70d01050d', 'hex');
const scryptId = Buffer.from('06092b06010401da47040b', 'hex');
const aes256Cbc = Buffer.from('060960864801650304012a', 'hex');

/** `BEGIN ENCRYPTED PRIVATE KEY`, which OpenSSL 1.1 and later read. */
export async function encryptedPem(key: KeyObject, passphrase: string): Promise<string> {
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', await stretched(passphrase, salt), iv);
  const clear = key.export({ format: 'der', type: 'pkcs8' });
  const encrypted = Buffer.concat([cipher.update(clear), cipher.final()]);
  const { N, r, p } = cost;
  const der = sequence(
    sequence(
      pbes2,
      sequence(
        sequence(scryptId, sequence(octets(salt), integer(N), integer(r), integer(p))),
        sequence(aes256Cbc, octets(iv)),
      ),
    ),
    octets(encrypted),
  );
  const lines = der.toString('base64').replaceAll(/.{64}(?=.)/gu, '$&\n');
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${lines}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
}

const stretched = (passphrase: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
  });

// The parts of DER (X.690) that are needed here.
const sequence = (...parts: readonly Buffer[]): Buffer => element(0x30, Buffer.concat(parts));
const octets = (bytes: Buffer): Buffer => element(0x04, bytes);

function integer(value: number): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return element(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
}
