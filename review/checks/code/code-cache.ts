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
import type { CodeFacts, CodeFinding, InstallScript, UnloadedAsk } from './report.ts';

export interface CodeCache {
  /** Undefined where there is no entry, or no valid one. */
  read(integrity: string): Promise<CodeFacts | undefined>;
  write(integrity: string, facts: CodeFacts): Promise<void>;
}

/** `key` identifies everything that decides what is found. */
export function codeCache(folder: string, key: string): CodeCache {
  const nameOf = (integrity: string): string => `${sha512OfIntegrity(integrity)}.json`;
  const bytesOf = (integrity: string, { findings, asks, unloadedAsks, install }: CodeFacts): Uint8Array =>
    canonicalJson({
      key,
      integrity,
      findings,
      asks,
      ...(unloadedAsks !== undefined && { unloadedAsks }),
      ...(install !== undefined && { install }),
    });
  return {
    read: async (integrity) => {
      const bytes = readOr(folder, nameOf(integrity));
      if (bytes === undefined || bytes.length > maxCodeReportBytes) return undefined;
      const facts = factsIn(bytes);
      // An entry must have exactly the bytes that would be written; otherwise it is not believed.
      return facts !== undefined && bytes.equals(bytesOf(integrity, facts)) ? facts : undefined;
    },
    write: async (integrity, facts) => {
      const path = join(folder, nameOf(integrity));
      try {
        await mkdir(folder, { recursive: true });
        await writeFileAtomic(path, Buffer.from(bytesOf(integrity, facts)));
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

function factsIn(bytes: Uint8Array): CodeFacts | undefined {
  try {
    const value = parseJson(bytes);
    if (!isJsonObject(value) || !Array.isArray(value.findings)) return undefined;
    const { findings, asks, unloadedAsks, install } = value as Readonly<Record<string, unknown>> & {
      findings: readonly unknown[];
    };
    if (!findings.every(isFinding) || !isTexts(asks)) return undefined;
    if (unloadedAsks !== undefined && !isUnloadedAsks(unloadedAsks)) return undefined;
    if (install !== undefined && !isInstallScript(install)) return undefined;
    return {
      findings,
      asks,
      ...(unloadedAsks !== undefined && { unloadedAsks }),
      ...(install !== undefined && { install }),
    };
  } catch {
    return undefined;
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

const isUnloadedAsks = (value: unknown): value is readonly UnloadedAsk[] =>
  Array.isArray(value) &&
  value.every(
    (each) =>
      isJsonObject(each) && typeof each.name === 'string' && isTexts(each.from) && Object.keys(each).length === 2,
  );

const isInstallScript = (value: unknown): value is InstallScript =>
  isJsonObject(value) &&
  isTexts(value.commands) &&
  ['build', 'quiet', 'fetches', 'unknown'].includes(String(value.kind)) &&
  typeof value.isDeclared === 'boolean' &&
  typeof value.isBuilt === 'boolean' &&
  Object.keys(value).length === 4;

const ids = new Set(codeRules.map(({ id }) => id));

const isFinding = (value: unknown): value is CodeFinding =>
  isJsonObject(value) &&
  ids.has(String(value.rule)) &&
  typeof value.file === 'string' &&
  typeof value.value === 'string' &&
  Number.isSafeInteger(value.count) &&
  Number(value.count) > 0 &&
  (value.lines === undefined || (Array.isArray(value.lines) && value.lines.every(Number.isSafeInteger))) &&
  (value.unloaded === undefined || isTexts(value.unloaded)) &&
  (value.weak === undefined || value.weak === true) &&
  Object.keys(value).every((key) => ['rule', 'file', 'value', 'count', 'lines', 'unloaded', 'weak'].includes(key));
