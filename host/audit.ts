import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { AuditEvent } from '../schemas/types.ts';
import { asDiskFailure } from '../core/disk.ts';
import { messageOf, systemCode } from '../core/failure.ts';
import { howShared, makePrivateFolder, notPrivate } from '../core/private.ts';
import { Refusal } from '../core/refusal.ts';

/** What a caller knows about an event. The user and the device are added here. */
export type Audited = Omit<AuditEvent, 'schemaVersion' | 'time' | 'user' | 'device'>;

/**
 * Appends one line. One short write to a file opened for appending is not mixed with another process's write.
 * If the line cannot be written, this throws, and the launch does not happen.
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
    await makePrivateFolder(dirname(file));
    append(file, `${JSON.stringify(line)}\n`);
  } catch (error) {
    throw asDiskFailure(error, file);
  }
}

/**
 * Only a regular file is accepted: a pipe could make a launch wait for ever, and a link would write into another file.
 */
function append(file: string, line: string): void {
  // Windows does not have the last two flags. There they add nothing.
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const opened = openAudit(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
  try {
    const found = fstatSync(opened);
    if (!found.isFile()) throw notRegular(file);
    const why = howShared(found);
    if (why !== undefined) throw notPrivate(file, why, file);
    writeSync(opened, line);
  } finally {
    closeSync(opened);
  }
}

function openAudit(file: string, flags: number): number {
  try {
    return openSync(file, flags, 0o600);
  } catch (cause) {
    if (['ELOOP', 'EMLINK', 'ENXIO', 'EISDIR'].includes(systemCode(cause) ?? '')) throw notRegular(file, { cause });
    throw cause;
  }
}

const notRegular = (file: string, options?: ErrorOptions): Refusal =>
  new Refusal('E_STORE', `${file} is no regular file`, 'move it away: the audit log begins there again', options);

const maxMessage = 500;

/** The outcome of an attempt that threw an error. */
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
