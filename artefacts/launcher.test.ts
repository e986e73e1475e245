import { expect, test } from 'vitest';
import { aLauncher, type LauncherChange } from '../test/support/launchers.ts';
import { openLauncher } from './launcher.ts';

const opened = (version: string, change?: LauncherChange): ReturnType<typeof openLauncher> =>
  openLauncher(aLauncher(version, change), 'countersign.tgz');

test('says its version, and makes the program executable, however it was packed', () => {
  const { version, node, files, keychain } = opened('1.2.0-rc.1', {
    fields: { optionalDependencies: { '@napi-rs/keyring': '2.1.2' } },
  });
  expect([version, node, keychain]).toEqual(['1.2.0-rc.1', '>=24', '2.1.2']);
  expect(files.map(({ path, executable }) => [path, executable])).toEqual([
    ['package.json', false],
    ['bin/countersign.js', true],
    ['dist/countersign.js', false],
  ]);
});

test('two programs have one tree only where every file is the same', () => {
  expect(opened('1.0.0').tree).toBe(opened('1.0.0').tree);
  expect(opened('1.0.0', { says: '1.0.1' }).tree).not.toBe(opened('1.0.0').tree);
});

test.each<[string, string, LauncherChange]>([
  ['a path that climbs out', 'E_ARCHIVE', { more: [{ path: 'package/../../../etc/cron.d/x', content: 'x' }] }],
  ['an absolute path', 'E_ARCHIVE', { more: [{ path: '/etc/cron.d/x', content: 'x' }] }],
  ['a symbolic link', 'E_ARCHIVE', { more: [{ path: 'package/x', type: 'SymbolicLink', linkpath: '/etc/passwd' }] }],
  ['a hard link', 'E_ARCHIVE', { more: [{ path: 'package/x', type: 'Link', linkpath: 'package/package.json' }] }],
  ['a device', 'E_ARCHIVE', { more: [{ path: 'package/x', type: 'CharacterDevice' }] }],
  ['two names that are one on some system', 'E_ARCHIVE', { more: [{ path: 'package/DIST/countersign.js' }] }],
  ['another package', 'E_NAME', { fields: { name: 'countersing' } }],
  ['no name', 'E_NAME', { fields: { name: undefined } }],
  ['a version with build metadata', 'E_VERSION', { fields: { version: '1.0.0+2' } }],
  ['a version with a v', 'E_VERSION', { fields: { version: 'v1.0.0' } }],
  ['a path for a version', 'E_VERSION', { fields: { version: '../1.0.0' } }],
  ['no version', 'E_VERSION', { fields: { version: undefined } }],
  ['no word about Node', 'E_ARCHIVE', { fields: { engines: undefined } }],
  ['another program', 'E_ARCHIVE', { fields: { bin: { countersign: 'bin/other.js' } } }],
  ['no program', 'E_ARCHIVE', { fields: { bin: undefined } }],
  ['dependencies', 'E_ARCHIVE', { fields: { dependencies: { left: '1.0.0' } } }],
])('refuses one with %s', (_, code, change) => {
  expect(() => opened('1.0.0', change)).toThrow(expect.objectContaining({ code }));
});

test('refuses what is no archive', () => {
  expect(() => openLauncher(Buffer.from('<html>'), 'countersign.tgz')).toThrow(
    expect.objectContaining({ code: 'E_ARCHIVE', message: expect.stringContaining('countersign.tgz') as unknown }),
  );
});
