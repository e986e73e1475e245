/** What the trust config says of the audit trail. */
import type { TrustConfig } from '../../schemas/types.ts';
import type { Keeping } from './files.ts';

/** Where events are sent, and how. */
export interface Forwarding {
  readonly endpoint: string;
  readonly protocol: 'otlp' | 'jsonl';
  /** A file with the headers that the endpoint asks for. */
  readonly headersFrom: string | undefined;
  /** How much may wait to be sent. */
  readonly spoolBytes: number;
}

const megabyte = 1_000_000;

/** How much of the trail is kept, and for how long. */
export const keepingOf = ({ audit }: TrustConfig): Keeping => ({
  days: audit?.retentionDays ?? 90,
  bytes: (audit?.maxMegabytes ?? 256) * megabyte,
});

/** Nothing where no endpoint is named. */
export function forwardingOf({ audit }: TrustConfig): Forwarding | undefined {
  if (audit?.endpoint === undefined) return undefined;
  const { endpoint, protocol = 'otlp', headersFrom, spoolMegabytes = 64 } = audit;
  return { endpoint, protocol, headersFrom, spoolBytes: spoolMegabytes * megabyte };
}
