import type { Status } from '../../schemas/types.ts';
import { Refusal } from '../../core/refusal.ts';
import { statusFormat } from '../../core/formats.ts';
import { statusLifeDays } from '../../core/limits.ts';
import { openStatement, statusPredicateType } from '../../core/statement.ts';
import { checkNotInFuture, checkLife } from './clock.ts';
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
 * Opens the status: the list of revoked versions.
 *
 * Input: bytes whose digest a bin names, and the verified keyring. The online keys sign the bin, so they can choose any
 * status that was ever signed. They cannot make a status of their own.
 *
 * Proved about the result: an approval key of the keyring signed it within the key's validity, for this registry and
 * environment, and it is valid now.
 *
 * - All refusals of `openStatement`: the bytes are not a signed status, or the key may not sign it.
 * - E_CLOCK: by this machine's clock, it was signed in the future; or it is valid for longer than a status may be.
 * - E_EXPIRED: it is no longer valid.
 *
 * Not checked here: whether this host has already seen a newer status. `openRegistryState` does that, as it has the
 * marks of what was seen.
 * @throws Refusal with one of these codes
 */
export function openStatus(bytes: Uint8Array, keyring: OpenKeyring, now: Date): VerifiedStatus {
  const what = 'the status';
  const { statement, bundle, signedBy } = openStatement(statusFormat, statusPredicateType, bytes, keyring, what);
  const status = statement.predicate;
  checkNotInFuture(status.issuedAt, now, what);
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
 * Checks that a version may still run. The status overrides every record, pin and cache.
 * @throws Refusal E_REVOKED if the status revokes the version, or it is older than the oldest one that may run
 */
export async function checkNotRevoked(
  status: VerifiedStatus,
  name: string,
  version: string,
  sequence: number,
): Promise<void> {
  const entries = status.revoked.filter((entry) => entry.name === name);
  // Version ranges need a library. It is loaded only if this server has an entry, as few servers have one.
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
