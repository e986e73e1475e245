import { expect, test } from 'vitest';
import { isPrebuilt, nativeFormat } from './native.ts';

const bytes = (hex: string, length = 64): Buffer => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(length)]);
const elf = bytes('7f454c4602010100');
const macho = bytes('cffaedfe07000001');

function windowsProgram(start = 'MZ\u0090\0'): Buffer {
  const program = Buffer.alloc(128);
  program.write(start, 'latin1');
  program.writeUInt32LE(0x40, 0x3c);
  program.write('PE\0\0', 0x40, 'latin1');
  return program;
}

test.each([
  ['a library of Linux', elf, 'elf'],
  ['a library of macOS', macho, 'mach-o'],
  ['a program of macOS for two processors', bytes('cafebabe00000002'), 'mach-o'],
  ['a program of Windows', windowsProgram(), 'pe'],
  ['WebAssembly', bytes('0061736d01000000'), 'wasm'],
  ['a Java class', bytes('cafebabe00000034'), undefined],
  ['a script that begins like a program of Windows', windowsProgram('MZ/*'), undefined],
  ['a script about MZ', Buffer.from('MZ = 1;\n'), undefined],
  ['a text that ends where it begins', Buffer.from('MZ'), undefined],
  ['an empty file', Buffer.alloc(0), undefined],
])('knows %s by its first bytes', (_, content, format) => {
  expect(nativeFormat(content)).toBe(format);
});

test.each([
  ['prebuilds/linux-x64/addon.node', elf, true],
  ['prebuilds/linux-arm64/addon.musl.node', elf, true],
  ['prebuilds/darwin-x64+arm64/addon.node', macho, true],
  ['lib/prebuilds/win32-ia32/addon.node', windowsProgram(), true],
  ['prebuilds/addon.linux-x64-gnu.node', elf, true],
  ['prebuilds/ios-arm64/addon.bare', macho, true],
  ['prebuilds/win32-x64/addon.node', elf, false],
  ['prebuilds/linux-x64/start', elf, false],
  ['prebuilds/linux-x64/start.exe', windowsProgram(), false],
  ['prebuilds/addon.node', elf, false],
  ['prebuilds/linux/addon.node', elf, false],
  ['linux-x64/addon.node', elf, false],
  ['prebuilds/linux-x64/addon.node', Buffer.from('module.exports = 1;\n'), false],
])('judges %s as prebuilt by its path and its first bytes', (path, content, expected) => {
  expect(isPrebuilt({ path, content, executable: false, sha256: '' })).toBe(expected);
});
