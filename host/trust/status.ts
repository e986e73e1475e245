import type { Status } from '../../schemas/types.ts';
import { Refusal } from '../../core/refusal.ts';
import { statusFormat } from '../../core/formats.ts';
import { statusLifeDays } from '../../core/limits.ts';
import { openStatement, statusPredicateType } from '../../core/statement.ts';
import { checkCome, checkLife } from './clock.ts';
import type { OpenKeyring } from '../../core/keyring.ts';

declare const verified: unique symbol;

/** A status whose signature, key and time were checked. Only `openStatus` makes one. */
export type VerifiedStatus = Status & {
  readonly [verified]: true;
  /** SHA-256 of the bundle it came in. */
  readonly bundle: string;
  /** The hint of the key that signed it. */
  readonly signedBy: string;
};

/**
 * Opens the list of what is revoked. What comes in is bytes under the digest that a bin names: the online keys choose
 * among the statuses that were ever signed, and cannot make one. What goes out was signed by an approval key of the
 * keyring, for this registry and environment, and is valid now.
 *
 * - What `openStatement` refuses: bytes that are no signed status, or are signed by a key that may not.
 * - E_CLOCK: it was signed in the future, or is valid for longer than a status may be.
 * - E_EXPIRED: it is valid no more.
 *
 * Whether it is older than one that was seen is for the caller to ask, who knows what was seen.
 * @throws Refusal with one of these codes
 */
export function openStatus(bytes: Uint8Array, keyring: OpenKeyring, now: Date): VerifiedStatus {
  const what = 'the status';
  const { statement, bundle, signedBy } = openStatement(statusFormat, statusPredicateType, bytes, keyring, what);
  const status = statement.predicate;
  checkCome(status.issuedAt, now, what);
  checkLife(status.expiresAt, statusLifeDays, now, what);
  if (now >= new Date(status.expiresAt))
    throw new Refusal(
      'E_EXPIRED',
      `the status expired at ${status.expiresAt}`,
      'reach the registry for a newer one; if it serves none, tell its operator',
    );
  return Object.assign(status, { bundle, signedBy }) as VerifiedStatus;
}

/**
 * Whether a version may still run: the status beats every record, pin and cache.
 * @throws Refusal E_REVOKED where the status revokes it, or it is older than the oldest that may run
 */
export async function checkNotRevoked(
  status: VerifiedStatus,
  name: string,
  version: string,
  sequence: number,
): Promise<void> {
  const entries = status.revoked.filter((entry) => entry.name === name);
  // Ranges need a library, and few servers have any.
  if (entries.length > 0) checkRanges(entries, await import('../on-demand.ts'), version);
  for (const oldest of status.oldest)
    if (oldest.name === name && sequence < oldest.sequence)
      throw new Refusal(
        'E_REVOKED',
        `${name} ${version} is older than ${oldest.version}, the oldest that may run`,
        `run ${name}@${oldest.version} or a newer one`,
      );
}

function checkRanges(
  entries: VerifiedStatus['revoked'],
  { holds }: Pick<typeof import('../on-demand.ts'), 'holds'>,
  version: string,
): void {
  for (const { name, versions, state, since, reason, advisory } of entries)
    if (holds(versions, version))
      throw new Refusal(
        'E_REVOKED',
        `${name} ${version} is ${state} since ${since}: ${reason}${advisory === undefined ? '' : ` (${advisory})`}`,
        `run \`countersign info ${name}\` for the versions that may run`,
      );
}
