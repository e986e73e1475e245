/** Which events somebody asks for. */
import { UsageError } from '../../core/failure.ts';
import type { AuditEvent } from '../../schemas/types.ts';

export interface AuditFilter {
  /** A server's name, or a name and a version. */
  readonly server?: string;
  readonly user?: string;
  readonly since?: Date;
  readonly event?: string;
  readonly outcome?: string;
}

/** An event names the server as it was asked for, which may be without a version. */
export const matches = (event: AuditEvent, { server, user, since, event: kind, outcome }: AuditFilter): boolean =>
  (server === undefined || event.server === server || nameOf(event.server) === server || exact(event) === server) &&
  (user === undefined || event.user === user) &&
  (kind === undefined || event.event === kind) &&
  (outcome === undefined || event.outcome === outcome) &&
  (since === undefined || Date.parse(event.time) >= since.getTime());

/** The name of the server that was asked for, without a version. */
export const nameOf = (server = ''): string => server.split('@')[0] ?? '';

const exact = ({ server, version }: AuditEvent): string => `${nameOf(server)}@${version ?? ''}`;

const perUnitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A day, a time, or a while before now: `2026-04-16`, `2026-04-16T10:00:00Z`, `30m`, `12h`, `7d`. @throws UsageError */
export function parseSince(text: string, now: Date): Date {
  const groups = /^(?<count>\d{1,6})(?<unit>[mhd])$/u.exec(text)?.groups;
  const ago = groups && Number(groups.count) * perUnitMs[groups.unit as keyof typeof perUnitMs];
  const since = new Date(ago === undefined ? text : now.getTime() - ago);
  const isDate =
    ago !== undefined || /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/u.test(text);
  if (!isDate || Number.isNaN(since.getTime()))
    throw new UsageError(
      `${JSON.stringify(text.slice(0, 100))} is no time`,
      'write a day (2026-04-16), a time (2026-04-16T10:00:00Z), or how long ago (30m, 12h, 7d)',
    );
  return since;
}
