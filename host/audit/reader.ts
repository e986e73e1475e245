/** Reads the trail of this account, line by line. What is read may have been changed by anybody who can use the account. */
import { sha256 } from '../../core/digest.ts';
import { systemCode } from '../../core/failure.ts';
import { JsonError, parseJson } from '../../core/json.ts';
import { maxAuditFileBytes } from '../../core/limits.ts';
import { readPrivateFile, type ReadFile } from '../../core/regular-file.ts';
import { auditEvent } from '../../schemas/compiled.js';
import type { AuditEvent } from '../../schemas/types.ts';
import { fullFiles, type TrailPlace } from './files.ts';

/** One file as it was when it was read. */
export interface TrailFile {
  readonly path: string;
  /** Of a full file. The file that grows has none. */
  readonly number: number | undefined;
  readonly bytes: Buffer;
}

export interface TrailLine {
  readonly file: TrailFile;
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** SHA-256 of the text. */
  readonly digest: string;
  /** Its first byte. */
  readonly start: number;
  /** The byte after the line and its end. */
  readonly end: number;
  /** What the line says; a word if it is no event. */
  readonly event: AuditEvent | 'torn' | 'foreign';
}

/**
 * The files, the oldest first. What is appended meanwhile may be missing.
 * @throws Refusal E_STORE where others can write one, E_TOO_LARGE
 */
export function* trailFiles(place: TrailPlace): Generator<TrailFile> {
  // First, so that nothing is missed if it is moved away meanwhile.
  const growing = readIfThere(place.file);
  for (const { path, number } of fullFiles(place)) {
    const read = readIfThere(path);
    if (read !== undefined && read.found.ino !== growing?.found.ino) yield { path, number, bytes: read.bytes };
  }
  if (growing !== undefined) yield { path: place.file, number: undefined, bytes: growing.bytes };
}

/** The file that grows, as it is now. @throws Refusal E_STORE, E_TOO_LARGE */
export function growingFile({ file }: TrailPlace): TrailFile | undefined {
  const read = readIfThere(file);
  return read === undefined ? undefined : { path: file, number: undefined, bytes: read.bytes };
}

/** Every line of the trail, from the oldest on, without empty ones. */
export function* trailLines(place: TrailPlace): Generator<TrailLine> {
  for (const file of trailFiles(place)) yield* linesOf(file);
}

/** The lines of a file that begin at an offset or behind it. */
export function* linesOf(file: TrailFile, from = 0): Generator<TrailLine> {
  let number = 1;
  for (let start = 0; start < file.bytes.byteLength; number++) {
    const found = file.bytes.indexOf('\n', start);
    const stop = found === -1 ? file.bytes.byteLength : found;
    const end = Math.min(stop + 1, file.bytes.byteLength);
    // A writer puts an empty line where it takes another's line for a torn one.
    if (start >= from && stop > start) {
      const bytes = file.bytes.subarray(start, stop);
      const event = found === -1 ? 'torn' : eventIn(bytes);
      yield { file, number, text: bytes.toString('utf8'), digest: sha256(bytes), start, end, event };
    }
    start = end;
  }
}

function eventIn(bytes: Uint8Array): TrailLine['event'] {
  let value: unknown;
  try {
    value = parseJson(bytes);
  } catch (error) {
    if (error instanceof JsonError) return 'torn';
    throw error;
  }
  return auditEvent(value) ? (value as AuditEvent) : 'foreign';
}

function readIfThere(path: string): ReadFile | undefined {
  try {
    return readPrivateFile(path, maxAuditFileBytes);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
