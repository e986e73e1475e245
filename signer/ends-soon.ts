/** What of a production registry ends soon, so that hosts would refuse it: said while there is time to renew it. */
import type { Problem } from '../core/problem.ts';
import { daysAfter } from '../core/time.ts';
import type { StoredApproval } from '../catalog/published.ts';
import type { Ceremony } from './ceremony/ceremony.ts';

/** Several people must find the time to sign. */
export const renewDays = 60;
/** A review takes a few days. */
export const reviewDays = 30;

/** Approvals that are named; of the rest, how many there are. */
const maxNamed = 5;

/** What hosts refuse from a moment on, unless it is renewed before. */
export interface Ending {
  readonly what: string;
  readonly end: string;
  readonly remedy: string;
}

/** Whether something has ended, or does so within that many days. */
export const endsWithin = ({ end }: Pick<Ending, 'end'>, days: number, now: Date): boolean =>
  new Date(end) <= daysAfter(now, days);

/** What says until when it is valid. */
interface Expiring {
  readonly version: number;
  readonly expires: string;
}

/** What the offline keys signed. */
export interface Offline {
  readonly root?: Expiring;
  readonly targets?: Expiring;
  /** The approval keys. */
  readonly keys: readonly { readonly hint: string; readonly validUntil?: string; readonly revoked?: unknown }[];
  /** The hint of the key that signs now, where it is known: only of that one it matters that another has to follow. */
  readonly inUse?: string;
}

/** Root, targets and approval keys, whenever they end. In development they are renewed without anybody. */
export function offlineEndings({ root, targets, keys: all, inUse }: Offline, now: Date): Ending[] {
  const endings: Ending[] = [];
  if (root !== undefined)
    endings.push({
      what: `root ${root.version}`,
      end: root.expires,
      remedy: 'run `registry root rotate`; two holders sign it',
    });
  if (targets !== undefined)
    endings.push({
      what: `targets ${targets.version}`,
      end: targets.expires,
      remedy: 'run `registry keyring renew`; two holders sign it',
    });
  const keys = all.filter(({ revoked }) => revoked === undefined);
  const successor = keys.some(({ validUntil: end }) => end === undefined || !endsWithin({ end }, renewDays, now));
  for (const { hint, validUntil: end } of keys)
    // One that has ended, or is not used any more, is no loss where another has taken over.
    if (end !== undefined && !(successor && (new Date(end) <= now || (inUse ?? hint) !== hint)))
      endings.push({
        what: `the approval key ${hint}`,
        end,
        remedy: successor
          ? 'let `keys.approval` in registry.yaml name another key of `registry keyring status` before then'
          : 'run `registry keyring add`; two holders sign it',
      });
  return endings;
}

/** What the online keys signed; `bins` are those of all servers and the status. */
export interface Online {
  readonly timestamp: Expiring;
  readonly snapshot: Expiring;
  readonly bins: readonly Expiring[];
  readonly status: { readonly sequence: number; readonly expiresAt: string };
}

/** Of the bins, the one that ends first. The signer renews all of these long before, without anybody. */
export function onlineEndings({ timestamp, snapshot, bins, status }: Online): Ending[] {
  const remedy = 'run `registry sign`, build and publish; see why the signer did not renew it by its schedule';
  const first = bins.toSorted((a, b) => (a.expires < b.expires ? -1 : 1)).slice(0, 1);
  return [
    { what: `timestamp ${timestamp.version}`, end: timestamp.expires, remedy },
    { what: `snapshot ${snapshot.version}`, end: snapshot.expires, remedy },
    ...first.map(({ expires }) => ({ what: `the first of ${bins.length} bins`, end: expires, remedy })),
    { what: `status ${status.sequence}`, end: status.expiresAt, remedy },
  ];
}

export const offlineEndsSoon = ({ root, targets }: Ceremony, now: Date): Problem[] =>
  offlineEndings(
    {
      ...(root !== undefined && { root: root.signed }),
      ...(targets !== undefined && { targets: targets.targets.signed }),
      keys: targets?.keyring.keys ?? [],
    },
    now,
  )
    .filter((each) => endsWithin(each, renewDays, now))
    .map((each) => endingProblem(each, 'trust/', now));

/** A warning, but where it is urgent an error. */
export const endingProblem = ({ what, end, remedy }: Ending, file: string, now: Date, urgent = false): Problem => ({
  code: 'ends-soon',
  file,
  message: `${what} ${new Date(end) <= now ? 'ended' : 'ends'} at ${end}`,
  remedy,
  ...(!urgent && { severity: 'warning' as const }),
});

/** Current approvals, all of them in one problem: a warning, but where it is urgent an error. */
export function approvalsEndSoon(
  current: readonly Pick<StoredApproval, 'name' | 'version' | 'validUntil'>[],
  now: Date,
  { days = reviewDays, urgent = false }: { readonly days?: number; readonly urgent?: boolean } = {},
): Problem[] {
  const ends = current
    .map(({ name, version, validUntil }) => ({ name, version, end: validUntil }))
    .filter((each) => endsWithin(each, days, now))
    .sort((a, b) => (a.end < b.end ? -1 : 1));
  if (ends.length === 0) return [];
  const named = ends.slice(0, maxNamed).map(({ name, version, end }) => `${name} ${version} at ${end}`);
  const more = ends.length > maxNamed ? [`${ends.length - maxNamed} more`] : [];
  return [
    {
      code: 'ends-soon',
      file: 'servers/',
      message: `approvals end soon, or have ended: ${[...named, ...more].join(', ')}`,
      remedy: 'have each reviewed, merge its new `reviewed_at`, and run `registry sign`; `registry report` lists all',
      ...(!urgent && { severity: 'warning' as const }),
    },
  ];
}
