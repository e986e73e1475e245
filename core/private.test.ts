import { chmod, chown, lchown, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/folder.ts';
import { checkPrivateFolders, checkPrivatePath, howShared, makePrivateFolder } from './private.ts';

const me = process.geteuid?.() ?? 0;
const isRoot = me === 0;
const other = 61_001;

let top: string;
let root: string;

beforeEach(async () => {
  top = await temporaryFolder();
  root = join(top, 'share/countersign');
  await mkdir(root, { recursive: true, mode: 0o700 });
});

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o7777).toString(8);

const refused = (message: string): unknown =>
  expect.objectContaining({ name: 'Refusal', code: 'E_STORE', message: expect.stringContaining(message) });

describe('a folder of the host', () => {
  test.each([0o000, 0o002, 0o022, 0o077])('is made for this account alone under the umask %o', async (umask) => {
    const before = process.umask(umask);
    try {
      await makePrivateFolder(join(root, 'a/b'));
    } finally {
      process.umask(before);
    }
    await expect(Promise.all([modeOf(join(root, 'a')), modeOf(join(root, 'a/b'))])).resolves.toEqual(['700', '700']);
  });

  test('takes no bit from the folder above it, whose rights stay as they are', async () => {
    await chmod(root, 0o2755);
    await makePrivateFolder(join(root, 'a/b'));
    await expect(Promise.all([root, join(root, 'a'), join(root, 'a/b')].map(modeOf))).resolves.toEqual([
      ...['2755', '700', '700'],
    ]);
  });

  test('takes no folder above it for a new one where its path is relative', async () => {
    await chmod(top, 0o755);
    // As long as the folder above it, so that a mistake reaches no other folder of this machine.
    const name = 'n'.repeat(top.length);
    const before = process.cwd();
    process.chdir(top);
    try {
      await makePrivateFolder(`${name}/a`);
    } finally {
      process.chdir(before);
    }
    await expect(Promise.all([top, join(top, name), join(top, name, 'a')].map(modeOf))).resolves.toEqual([
      ...['755', '700', '700'],
    ]);
  });

  test('stays as it is where it is there already', async () => {
    await chmod(root, 0o775);
    await makePrivateFolder(root);
    await expect(modeOf(root)).resolves.toBe('775');
  });
});

test.each([
  [0o700, undefined],
  [0o755, undefined],
  [0o720, 'can be written by its group or by everybody (mode 720)'],
  [0o702, 'can be written by its group or by everybody (mode 702)'],
  [0o1777, 'can be written by its group or by everybody (mode 1777)'],
  [0o4755, 'has the setuid or the setgid bit (mode 4755)'],
  [0o2700, 'has the setuid or the setgid bit (mode 2700)'],
])('says of the mode %o how it is shared', (mode, how) => {
  expect(howShared({ uid: me, mode })).toBe(how);
});

test.each([me, 1000])('lets the account %i and root own a file, and nobody else', (account) => {
  expect(howShared({ uid: account, mode: 0o755 }, account)).toBeUndefined();
  expect(howShared({ uid: 0, mode: 0o755 }, account)).toBeUndefined();
  expect(howShared({ uid: other, mode: 0o755 }, account)).toBe(`belongs to the user ${other}`);
});

describe('the way to the store', () => {
  test('is accepted where this account alone can write, and gives the path without links', async () => {
    await symlink(root, join(top, 'link'));
    expect(checkPrivatePath(root)).toBe(root);
    expect(checkPrivatePath(join(top, 'link'))).toBe(root);
  });

  test.each([0o770, 0o707, 0o1777, 0o4700, 0o2700])('is refused where the store has the mode %o', async (mode) => {
    await chmod(root, mode);
    expect(() => checkPrivatePath(root)).toThrow(refused(`${root} `));
    await chmod(root, 0o700);
    expect(() => checkPrivatePath(root)).not.toThrow();
  });

  test.each([0o770, 0o707])('is refused where a folder above it has the mode %o', async (mode) => {
    await chmod(join(top, 'share'), mode);
    expect(() => checkPrivatePath(root)).toThrow(refused(`${join(top, 'share')} can be written`));
  });

  test.each([0o1777, 0o2755, 0o711])(
    'goes through a folder of the mode %o: nobody else can rename in it',
    async (mode) => {
      await chmod(join(top, 'share'), mode);
      expect(() => checkPrivatePath(root)).not.toThrow();
    },
  );

  test('is refused where a link on it lies in a folder that others can write, or leads through one', async () => {
    const open = join(top, 'open');
    await mkdir(join(open, 'store'), { recursive: true, mode: 0o700 });
    await symlink(root, join(open, 'link'));
    await symlink(join(open, 'store'), join(top, 'into'));
    await symlink(join(open, 'link'), join(top, 'twice'));
    await chmod(open, 0o777);
    for (const path of [join(open, 'link'), join(top, 'into'), join(top, 'twice')])
      expect(() => checkPrivatePath(path)).toThrow(refused(`${open} can be written`));
  });

  test('is refused where a link leads in a circle', async () => {
    await symlink(join(top, 'circle'), join(top, 'circle'));
    expect(() => checkPrivatePath(join(top, 'circle'))).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  });

  test.skipIf(!isRoot)(
    'is refused where another account owns the store, a folder or a link on it (needs root)',
    async () => {
      const link = join(top, 'link');
      await symlink(root, link);
      await lchown(link, other, other);
      expect(() => checkPrivatePath(link)).toThrow(refused(`${link} belongs to the user ${other}`));
      for (const place of [root, join(top, 'share')]) {
        await chown(place, other, other);
        expect(() => checkPrivatePath(root)).toThrow(refused(`${place} belongs to the user ${other}`));
        await chown(place, me, me);
      }
      // Neither may the owner of a folder with the sticky bit be another one: it may rename everything in it.
      await chmod(join(top, 'share'), 0o1777);
      await chown(join(top, 'share'), other, other);
      expect(() => checkPrivatePath(root)).toThrow(refused(`belongs to the user ${other}`));
    },
  );
});

describe('the folders in the store', () => {
  test('may be missing', () => {
    expect(() => checkPrivateFolders(root, [join(root, 'blobs'), join(root, 'blobs/aa')])).not.toThrow();
  });

  test.each<[string, (path: string) => Promise<unknown>, string]>([
    ['a file', (path) => writeFile(path, ''), 'is no folder'],
    ['a link', (path) => symlink(top, path), 'is no folder'],
    ['a folder that others can write', (path) => mkdir(path).then(() => chmod(path, 0o770)), 'can be written'],
  ])('are refused where one is %s', async (_, place, message) => {
    await place(join(root, 'blobs'));
    expect(() => checkPrivateFolders(root, [join(root, 'blobs'), join(root, 'blobs/aa')])).toThrow(refused(message));
  });
});
