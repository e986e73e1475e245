/** What a registry says now: from the repository metadata to the keyring, and to the status that a key of it signed. */
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
import { checkCome, earliestSigning } from './clock.ts';
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
   * When the newest timestamp was signed, or a little later. Nobody but the registry makes this newer, so that only it
   * proves that the registry was reached.
   */
  readonly signedAt: Date;
  /** Whether it was fetched just now, and not taken from the cache. */
  readonly fetched: boolean;
  /** Why it was not fetched though the registry was asked: it did not answer, and what is cached stands in. */
  readonly silence?: Failure;
}

export interface StateContext extends ChainContext {
  readonly config: TrustConfig;
}

/** Returns the exact bytes of a file that a verified role named. @throws Refusal E_DIGEST, E_TOO_LARGE */
export type ReadTarget = (path: string, file: TargetFile, format: Format<unknown>) => Promise<Uint8Array>;

/**
 * Returns what the registry says, and what is to be remembered of it once all of it is cached.
 * @throws Refusal, and what reading throws
 */
export async function openRegistryState(
  source: MetadataSource,
  readTarget: ReadTarget,
  context: StateContext,
): Promise<{ readonly state: Omit<RegistryState, 'fetched' | 'silence'>; readonly marks: readonly Mark[] }> {
  const { config, seen, now } = context;
  const chain = await openChain(source, context);

  // 5.7 Fetch target. The keyring is named by the offline role alone: no bin may.
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

/** Under the key that signed it. */
const markOf = ({ sequence, bundle, signedBy }: VerifiedStatus): Mark => ({
  kind: 'status',
  scope: scopeOf([signedBy]),
  version: sequence,
  digest: bundle,
});

/**
 * A revocation that was seen stays, whichever key signs next: the marks of all keys hold, but for those that the offline
 * keyring says were stolen. Such a thief may have signed the highest number there is. A key that merely ended, or is not
 * in the keyring any more, was not stolen.
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
      `the keyring is one of the registry ${registry}; ${trusted.id} is trusted`,
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

/** Moments as every format writes them: the last by the alphabet is the latest. */
const latestOf = (...moments: readonly string[]): string => moments.toSorted().at(-1) ?? '';

/** The latest moment at which somebody is known to have signed. */
export const timeMark = (moment: string): Mark => ({
  kind: timeKind,
  scope: anyScope,
  version: Math.floor(Date.parse(moment) / 1000),
  digest: '0'.repeat(64),
});

/** No clock may be behind what was signed already. @throws Refusal E_CLOCK */
export function checkTime(seen: HighWater, { exportedAt }: TrustConfig, now: Date): void {
  checkCome(exportedAt, now, 'the trust config');
  const latest = seen.highest(timeKind);
  if (latest > 0) checkCome(toSecond(new Date(latest * 1000)), now, 'something that was seen before');
}
