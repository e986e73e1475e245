import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { groupsOfDatabase, groupsOfDirectory, groupsOfWhoami, systemGroups } from './system-groups.ts';

test.skipIf(process.platform === 'win32')('the group of this account is among those of the system', () => {
  expect(systemGroups()).toContain(execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim());
});

test('of a group database, the lines with the numbers of the account count, names with spaces as a whole', () => {
  const text = [
    'root:x:0:',
    'finance:x:1000:ada,grace',
    'sales:x:1001:',
    'read controllers:*:1002:',
    'controllers',
    'a:b:1000',
    ':x:1000:',
    '',
  ].join('\n');
  expect([...groupsOfDatabase(text, new Set(['1000', '1002']))]).toEqual(['finance', 'read controllers']);
});

test('of a directory, the blocks with the numbers of the account count', () => {
  const text =
    'name: staff\npassword: *\ngid: 20\nusers: root\n\nname: sales\ngid: 201\n\nname: read controllers\ngid: 21\n';
  expect([...groupsOfDirectory(text, new Set(['20', '21']))]).toEqual(['staff', 'read controllers']);
});

test('of Windows, the enabled groups count, by the name behind the domain', () => {
  const text = [
    String.raw`"EXAMPLE\finance","Group","S-1-5-21-1","Mandatory group, Enabled by default, Enabled group"`,
    String.raw`"BUILTIN\Administrators","Alias","S-1-5-32-544","Group used for deny only"`,
    String.raw`"Mandatory Label\Medium Mandatory Level","Label","S-1-16-8192",""`,
    '"Everyone","Well-known group","S-1-1-0","Mandatory group, Enabled by default, Enabled group"',
    '',
  ].join('\r\n');
  expect([...groupsOfWhoami(text)]).toEqual(['finance', 'Everyone']);
});
