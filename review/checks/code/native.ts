/** Recognises native programs and libraries by their first bytes, because a name can say anything. */
import { posix } from 'node:path';
import type { PackageFile } from '../../../artefacts/archives/tarball.ts';

/** The formats of native code. */
export type NativeFormat = 'elf' | 'mach-o' | 'pe' | 'wasm';

const formats: ReadonlyMap<string, NativeFormat> = new Map([
  ['7f454c46', 'elf'],
  ['feedface', 'mach-o'],
  ['feedfacf', 'mach-o'],
  ['cefaedfe', 'mach-o'],
  ['cffaedfe', 'mach-o'],
  ['0061736d', 'wasm'],
]);

/**
 * The format of native code, or undefined for any other file. Node cannot run a file that begins with these bytes as a script.
 * A shell might, but a native program could do the same, and no rule about text would find it there.
 */
export function nativeFormat(content: Uint8Array): NativeFormat | undefined {
  const start = Buffer.from(content.subarray(0, 8));
  const known = formats.get(start.toString('hex', 0, 4));
  if (known !== undefined || start.length < 8) return known;
  // A Java class begins with the same four bytes. The next four are its version; here, they are the number of parts.
  if (start.readUInt32BE(0) === 0xcafebabe && start.readUInt32BE(4) < 20) return 'mach-o';
  return isWindowsProgram(content) ? 'pe' : undefined;
}

/** `MZ` alone may be the start of a script, but no script has a zero as its fourth byte. */
function isWindowsProgram(content: Uint8Array): boolean {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.length < 0x40 || bytes.toString('latin1', 0, 2) !== 'MZ' || bytes[3] !== 0) return false;
  const header = bytes.readUInt32LE(0x3c);
  return bytes.toString('latin1', header, header + 4) === 'PE\0\0';
}

/** The systems for which each format is used, as folders of builds name them. */
const systems: Readonly<Record<NativeFormat, RegExp>> = {
  elf: /linux|android|freebsd|openbsd|sunos|alpine/u,
  'mach-o': /darwin|macos|osx|ios/u,
  pe: /win32|windows/u,
  wasm: /wasm|wasi/u,
};

const processor = /x64|x86|ia32|amd64|arm64|aarch64|armv?\d?|ppc64|s390x|riscv64|loong64|universal|wasm32/u;

/**
 * Whether a native module is in a folder of prebuilt modules, under the name of the system that it is for:
 * `prebuilds/linux-x64/addon.node`. A program is not a module, and a module for another system is in the wrong place.
 */
export function isPrebuilt({ path, content }: PackageFile): boolean {
  const format = nativeFormat(content);
  if (format === undefined || !/\.(node|bare|so|dylib|dll|wasm)$/u.test(path)) return false;
  const folders = posix.dirname(path).split('/');
  const builds = folders.findIndex((folder) => /^prebuil[dt]s?$/u.test(folder));
  if (builds === -1) return false;
  const platform = path
    .split('/')
    .slice(builds + 1)
    .join('/');
  return systems[format].test(platform) && processor.test(platform);
}
