/**
 * What `countersign credentials set` kept of one server. A secret lies in the keychain, and an empty file says so, so that no
 * keychain is asked in vain; or it lies in a file that this account alone can read.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { asDiskFailure } from '../../core/disk.ts';
import { makePrivateFolder } from '../../core/private.ts';
import { cacheFile, namesIn } from '../trust/cache-file.ts';
import { readSecretFile } from './file.ts';
import type { KeychainEntry, OpenKeychain } from './keychain.ts';
import { openSecret } from './secret.ts';

export type KeptIn = 'keychain' | 'file';

/** The names of variables hold no dot. */
const marker = '.keychain';

export class KeptSecrets {
  readonly #folder: string;
  readonly #owner: string;
  readonly #keychain: OpenKeychain;

  /** `folder` is the one of all servers' secrets. */
  constructor(folder: string, registry: string, server: string, keychain: OpenKeychain) {
    this.#folder = join(folder, registry, server);
    this.#owner = `${registry}/${server}`;
    this.#keychain = keychain;
  }

  /** Where a secret is kept; undefined if it is not. */
  async where(name: string): Promise<KeptIn | undefined> {
    const files = await this.#files();
    if (files.includes(name)) return 'file';
    return files.includes(`${name}${marker}`) ? 'keychain' : undefined;
  }

  /** Every name of a variable that something is kept for, sorted. */
  names(): Promise<string[]> {
    return this.namesLike(/^[A-Za-z_][A-Za-z0-9_]*$/u);
  }

  /** Every name of a form that something is kept for, sorted: one with a dot is no variable's. */
  async namesLike(form: RegExp): Promise<string[]> {
    const names = (await this.#files()).map((file) => file.replace(marker, ''));
    return [...new Set(names)].filter((name) => form.test(name)).sort();
  }

  /** The file that one process at a time makes, to change what is kept under a name. Its folder is made. */
  async lockIn(name: string): Promise<string> {
    await makePrivateFolder(this.#folder).catch((error: unknown) => {
      throw asDiskFailure(error, this.#folder);
    });
    return join(this.#folder, `${name}.lock`);
  }

  /** @throws Refusal E_STORE; Failure `no-keychain`, `secret`, `secret-lost` */
  async read(name: string, where: KeptIn): Promise<string> {
    if (where === 'file') return readSecretFile(join(this.#folder, name));
    const secret = await (await this.#keychain()).get(this.#entry(name));
    if (secret !== undefined) return openSecret(Buffer.from(secret), 'the keychain');
    throw new Failure('secret-lost', `the keychain has no ${name} any more`, 'set it again');
  }

  /** @throws Failure `no-keychain` if no keychain can keep a secret here */
  async checkKeychain(name: string): Promise<void> {
    await (await this.#keychain()).get(this.#entry(name));
  }

  /** Keeps a secret in place of the one before. */
  async keep(name: string, secret: string, where: KeptIn): Promise<void> {
    if (where === 'keychain') await (await this.#keychain()).set(this.#entry(name), secret);
    await cacheFile(
      join(this.#folder, where === 'file' ? name : `${name}${marker}`),
      Buffer.from(where === 'file' ? secret : ''),
    );
    await this.#remove(name, where === 'file' ? 'keychain' : 'file');
  }

  /** Removes a secret. Returns where it was kept. */
  async remove(name: string): Promise<KeptIn | undefined> {
    const where = await this.where(name);
    for (const each of ['keychain', 'file'] as const) await this.#remove(name, each);
    return where;
  }

  /** The marker goes last: until then, it is known that something lies in the keychain. */
  async #remove(name: string, where: KeptIn): Promise<void> {
    const file = where === 'file' ? name : `${name}${marker}`;
    if (!(await this.#files()).includes(file)) return;
    if (where === 'keychain') await (await this.#keychain()).remove(this.#entry(name));
    const path = join(this.#folder, file);
    await rm(path, { recursive: true, force: true }).catch((error: unknown) => {
      throw asDiskFailure(error, path);
    });
  }

  #entry(name: string): KeychainEntry {
    return { service: 'countersign', account: `${this.#owner}/${name}` };
  }

  #files(): Promise<string[]> {
    // One that cannot be read is an error: the variable of a client must not count instead of what the user keeps.
    return namesIn(this.#folder);
  }
}
