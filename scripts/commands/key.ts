import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { keyHint } from '../../core/keyring.ts';
import { keyIdOf, metadataKey } from '../../core/metadata.ts';
import { UsageError } from '../../core/failure.ts';
import { createEncryptedKey } from '../../signer/keys/pkcs8.ts';
import { askSecret } from '../terminal.ts';
import { readFile } from 'node:fs/promises';
import { conclude, withJson } from './common.ts';
import { withKey, withSecret, type KeyOptions } from './key-options.ts';

interface ShowOptions extends KeyOptions {
  readonly out?: string;
}

/** `registry key`: makes a key of one's own for a ceremony, and shows the public half of any. */
export function key(program: Command): void {
  const group = program.command('key').description('make a key for a ceremony, and show the public half of one');

  withSecret(withJson(group.command('new <file>')))
    .description('make a private key, encrypted with a passphrase, in a new file')
    .action(async (file: string, { json, secretFile }: KeyOptions) => {
      const passphrase =
        secretFile === undefined
          ? await newPassphrase(file)
          : (await readFile(secretFile, 'utf8')).replace(/\r?\n$/u, '');
      await createEncryptedKey(file, passphrase);
      conclude(json, [], { file, address: `pkcs8:${file}` }, [
        `${file} holds a new private key: keep it off this network, and a copy of it elsewhere`,
        `show its public half with: registry key show pkcs8:${file}`,
      ]);
    });

  withSecret(withJson(group.command('show <address>')))
    .description('print the public key at an address, for others to name')
    .option('--out <file>', 'write it there')
    .action(async (address: string, options: ShowOptions) => {
      const spki = await withKey(address, options, (opened) => opened.publicKey());
      const { keyval } = metadataKey(spki);
      if (options.out !== undefined) await writeFile(options.out, keyval.public, { flag: 'wx' });
      const id = keyIdOf(metadataKey(spki));
      conclude(options.json, [], { id, hint: keyHint(spki), publicKey: keyval.public }, [
        ...(options.out === undefined ? keyval.public.trim().split('\n') : [`${options.out} holds the public key`]),
        `id ${id}`,
      ]);
    });
}

async function newPassphrase(file: string): Promise<string> {
  const passphrase = await askSecret(`a passphrase for ${file}`);
  if ((await askSecret('the same again')) !== passphrase)
    throw new UsageError('the two are not the same', 'run the command again');
  return passphrase;
}
