import { appendFile, mkdir } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { AuditEvent } from '../schemas/types.ts';
import { asDiskFailure } from '../core/disk.ts';
import { messageOf } from '../core/failure.ts';
import { Refusal } from '../core/refusal.ts';

/** What a caller knows of an event; who and where is added here. */
export type Audited = Omit<AuditEvent, 'schemaVersion' | 'time' | 'user' | 'device'>;

/**
 * Appends one line. One short write to a file opened for appending is not torn by another process's.
 * A launch that cannot be written down does not happen: this throws.
 */
export async function audit(file: string, event: Audited, now: Date): Promise<void> {
  const line: AuditEvent = {
    schemaVersion: 1,
    time: now.toISOString(),
    ...event,
    ...(event.message !== undefined && { message: event.message.slice(0, maxMessage) }),
    user: accountName(),
    device: hostname(),
  };
  try {
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  } catch (error) {
    throw asDiskFailure(error, file);
  }
}

const maxMessage = 500;

/** How an attempt ended that threw. */
export const outcomeOf = (error: unknown): Pick<Audited, 'outcome' | 'code' | 'message'> =>
  error instanceof Refusal
    ? { outcome: 'refused', code: error.code, message: error.message }
    : { outcome: 'failed', message: messageOf(error) };

/** An account without a name in the user database still has a number. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
