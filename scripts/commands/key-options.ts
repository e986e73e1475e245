/** What commands that use keys have in common: opening one by its address, and taking part of a ceremony by name. */
import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { Failure, UsageError } from '../../core/failure.ts';
import { git } from '../../core/git.ts';
import { isTracked } from '../../catalog/git.ts';
import { metadataKey } from '../../core/metadata.ts';
import type { MetadataKey } from '../../schemas/types.ts';
import { openKey } from '../../signer/keys/open-key.ts';
import type { SigningKey } from '../../signer/keys/signing-key.ts';
import { askSecret } from '../terminal.ts';
import type { CommonOptions } from './common.ts';

export interface KeyOptions extends CommonOptions {
  readonly secretFile?: string;
}

export const withSecret = (command: Command): Command =>
  command.option('--secret-file <file>', "the key's passphrase or PIN, where nobody can be asked");

/** How a passphrase or a PIN is found out: from a file where one is named, else from whoever sits at the terminal. */
export const secretFrom =
  (file: string | undefined): ((what: string) => Promise<string>) =>
  async (what) =>
    file === undefined ? askSecret(what) : (await readFile(file, 'utf8')).replace(/\r?\n$/u, '');

/** Before anything is asked or shown. @throws UsageError for a development key */
export function checkProduction(address: string): void {
  if (address.startsWith('development:'))
    throw new UsageError(
      'a development key lies in clear in a file',
      'use a key of a token, of a KMS, or a file with a passphrase',
    );
}

/** Opens a key, lets it be used, and closes it. Only production keys take part in what others trust. */
export async function withKey<T>(
  address: string,
  { secretFile }: KeyOptions,
  use: (key: SigningKey) => Promise<T>,
): Promise<T> {
  checkProduction(address);
  const key = await openKey(address, { now: new Date(), readSecret: secretFrom(secretFile) });
  try {
    return await use(key);
  } finally {
    await key.close?.();
  }
}

/** Somebody, or something, that holds a key. */
export interface Named {
  readonly name: string;
  readonly key: MetadataKey;
  readonly spki: Uint8Array;
}

const namedForm = /^(?<name>[a-z0-9]+(?:-[a-z0-9]+)*)=(?<key>.+)$/su;

/** `alice=alice.pem`, or `kms=awskms:///alias/x`: a file with a public key, or the address of a key. @throws UsageError */
export async function readNamed(text: string, options: KeyOptions): Promise<Named> {
  const { name, key: source } = namedForm.exec(text)?.groups ?? {};
  if (name === undefined || source === undefined)
    throw new UsageError(
      `${JSON.stringify(text.slice(0, 60))} names no key`,
      'write <name>=<file with a public key, or key address>',
    );
  const spki = /^[a-z0-9]+:/u.test(source)
    ? await withKey(source, options, (key) => key.publicKey())
    : await publicKeyIn(source);
  return { name, key: metadataKey(spki), spki };
}

async function publicKeyIn(file: string): Promise<Uint8Array> {
  const pem = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${file} cannot be read`, 'name a file with a public key in PEM, or the address of a key', {
      cause,
    });
  });
  if (pem.includes('PRIVATE KEY'))
    throw new UsageError(
      `${file} holds a private key`,
      'keep it where it is, and give its public key: `registry key show <address>`',
    );
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key.export({ format: 'der', type: 'spki' });
  } catch (cause) {
    throw new UsageError(`${file} holds no public key`, 'write it as PEM: `registry key show <address>` prints it', {
      cause,
    });
  }
  throw new UsageError(`the key in ${file} is not ECDSA on P-256`, 'make one on that curve');
}

/** When the registry began: the time of the oldest commit on the main line. Nothing outside git. @throws Failure */
export async function firstCommit(root: string): Promise<Date | undefined> {
  if (!(await isTracked(root))) return undefined;
  if ((await git(root, 'rev-parse', '--is-shallow-repository')).trim() === 'true')
    throw new Failure(
      'shallow-clone',
      'this clone does not have the whole history, which says when the registry began',
      'run `git fetch --unshallow`',
    );
  const seconds = (await git(root, 'log', '--first-parent', '--format=%ct')).trim().split('\n').map(Number);
  return new Date(seconds.reduce((least, each) => Math.min(least, each)) * 1000);
}
