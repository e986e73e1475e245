import { readFile, stat } from 'node:fs/promises';
import { Failure, messageOf } from '../../core/failure.ts';
import { maxPinBytes } from '../../core/limits.ts';
import type { Pkcs11Address } from './pkcs11-address.ts';

/** The PIN of a token: from the file that the address names, without the end of its line, or from a person. */
export async function readPin(
  { name, pinFile }: Pkcs11Address,
  readSecret: (what: string) => Promise<string>,
): Promise<string> {
  if (pinFile === undefined) return readSecret(`the PIN for ${name}`);
  try {
    const { mode, size } = await stat(pinFile);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw unfit(
        pinFile,
        `can be read by others (mode ${(mode & 0o777).toString(8)})`,
        `run \`chmod 600 '${pinFile}'\``,
      );
    if (size > maxPinBytes) throw unfit(pinFile, `has more than ${maxPinBytes} bytes`, 'write the PIN into it alone');
    return (await readFile(pinFile, 'utf8')).replace(/\r?\n$/u, '');
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw unfit(pinFile, `cannot be read: ${messageOf(cause)}`, 'check pin-source in the address', cause);
  }
}

const unfit = (file: string, why: string, remedy: string, cause?: unknown): Failure =>
  new Failure('pin-file', `the PIN file ${file} ${why}`, remedy, { cause });
