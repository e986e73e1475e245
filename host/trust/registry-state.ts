/**
 * What a registry says now: the repository metadata, then the keyring, then the status that a key of the keyring
 * signed.
 */
import { keyringFormat, statusFormat, type Format } from '../../core/formats.ts';
import { openKeyring, type OpenKeyring } from '../../core/keyring.ts';
import { timestampLifeDays } from '../../core/limits.ts';
import { binOf, keyringPath, statusPath } from '../../core/metadata.ts';
import type { Failure } from '../../core/failure.ts';
import { openFormat } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';
import { toSecond } from '../../core/time.ts';
import type { TargetFile, TrustConfig } from '../../schemas/types.ts';
import { openBin, openChain, type Chain, type ChainContext } from './chain.ts';
import { checkNotInFuture, earliestSigning } from './clock.ts';
import { anyScope, scopeOf, type Holds, type HighWater, type Mark } from './high-water.ts';
import type { MetadataSource } from './metadata-source.ts';
import { openStatus, type VerifiedStatus } from './status.ts';

/** What the registry said last: everything here was verified. */
export interface RegistryState {
  readonly chain: Chain;
  readonly keyring: OpenKeyring;
  readonly status: VerifiedStatus;
  /** When the registry last answered. Anyone on the network can answer with old files: see `signedAt`. */
  readonly at: Date;
  /**
   * When the newest timestamp was signed, or a little later. Only the registry can sign a newer one, so this proves
   * that the registry was reached; `at` does not.
   */
  readonly signedAt: Date;
  /** True if it was fetched just now, false if it comes from the cache. */
  readonly fetched: boolean;
  /** Set if the registry was asked and did not answer: why. The cached files are used instead. */
  readonly silence?: Failure;
}

export interface StateContext extends ChainContext {
  readonly config: TrustConfig;
}

/** Returns the exact bytes of a file that a verified role named. @throws Refusal E_DIGEST, E_TOO_LARGE */
export type ReadTarget = (path: string, file: TargetFile, format: Format<unknown>) => Promise<Uint8Array>;

/**
 * Opens everything that says what the registry trusts now. Returns it with the marks that this host must remember, once
 * all files are cached. After `openChain`:
 *
 * - The keyring: its digest is in the top-level targets, which offline keys signed. It must be for the registry and the
 *   environment of the trust config, else E_REGISTRY or E_ENVIRONMENT.
 * - The status: its digest is in a bin (E_NOT_APPROVED if no bin names it), and a key of the keyring signed it
 *   (`openStatus`). It must not be older than one that was seen (E_ROLLBACK).
 *
 * @throws Refusal with one of these codes, or with one of `openChain`, `openBin`, `openKeyring` or `openStatus`; and
 *   what reading throws
 */
export async function openRegistryState(
  source: MetadataSource,
  readTarget: ReadTarget,
  context: StateContext,
): Promise<{ readonly state: Omit<RegistryState, 'fetched' | 'silence'>; readonly marks: readonly Mark[] }> {
  const { config, seen, now } = context;
  const chain = await openChain(source, context);

  // 5.7 Fetch target. Only the top-level targets, which offline keys sign, may name the keyring. `openBin` refuses a
  // bin that does.
  const keyringBytes = await readTarget(keyringPath, chain.targets.targets[keyringPath], keyringFormat);
  const keyring = openKeyring(openFormat(keyringFormat, keyringBytes, 'the keyring'));
  checkIdentity(keyring, config.registry);

  const { bin, marks: binMarks } = await openBin(source, chain, binOf(statusPath), context);
  const statusFile = new Map(Object.entries(bin.targets)).get(statusPath);
  if (statusFile === undefined)
    throw new Refusal(
      'E_NOT_APPROVED',
      `the registry publishes no ${statusPath}: what is revoked is not known`,
      'tell the operator of the registry',
    );
  const status = openStatus(await readTarget(statusPath, statusFile, statusFormat), keyring, now);
  const statusMark = markOf(status);
  seen.check(statusMark, unlessRevoked(keyring));
  const signedAt = earliestSigning(chain.timestamp.expires, timestampLifeDays);
  const latest = latestOf(status.issuedAt, toSecond(signedAt), config.exportedAt);
  return {
    state: { chain, keyring, status, at: chain.timestampFile.at, signedAt },
    marks: [...chain.marks, ...binMarks, statusMark, timeMark(latest)],
  };
}

/** The mark belongs to the key that signed the status. */
const markOf = ({ sequence, bundle, signedBy }: VerifiedStatus): Mark => ({
  kind: 'status',
  scope: scopeOf([signedBy]),
  version: sequence,
  digest: bundle,
});

/**
 * Which marks a new status is compared with. A new signing key must not undo a revocation that was seen, so the marks
 * of all keys hold, also of keys that have expired or are no longer in the keyring. The exception is a key that the
 * offline keyring revokes as stolen: the thief may have signed the highest possible number, which would block every
 * later status.
 */
function unlessRevoked({ keys }: OpenKeyring): Holds {
  const revoked = new Set(
    [...keys.values()].filter((key) => key.revoked !== undefined).map(({ hint }) => scopeOf([hint])),
  );
  return (scope) => !revoked.has(scope);
}

/** @throws Refusal E_REGISTRY, E_ENVIRONMENT */
function checkIdentity({ registry, environment }: OpenKeyring, trusted: TrustConfig['registry']): void {
  if (registry !== trusted.id)
    throw new Refusal(
      'E_REGISTRY',
      `the keyring belongs to the registry ${registry}; ${trusted.id} is trusted`,
      'check that the trust config belongs to this registry',
    );
  if (environment !== trusted.environment)
    throw new Refusal(
      'E_ENVIRONMENT',
      `the keyring is for ${environment}; here ${trusted.environment} is trusted`,
      'check that the trust config belongs to this registry',
    );
}

const timeKind = 'time';

/** All formats write moments in one form, in which alphabetical order is the order of time. */
const latestOf = (...moments: readonly string[]): string => moments.toSorted().at(-1) ?? '';

/** A mark of the latest moment at which something is known to have been signed. */
export const timeMark = (moment: string): Mark => ({
  kind: timeKind,
  scope: anyScope,
  version: Math.floor(Date.parse(moment) / 1000),
  digest: '0'.repeat(64),
});

/**
 * Checks that this machine's clock is not behind a moment at which something was already signed.
 * @throws Refusal E_CLOCK
 */
export function checkTime(seen: HighWater, { exportedAt }: TrustConfig, now: Date): void {
  checkNotInFuture(exportedAt, now, 'the trust config');
  const latest = seen.highest(timeKind);
  if (latest > 0) checkNotInFuture(toSecond(new Date(latest * 1000)), now, 'something that was seen before');
}
