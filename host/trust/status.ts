import type { Status } from '../../schemas/types.ts';
import { Refusal } from '../../core/refusal.ts';
import { statusFormat } from '../../core/formats.ts';
import { openStatement, statusPredicateType } from '../../core/statement.ts';
import { checkCome } from './clock.ts';
import type { OpenKeyring } from '../../core/keyring.ts';

declare const verified: unique symbol;

/** A status whose signature and time were checked. Only `openStatus` makes one. */
export type VerifiedStatus = Status & {
  readonly [verified]: true;
  /** SHA-256 of the bundle it came in. */
  readonly bundle: string;
};

/** @throws Refusal E_EXPIRED, E_CLOCK, and what `openStatement` throws */
export function openStatus(bytes: Uint8Array, keyring: OpenKeyring, now: Date): VerifiedStatus {
  const { statement, bundle } = openStatement(statusFormat, statusPredicateType, bytes, keyring, 'the status');
  const status = statement.predicate;
  checkCome(status.issuedAt, now, 'the status');
  if (now >= new Date(status.expiresAt))
    throw new Refusal(
      'E_EXPIRED',
      `the status expired at ${status.expiresAt}`,
      'reach the registry for a newer one; if it serves none, tell whoever runs it',
    );
  return Object.assign(status, { bundle }) as VerifiedStatus;
}

/** @throws Refusal E_REVOKED */
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
