/** How far the trail was forwarded. The files of the trail are what waits to be sent: nothing is stored twice. */
import { join } from 'node:path';
import { systemCode } from '../../core/failure.ts';
import { isJsonObject, JsonError, parseJson } from '../../core/json.ts';
import { maxAuditLineBytes } from '../../core/limits.ts';
import { readPrivateFile } from '../../core/regular-file.ts';
import { cacheFile } from '../trust/cache-file.ts';
import type { TrailPlace } from './files.ts';

export interface Cursor {
  /** The SHA-256 of the file's first line: a file keeps it when it is moved away. */
  readonly file: string;
  /** The first byte that was not sent. */
  readonly offset: number;
}

const pathOf = ({ folder }: TrailPlace): string => join(folder, 'forwarded.json');

/** Nothing if nothing was forwarded yet, or if that is no longer known: then all is sent again. */
export function readCursor(place: TrailPlace): Cursor | undefined {
  try {
    const value = parseJson(readPrivateFile(pathOf(place), maxAuditLineBytes).bytes);
    if (!isJsonObject(value)) return undefined;
    const { file, offset } = value;
    return typeof file === 'string' && typeof offset === 'number' ? { file, offset } : undefined;
  } catch (error) {
    if (error instanceof JsonError || systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export const writeCursor = (place: TrailPlace, cursor: Cursor): Promise<void> =>
  cacheFile(pathOf(place), Buffer.from(`${JSON.stringify({ schemaVersion: 1, ...cursor })}\n`, 'utf8'));
