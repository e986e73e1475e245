import { isAbsolute } from 'node:path';
import { Failure, systemCode } from '../../core/failure.ts';
import { maxSecretBytes } from '../../core/limits.ts';
import { howShared } from '../../core/private.ts';
import { Refusal } from '../../core/refusal.ts';
import { readRegularFile } from '../../core/regular-file.ts';
import { openSecret } from './secret.ts';

/**
 * Reads a secret from a file that nobody but its owner may read, this account or root. Links are not followed.
 * @throws Refusal E_STORE, E_TOO_LARGE, E_TRUST_CONFIG; Failure `secret`, `secret-file`
 */
export function readSecretFile(path: string): string {
  if (!isAbsolute(path))
    throw new Refusal(
      'E_TRUST_CONFIG',
      `${path} is no absolute path`,
      'have the whole path written in the trust config',
    );
  const remedy = 'put the secret, and only it, in a regular file with mode 600';
  let read;
  try {
    read = readRegularFile(path, maxSecretBytes, { code: 'E_STORE', remedy, follow: false });
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Failure('secret-file', `${path} cannot be read (${systemCode(cause) ?? 'unknown'})`, remedy, { cause });
  }
  const { bytes, found } = read;
  const why = howShared(found) ?? readable(found.mode);
  if (why !== undefined)
    throw new Refusal(
      'E_STORE',
      `${path} ${why}, and holds a secret`,
      `run \`chmod 600 '${path}'\`, and replace the secret if somebody may have read it`,
    );
  return openSecret(bytes, path);
}

/** Modes say nothing on Windows. */
const readable = (mode: number): string | undefined =>
  process.platform === 'win32' || (mode & 0o077) === 0
    ? undefined
    : `can be used by its group or by everybody (mode ${(mode & 0o7777).toString(8)})`;
