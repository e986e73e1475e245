/**
 * The file with captured tools that one job writes for the next. The writing job ran code of others, so the file is not trusted:
 * it can only equal a lock, or differ from it, which is a finding.
 */
import { basename, dirname } from 'node:path';
import { reviewableJson } from '../../../core/canonical.ts';
import { Failure, systemCode } from '../../../core/failure.ts';
import { capturedFormat } from '../../../core/formats.ts';
import { maxCapturedFileBytes } from '../../../core/limits.ts';
import { openFormat } from '../../../core/open-format.ts';
import type { CapturedServer, CapturedTools } from '../../../schemas/types.ts';
import { readPlainFile } from '../../../catalog/read-file.ts';

/** By server name. */
export type CapturedServers = ReadonlyMap<string, CapturedServer>;

/** @throws Failure `no-captured-file`; Refusal E_TOO_LARGE, E_FORMAT, E_SCHEMA_VERSION */
export function readCapturedFile(path: string): CapturedServers {
  const { servers } = openFormat(capturedFormat, readBounded(path), path);
  return new Map(servers.map((server) => [server.name, server]));
}

function readBounded(path: string): Buffer {
  try {
    const bytes = readPlainFile(dirname(path), basename(path), maxCapturedFileBytes);
    if (Buffer.isBuffer(bytes)) return bytes;
    throw new Failure(bytes.code, `${path}: ${bytes.message}`, bytes.remedy);
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
    throw new Failure('no-captured-file', `there is no ${path}`, 'run `registry capture` first', { cause });
  }
}

export const capturedFile = (servers: readonly CapturedServer[]): Uint8Array =>
  reviewableJson({ schemaVersion: 1, servers: [...servers] } satisfies CapturedTools);
