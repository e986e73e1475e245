import { chmod, lchown, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { otherWriters, writersIn } from './other-writers.ts';

const me = process.getuid?.() ?? 0;
let top: string;
let folder: string;
let file: string;

beforeEach(async () => {
  top = await temporaryFolder();
  folder = join(top, 'countersign');
  file = join(folder, 'trust.json');
  await mkdir(folder);
  await writeFile(file, '{}');
  await chmod(top, 0o755);
  await chmod(folder, 0o755);
  await chmod(file, 0o644);
});

const others = async (path = file, administrator = me): Promise<string[]> =>
  otherWriters(path, await stat(path), administrator, top);

test('finds nobody where the administrator alone can write', async () => {
  await expect(others()).resolves.toEqual([]);
});

test('finds whoever owns the file or a folder', async () => {
  await expect(others(file, me + 1)).resolves.toEqual([
    `${file} belongs to the user ${me}`,
    `${folder} belongs to the user ${me}`,
    `${top} belongs to the user ${me}`,
  ]);
});

test.each([
  ['a group', 'file', 0o664],
  ['everybody', 'file', 0o646],
  ['a group', 'folder', 0o775],
  ['everybody, for entries of their own,', 'folder', 0o1777],
] as const)('finds that %s can write the %s', async (_, what, mode) => {
  const place = what === 'file' ? file : folder;
  await chmod(place, mode);
  await expect(others()).resolves.toEqual([
    `${place} can be written by its group or by everybody (mode ${(mode & 0o777).toString(8)})`,
  ]);
});

test('looks at what links lead to, too', async () => {
  const open = join(top, 'open');
  await mkdir(open);
  await writeFile(join(open, 'trust.json'), '{}');
  await chmod(open, 0o777);
  const link = join(folder, 'link.json');
  await symlink(join(open, 'trust.json'), link);
  await expect(others(link)).resolves.toEqual([expect.stringContaining(`${open} can be written`)]);
});

test('looks at each link on the way, and at the folder that each lies in', async () => {
  const open = join(top, 'open');
  await mkdir(open);
  // The first link and the file lie where nobody else can write, the link between them does not.
  await symlink(file, join(open, 'second.json'));
  await symlink(join(open, 'second.json'), join(folder, 'first.json'));
  await chmod(open, 0o755);
  await expect(others(join(folder, 'first.json'))).resolves.toEqual([]);
  await chmod(open, 0o777);
  await expect(others(join(folder, 'first.json'))).resolves.toEqual([
    `${open} can be written by its group or by everybody (mode 777)`,
  ]);
});

test.skipIf(me !== 0)('finds whoever owns a link between two others (needs root)', async () => {
  await symlink(file, join(top, 'second.json'));
  await symlink(join(top, 'second.json'), join(folder, 'first.json'));
  await lchown(join(top, 'second.json'), 61_001, 61_001);
  await expect(others(join(folder, 'first.json'))).resolves.toEqual([
    `${join(top, 'second.json')} belongs to the user 61001`,
  ]);
});

test('finds that another file was put in the place of the one that was read', async () => {
  const read = await stat(file);
  await writeFile(join(folder, 'other.json'), '{}');
  await rename(join(folder, 'other.json'), file);
  await expect(otherWriters(file, read, me, top)).resolves.toEqual([`${file} was replaced while it was read`]);
});

test('finds that the path leads to a file of the same number on another file system', async () => {
  const read = await stat(file);
  const elsewhere = { uid: read.uid, mode: read.mode, ino: read.ino, dev: read.dev + 1 };
  await expect(otherWriters(file, elsewhere, me, top)).resolves.toEqual([`${file} was replaced while it was read`]);
});

test('goes by the rights of the file that was read, whatever the path leads to by now', async () => {
  await chmod(file, 0o666);
  const read = await stat(file);
  await chmod(file, 0o644);
  await expect(otherWriters(file, read, me, top)).resolves.toEqual([
    `${file} can be written by its group or by everybody (mode 666)`,
  ]);
});

test('says that it cannot be found out where the way is gone', async () => {
  const read = await stat(file);
  await rm(folder, { recursive: true });
  await expect(otherWriters(file, read, me, top)).resolves.toEqual([
    expect.stringMatching(/who may write .* cannot be found out/u),
  ]);
});

test('looks up to the top of the file system', async () => {
  expect((await otherWriters(file, await stat(file), me)).length).toBeGreaterThan(0);
});

const users = 'S-1-5-21-1-2-3-1001';

test.each<[string, string, 'file' | 'folder', string[]]>([
  ['administrators write, users read', 'O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)', 'file', []],
  ['users read by letters', 'O:SYG:SYD:(A;;FRFX;;;BU)(A;;FA;;;BA)', 'file', []],
  ['a user owns it', `O:${users}G:SYD:(A;;FA;;;BA)`, 'file', [users]],
  ['users write', 'O:BAG:SYD:(A;;0x1301bf;;;BU)(A;;FA;;;BA)', 'file', ['BU']],
  ['users write by letters', 'O:BAG:SYD:(A;;FW;;;AU)(A;;FA;;;BA)', 'file', ['AU']],
  ['everybody may change who may', 'O:BAG:SYD:(A;;WD;;;WD)', 'file', ['WD']],
  ['users are denied', 'O:BAG:SYD:(D;;FA;;;BU)(A;;FA;;;BA)', 'file', []],
  ['what is only inherited by others', 'O:BAG:SYD:(A;OICIIO;GA;;;CO)(A;;FA;;;BA)', 'folder', []],
  ['users add files', 'O:SYG:SYD:(A;CI;DCLCRPCR;;;BU)(A;;FA;;;BA)(A;;0x1200a9;;;BU)', 'folder', []],
  ['users delete entries', 'O:SYG:SYD:(A;;DT;;;BU)(A;;FA;;;BA)', 'folder', ['BU']],
  ['users delete it', 'O:SYG:SYD:(A;;0x10000;;;BU)(A;;FA;;;BA)', 'folder', ['BU']],
  ['a list with entries for audit', 'O:BAG:SYD:(A;;FA;;;BA)S:AI(AU;SAFA;FA;;;WD)', 'file', []],
  ['no owner', 'G:SYD:(A;;FA;;;BA)', 'file', [expect.stringContaining('somebody')]],
  ['no list', 'O:BAG:SY', 'file', [expect.stringContaining('somebody')]],
  ['an empty list', 'O:BAG:SYD:', 'file', [expect.stringContaining('somebody')]],
  ['a null list', 'O:BAG:SYD:NO_ACCESS_CONTROL', 'file', [expect.stringContaining('somebody')]],
  ['no descriptor', 'Access is denied.', 'file', [expect.stringContaining('somebody')]],
])('reads a descriptor of Windows in which %s', (_, sddl, kind, writers) => {
  expect(writersIn(sddl, kind)).toEqual(writers);
});
