/** What of a production registry ends soon, so that hosts would refuse it: said while there is time to renew it. */
import type { Problem } from '../core/problem.ts';
import { daysAfter } from '../core/time.ts';
import type { StoredApproval } from '../catalog/published.ts';
import type { Ceremony } from './ceremony/ceremony.ts';

/** Several people must find the time to sign. */
export const renewDays = 60;
/** A review takes a few days. */
const reviewDays = 30;

/** Approvals that are named; of the rest, how many there are. */
const maxNamed = 5;

/** Root, targets and approval keys. In development they are renewed without anybody. */
export function offlineEndsSoon({ root, targets }: Ceremony, now: Date): Problem[] {
  const soon = (end: string): boolean => new Date(end) <= daysAfter(now, renewDays);
  const problems: Problem[] = [];
  if (root !== undefined && soon(root.signed.expires))
    problems.push(
      ending(
        'trust/',
        `root ${root.signed.version}`,
        root.signed.expires,
        now,
        'run `registry root rotate`; two holders sign it',
      ),
    );
  if (targets !== undefined && soon(targets.targets.signed.expires))
    problems.push(
      ending(
        'trust/',
        `targets ${targets.targets.signed.version}`,
        targets.targets.signed.expires,
        now,
        'run `registry keyring renew`; two holders sign it',
      ),
    );
  const keys = (targets?.keyring.keys ?? []).filter(({ revoked }) => revoked === undefined);
  const successor = keys.some(({ validUntil }) => validUntil === undefined || !soon(validUntil));
  for (const { hint, validUntil } of keys)
    // One that has ended is no loss where another has taken over.
    if (validUntil !== undefined && soon(validUntil) && !(successor && new Date(validUntil) <= now))
      problems.push(
        ending(
          'trust/',
          `the approval key ${hint}`,
          validUntil,
          now,
          successor
            ? 'let `keys.approval` in registry.yaml name another key of `registry keyring status` before then'
            : 'run `registry keyring add`; two holders sign it',
        ),
      );
  return problems;
}

/** Current approvals, all of them in one problem. */
export function approvalsEndSoon(current: readonly StoredApproval[], now: Date): Problem[] {
  const latest = daysAfter(now, reviewDays);
  const ends = current
    .map(({ name, version, validUntil }) => ({ name, version, end: validUntil }))
    .filter(({ end }) => new Date(end) <= latest)
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
      severity: 'warning',
    },
  ];
}

const ending = (file: string, what: string, end: string, now: Date, remedy: string): Problem => ({
  code: 'ends-soon',
  file,
  message: `${what} ${new Date(end) <= now ? 'ended' : 'ends'} at ${end}`,
  remedy,
  severity: 'warning',
});
