import type { VerifiedServer } from '../trust/approved-servers.ts';

/** What the user of a deprecated server must know, in sentences; undefined where there is nothing. */
export function lifecycleNotice({
  record: { name },
  entry: { version, state, lifecycle },
}: VerifiedServer): string[] | undefined {
  if (lifecycle === undefined) return undefined;
  const { reason, sunset, replacedBy, guide } = lifecycle;
  const end = sunset === undefined ? '' : `; it ends on ${sunset}`;
  const next = [
    ...(replacedBy === undefined ? [] : [`use ${replacedBy} instead`]),
    ...(guide === undefined ? [] : [`see ${guide}`]),
  ];
  return [
    `countersign: ${name} ${version} is ${state}: ${reason}${end}`,
    ...(next.length === 0 ? [] : [`  ${next.join('; ')}`]),
  ];
}
