/** Lists what is due for approved servers, and when. */
import { dayOf, daysAfter } from '../core/time.ts';
import type { Exception, LifecycleEntry, Manifest, Policy } from '../schemas/types.ts';
import { compareText } from '../core/order.ts';

/** Something that is due, or ends, on a day. */
export interface DueItem {
  readonly server: string;
  /** `2026-12-24`; absent if it has no end. */
  readonly date?: string;
  /** Counted from today; negative for a day in the past. */
  readonly days?: number;
  readonly what: string;
}

/** Days are counted in UTC, so that they are the same everywhere. */
export interface Period {
  /** `2026-11-20`. */
  readonly today: string;
  readonly within: number;
}

/** Servers whose access review is due within the period, or overdue. */
export const accessReviewsDue = (servers: readonly Manifest[], policy: Policy, period: Period): DueItem[] =>
  within(
    period,
    servers.map(({ name, data_classification: dataClass, reviewed_at: reviewedAt }) => {
      const every = policy.data_classes[dataClass].access_review_every;
      return {
        server: name,
        date: dayAfter(reviewedAt, Number.parseInt(every, 10)),
        what: `reviewed on ${reviewedAt}; ${dataClass} data is reviewed every ${every}`,
      };
    }),
  );

/** An approval that is published. */
export interface PublishedApproval {
  readonly name: string;
  readonly version: string;
  readonly validUntil: string;
}

/** Approvals that expire within the period, or have expired. */
export const approvalsDue = (approvals: readonly PublishedApproval[], period: Period): DueItem[] =>
  within(
    period,
    approvals.map(({ name, version, validUntil }) => ({
      server: name,
      date: validUntil.slice(0, 10),
      what: `${version} is valid until ${validUntil}`,
    })),
  );

/** Everything that is deprecated, with any sunset. */
export const deprecated = (servers: readonly Manifest[], { today }: Period): DueItem[] =>
  byDate(
    servers.flatMap(({ name, version, lifecycle = [] }) =>
      lifecycle
        .filter(({ state }) => state === 'deprecated')
        .map((entry) => ({
          server: name,
          ...(entry.sunset !== undefined && { date: entry.sunset, days: daysBetween(today, entry.sunset) }),
          what: deprecationOf(entry, version),
        })),
    ),
  );

function deprecationOf(
  { versions, since, sunset, reason, replaced_by: other }: LifecycleEntry,
  current: string,
): string {
  const which = typeof versions === 'string' ? versions : versions.join(', ');
  return [
    `${which === '*' ? 'every version' : which} since ${since}, now at ${current}: ${reason}`,
    ...(sunset === undefined ? ['there is no sunset'] : []),
    ...(other === undefined ? [] : [`use ${other}`]),
  ].join('; ');
}

/** Exceptions that end within the period, or have ended. */
export const exceptionsDue = (exceptions: readonly Exception[], period: Period): DueItem[] =>
  within(
    period,
    exceptions.map(({ rule, server, subject, artefact, reason, owner, expires }) => ({
      server: server ?? 'every server',
      date: expires,
      what: `${rule}${subject === undefined ? '' : ` for ${subject}`}${artefact === undefined ? '' : ` in ${artefact}`}, of ${owner}: ${reason}`,
    })),
  );

const within = (
  { today, within: days }: Period,
  all: readonly (DueItem & Required<Pick<DueItem, 'date'>>)[],
): DueItem[] =>
  byDate(all.map((due) => ({ ...due, days: daysBetween(today, due.date) })).filter((due) => due.days <= days));

/** The earliest first; entries without an end come last. */
const byDate = (all: readonly DueItem[]): DueItem[] =>
  all.toSorted(
    (a, b) =>
      compareText(a.date ?? '~', b.date ?? '~') || compareText(a.server, b.server) || compareText(a.what, b.what),
  );

/** A day some whole days after another one. */
export const dayAfter = (day: string, days: number): string => dayOf(daysAfter(new Date(`${day}T00:00:00Z`), days));

const dayMs = 86_400_000;

const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
