/** Hearing a registry: from the repository metadata to the keyring, and to the status that it lets count. */
import { keyringFormat, statusFormat, type Format } from '../../core/formats.ts';
import { openKeyring, type OpenKeyring } from '../../core/keyring.ts';
import { binOf, keyringPath, statusPath } from '../../core/metadata.ts';
import type { Failure } from '../../core/failure.ts';
import { openFormat } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';
import type { TargetFile, TrustConfig } from '../../schemas/types.ts';
import { openBin, openChain, type Chain, type ChainContext } from './chain.ts';
import { checkCome } from './clock.ts';
import { scopeOf, type HighWater, type Mark } from './high-water.ts';
import type { MetadataSource } from './metadata-source.ts';
import { openStatus, type VerifiedStatus } from './status.ts';

/** The registry as it was last heard: everything here was verified. */
export interface RegistryState {
  readonly chain: Chain;
  readonly keyring: OpenKeyring;
  readonly status: VerifiedStatus;
  /** When the registry was heard. */
  readonly at: Date;
  /** Whether that was just now, and not taken from what is kept. */
  readonly fetched: boolean;
  /** Why it was not fetched though the registry was asked: it did not answer, and what is cached stands in. */
  readonly silence?: Failure;
}

export interface StateContext extends ChainContext {
  readonly config: TrustConfig;
}

/** Gives the exact bytes of a file that a verified role named. @throws Refusal E_DIGEST, E_TOO_LARGE */
export type ReadTarget = (path: string, file: TargetFile, format: Format<unknown>) => Promise<Uint8Array>;

/**
 * Gives what was heard, and what is to be remembered of it once all of it is kept.
 * @throws Refusal, and what reading throws
 */
export async function openRegistryState(
  source: MetadataSource,
  readTarget: ReadTarget,
  context: StateContext,
): Promise<{ readonly heard: Omit<RegistryState, 'fetched' | 'silence'>; readonly marks: readonly Mark[] }> {
  const { config, seen, now } = context;
  const chain = await openChain(source, context);

  // The keyring is named by the offline role alone: no bin may.
  const keyringBytes = await readTarget(keyringPath, chain.targets.targets[keyringPath], keyringFormat);
  const keyring = openKeyring(openFormat(keyringFormat, keyringBytes, 'the keyring'));
  checkIdentity(keyring, config.registry);

  const { bin, mark } = await openBin(source, chain, binOf(statusPath), context);
  const statusFile = new Map(Object.entries(bin.targets)).get(statusPath);
  if (statusFile === undefined)
    throw new Refusal(
      'E_NOT_APPROVED',
      `the registry publishes no ${statusPath}: what is revoked is not known`,
      'tell whoever runs the registry',
    );
  const status = openStatus(await readTarget(statusPath, statusFile, statusFormat), keyring, now);
  const statusMark = markOf(status, keyring);
  seen.check(statusMark);
  return {
    heard: { chain, keyring, status, at: chain.kept.at },
    marks: [...chain.marks, mark, statusMark, timeMark(status.issuedAt)],
  };
}

/** Only the offline keyring can begin a new count: a stolen approval key may have signed the highest number. */
const markOf = ({ sequence, bundle }: VerifiedStatus, { keys }: OpenKeyring): Mark => ({
  kind: 'status',
  scope: scopeOf([...keys.values()].flatMap(({ hint, revoked }) => (revoked === undefined ? [] : [hint]))),
  version: sequence,
  digest: bundle,
});

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

/** The latest moment that somebody signed. */
const timeMark = (moment: string): Mark => ({
  kind: timeKind,
  scope: '0'.repeat(16),
  version: Math.floor(Date.parse(moment) / 1000),
  digest: '0'.repeat(64),
});

/** No clock may be behind what was signed already. @throws Refusal E_CLOCK */
export function checkTime(seen: HighWater, { exportedAt }: TrustConfig, now: Date): void {
  checkCome(exportedAt, now, 'the trust config');
  const latest = seen.highest(timeKind);
  if (latest > 0) checkCome(new Date(latest * 1000).toISOString(), now, 'something that was seen before');
}
