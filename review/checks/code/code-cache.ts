/** Caches what was found in a package, by integrity. An entry is valid until the rules or the bounds change. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { canonicalJson } from '../../../core/canonical.ts';
import { sha512OfIntegrity } from '../../../core/digest.ts';
import { asDiskFailure } from '../../../core/disk.ts';
import { isJsonObject, parseJson } from '../../../core/json.ts';
import { maxCodeReportBytes } from '../../../core/limits.ts';
import { readPlainFile } from '../../../catalog/read-file.ts';
import { codeRules } from './rules.ts';
import type { CodeFinding } from './report.ts';

export interface CodeCache {
  /** Undefined where there is no entry, or no valid one. */
  read(integrity: string): Promise<readonly CodeFinding[] | undefined>;
  write(integrity: string, findings: readonly CodeFinding[]): Promise<void>;
}

/** `key` identifies everything that decides what is found. */
export function codeCache(folder: string, key: string): CodeCache {
  const nameOf = (integrity: string): string => `${sha512OfIntegrity(integrity)}.json`;
  const bytesOf = (integrity: string, findings: readonly CodeFinding[]): Uint8Array =>
    canonicalJson({ key, integrity, findings });
  return {
    read: async (integrity) => {
      const bytes = readOr(folder, nameOf(integrity));
      if (bytes === undefined || bytes.length > maxCodeReportBytes) return undefined;
      const findings = findingsIn(bytes);
      // An entry must have exactly the bytes that would be written; otherwise it is not believed.
      return findings !== undefined && bytes.equals(bytesOf(integrity, findings)) ? findings : undefined;
    },
    write: async (integrity, findings) => {
      const path = join(folder, nameOf(integrity));
      try {
        await mkdir(folder, { recursive: true });
        await writeFileAtomic(path, Buffer.from(bytesOf(integrity, findings)));
      } catch (error) {
        throw asDiskFailure(error, path);
      }
    },
  };
}

function readOr(folder: string, name: string): Buffer | undefined {
  try {
    const bytes = readPlainFile(folder, name, maxCodeReportBytes);
    return Buffer.isBuffer(bytes) ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function findingsIn(bytes: Uint8Array): readonly CodeFinding[] | undefined {
  try {
    const value = parseJson(bytes);
    if (!isJsonObject(value) || !Array.isArray(value.findings)) return undefined;
    const findings: readonly unknown[] = value.findings;
    return findings.every(isFinding) ? findings : undefined;
  } catch {
    return undefined;
  }
}

const ids = new Set(codeRules.map(({ id }) => id));

const isFinding = (value: unknown): value is CodeFinding =>
  isJsonObject(value) &&
  ids.has(String(value.rule)) &&
  typeof value.file === 'string' &&
  typeof value.value === 'string' &&
  Number.isSafeInteger(value.count) &&
  Number(value.count) > 0 &&
  (value.weak === undefined || value.weak === true) &&
  Object.keys(value).every((key) => ['rule', 'file', 'value', 'count', 'weak'].includes(key));
