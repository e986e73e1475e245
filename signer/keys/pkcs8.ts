/** Keys in files that are encrypted with a passphrase, for ceremonies on a machine without a network. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asDiskFailure } from '../../core/disk.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { maxKeyFileBytes } from '../../core/limits.ts';
import { encryptedPem } from './encrypted-pem.ts';
import { inMemory, spkiOf, wrongKey } from './p256-key.ts';
import type { SigningKey } from './signing-key.ts';

/** In bytes of UTF-8. OpenSSL cannot read a longer one. */
const passphraseBytes = { min: 12, max: 1024 };

/** Opens a key that `createEncryptedKey` or another program wrote as an encrypted PKCS #8 file (RFC 5958). */
export async function openEncryptedKey(
  file: string,
  readSecret: (what: string) => Promise<string>,
): Promise<SigningKey> {
  const address = `pkcs8:${file}`;
  const pem = await readPem(file);
  if (!pem.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----'))
    throw pem.includes('PRIVATE KEY-----')
      ? wrongKey(
          address,
          'not encrypted as PKCS #8',
          'make another key: whoever could read this file has it. A key in another encrypted form can be kept: see `openssl pkcs8 -topk8 -scrypt`',
        )
      : wrongKey(address, 'no private key', 'name a file that holds BEGIN ENCRYPTED PRIVATE KEY');
  const key = decrypted(pem, await readSecret(`the passphrase of ${file}`), file);
  // Checks the curve too.
  spkiOf(createPublicKey(key), address);
  return { environment: 'production', ...inMemory(key) };
}

async function readPem(file: string): Promise<string> {
  try {
    if ((await stat(file)).size <= maxKeyFileBytes) return await readFile(file, 'utf8');
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
    throw new Failure('no-key', `there is no key file ${file}`, 'check its path, and that its medium is mounted', {
      cause,
    });
  }
  throw wrongKey(`pkcs8:${file}`, `a file of more than ${maxKeyFileBytes} bytes`, 'name the file of a key');
}

function decrypted(pem: string, passphrase: string, file: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, passphrase });
  } catch {
    // OpenSSL cannot reliably distinguish the two. Its error is left out, because it may contain what it tried to read.
    throw new Failure(
      'wrong-secret',
      `the key file ${file} does not open: the passphrase is another, or the file is damaged`,
      'type the passphrase again; if it is the right one, restore the file from a copy',
    );
  }
}

/**
 * Makes a key in a new file, encrypted with a passphrase. Gives its public half as SubjectPublicKeyInfo in DER.
 * @throws Failure `file-exists`, because nothing is ever overwritten; `weak-passphrase`
 */
export async function createEncryptedKey(file: string, passphrase: string): Promise<Uint8Array> {
  const length = Buffer.byteLength(passphrase);
  if (length < passphraseBytes.min || length > passphraseBytes.max)
    throw new Failure(
      'weak-passphrase',
      `a passphrase has between ${passphraseBytes.min} and ${passphraseBytes.max} bytes, not ${length}`,
      'take six words at random from a long list',
    );
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = await encryptedPem(privateKey, passphrase);
  // Read it again at once: a key that cannot be read must not become the key of a root.
  if (!createPublicKey(decrypted(pem, passphrase, file)).equals(publicKey)) throw new Error('the key was not kept');
  await writeNew(file, pem);
  return spkiOf(publicKey, `pkcs8:${file}`);
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
  } catch (error) {
    throw asDiskFailure(error, file);
  }
  try {
    // `wx`: nothing is overwritten.
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (systemCode(cause) !== 'EEXIST') throw asDiskFailure(cause, file);
    throw new Failure('file-exists', `${file} is there already, and no key is overwritten`, 'choose another file', {
      cause,
    });
  }
}
