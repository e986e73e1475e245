/** What the trust config says of the audit trail. */
import type { TrustConfig } from '../../schemas/types.ts';
import type { Keeping } from './files.ts';

const megabyte = 1_000_000;

/** How much of the trail is kept, and for how long. */
export const keepingOf = ({ audit }: TrustConfig): Keeping => ({
  days: audit?.retentionDays ?? 90,
  bytes: (audit?.maxMegabytes ?? 256) * megabyte,
});
