import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../core/failure.ts';
import type { SecretSource } from '../../schemas/types.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { findSecrets, placeOf, type SecretSources } from './find.ts';
import { KeptSecrets } from './kept.ts';
import type { Keychain, KeychainEntry, OpenKeychain } from './keychain.ts';

const manifest = {
  launch: {
    environment: [
      { name: 'TOKEN', description: 'A token.', secret: true, required: true },
      { name: 'MODE', description: 'How to greet.' },
    ],
  },
};

let folder: string;
let entries: Map<string, string>;
let opened: number;

beforeEach(async () => {
  folder = await temporaryFolder();
  entries = new Map();
  opened = 0;
});

const key = ({ service, account }: KeychainEntry): string => `${service} ${account}`;

/** A keychain in memory. */
const openKeychain: OpenKeychain = async () => {
  opened++;
  const keychain: Keychain = {
    get: async (entry) => entries.get(key(entry)),
    set: async (entry, secret) => void entries.set(key(entry), secret),
    remove: async (entry) => entries.delete(key(entry)),
  };
  return keychain;
};

const noKeychain: OpenKeychain = async () => {
  throw new Failure('no-keychain', 'there is none', 'use a file');
};

const kept = (keychain = openKeychain): KeptSecrets =>
  new KeptSecrets(join(folder, 'credentials'), 'mcp.example.com', 'tiny', keychain);

const sources = (mapped: Readonly<Record<string, SecretSource>> = {}, keychain = openKeychain): SecretSources => ({
  mapped: new Map(Object.entries(mapped)),
  kept: kept(keychain),
  keychain,
});

const found = async (from: SecretSources, environment: Record<string, string> = {}): Promise<string | undefined> =>
  (await findSecrets(manifest, from, environment)).environment['TOKEN'];

test('the secrets of an endpoint are looked for by names that variables may have', async () => {
  await kept().keep('X_API_Key', 'kept', 'file');
  const headers = [{ name: 'X-API-Key', description: 'A key.', secret: true }];
  const remote = { url: 'https://mcp.example.com', transport: 'sse' as const, headers };
  const { environment, hide } = await findSecrets({ remote }, sources(), { X_API_Key: 'of the client' });
  expect(environment).toEqual({ X_API_Key: 'kept' });
  const own = { X_API_Key: 'of the client', PATH: '/bin' };
  hide(own);
  expect(own).toEqual({ PATH: '/bin' });
});

describe('a secret comes from', () => {
  test('the variable of countersign where nothing else is said, and no keychain is asked', async () => {
    expect(await found(sources(), { TOKEN: 'of the client' })).toBe('of the client');
    expect(await found(sources())).toBeUndefined();
    expect(opened).toBe(0);
  });

  test.each(['file', 'keychain'] as const)('the %s where it was set, before the variable', async (where) => {
    await kept().keep('TOKEN', 'kept', where);
    expect(await found(sources(), { TOKEN: 'of the client' })).toBe('kept');
  });

  test('where the trust config says, before all else', async () => {
    const file = join(folder, 'secret');
    await writeFile(file, 'mapped\n');
    await chmod(file, 0o600);
    await kept().keep('TOKEN', 'kept', 'file');
    expect(await found(sources({ TOKEN: { file } }), { TOKEN: 'of the client' })).toBe('mapped');
    expect(await found(sources({ TOKEN: { environment: 'OTHER' } }), { OTHER: 'other' })).toBe('other');
    entries.set('warehouse reader', 'in the keychain');
    expect(await found(sources({ TOKEN: { keychain: { service: 'warehouse', account: 'reader' } } }))).toBe(
      'in the keychain',
    );
  });

  test.each<[SecretSource, string]>([
    [{ file: '/nonexistent/secret' }, 'secret-file'],
    [{ command: ['/nonexistent/pass'] }, 'secret-command'],
    [{ environment: 'OTHER' }, 'secret-not-there'],
    [{ keychain: { service: 'warehouse', account: 'nobody' } }, 'secret-not-there'],
  ])('nowhere else where the trust config says %j, and nothing is there', async (mapped, code) => {
    await kept().keep('TOKEN', 'kept', 'file');
    await expect(found(sources({ TOKEN: mapped }), { TOKEN: 'of the client' })).rejects.toMatchObject({ code });
  });

  test('no place for a variable that is not secret', async () => {
    const { environment } = await findSecrets(manifest, sources({ MODE: { file: '/nonexistent' } }), { MODE: 'loud' });
    expect(environment['MODE']).toBe('loud');
  });
});

test('what was found is taken out of the variables of this process', async () => {
  const own: Record<string, string | undefined> = { TOKEN: 'a', OTHER: 'b', MODE: 'loud', PATH: '/bin' };
  const secrets = await findSecrets(manifest, sources({ TOKEN: { environment: 'OTHER' } }), { ...own });
  secrets.hide(own);
  expect(own).toEqual({ MODE: 'loud', PATH: '/bin' });
  expect(secrets.environment['TOKEN']).toBe('b');
});

describe('what was set', () => {
  test('lies in a file that nobody else can read, checked at each reading', async () => {
    await kept().keep('TOKEN', 'canary', 'file');
    const file = join(folder, 'credentials/mcp.example.com/tiny/TOKEN');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);
    await chmod(file, 0o644);
    await expect(found(sources())).rejects.toMatchObject({ code: 'E_STORE' });
  });

  test('or in the keychain alone, under the registry and the server', async () => {
    await kept().keep('TOKEN', 'canary', 'keychain');
    expect([...entries]).toEqual([['countersign mcp.example.com/tiny/TOKEN', 'canary']]);
    expect((await stat(join(folder, 'credentials/mcp.example.com/tiny/TOKEN.keychain'))).size).toBe(0);
  });

  test.each(['file', 'keychain'] as const)('lies in the %s alone when it is moved there', async (where) => {
    await kept().keep('TOKEN', 'before', where === 'file' ? 'keychain' : 'file');
    await kept().keep('TOKEN', 'after', where);
    expect(await found(sources())).toBe('after');
    expect(entries.size).toBe(where === 'keychain' ? 1 : 0);
    expect(await readdir(join(folder, 'credentials/mcp.example.com/tiny'))).toHaveLength(1);
  });

  test.each(['file', 'keychain'] as const)('is removed from the %s', async (where) => {
    await kept().keep('TOKEN', 'canary', where);
    expect(await kept().names()).toEqual(['TOKEN']);
    expect([await kept().remove('TOKEN'), await kept().remove('TOKEN')]).toEqual([where, undefined]);
    expect([await kept().names(), entries.size]).toEqual([[], 0]);
  });

  test('stays known as set where the keychain does not answer', async () => {
    await kept().keep('TOKEN', 'canary', 'keychain');
    await expect(kept(noKeychain).remove('TOKEN')).rejects.toMatchObject({ code: 'no-keychain' });
    await expect(found(sources({}, noKeychain), { TOKEN: 'of the client' })).rejects.toMatchObject({
      code: 'no-keychain',
    });
  });

  test('is said to be lost where the keychain forgot it', async () => {
    await kept().keep('TOKEN', 'canary', 'keychain');
    entries.clear();
    await expect(found(sources())).rejects.toMatchObject({ code: 'secret-lost' });
  });
});

test('places are named without what is there', async () => {
  const command = { command: ['/usr/bin/pass', 'canary'] };
  expect((await placeOf('TOKEN', sources({ TOKEN: command }), { TOKEN: 'canary' })).words).toBe(
    'the command /usr/bin/pass, as the trust config says',
  );
  expect((await placeOf('TOKEN', sources(), { TOKEN: 'canary' })).words).toBe('the environment of countersign');
});
