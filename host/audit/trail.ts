/** The audit trail of this account under one trust config: written at once, forwarded later. */
import { auditForwardTimes } from '../../core/limits.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import type { TrailPlace } from './files.ts';
import type { Forwarded } from './forward.ts';
import { AuditLog } from './log.ts';
import { forwardingOf, keepingOf, type Forwarding } from './settings.ts';

export class Trail {
  readonly log: AuditLog;
  readonly #place: TrailPlace;
  readonly #registry: string;
  readonly #forwarding: Forwarding | undefined;
  readonly #now: () => Date;

  constructor(place: TrailPlace, config: TrustConfig, now: () => Date) {
    this.log = new AuditLog(place, keepingOf(config), now);
    this.#place = place;
    this.#registry = config.registry.id;
    this.#forwarding = forwardingOf(config);
    this.#now = now;
  }

  /** Where events are forwarded to, if anywhere. */
  get endpoint(): string | undefined {
    return this.#forwarding?.endpoint;
  }

  /** Sends what waits. @throws what `forward` throws */
  async forward(signal: AbortSignal): Promise<Forwarded> {
    if (this.#forwarding === undefined) return { sent: 0, dropped: 0 };
    const [{ forward }, { sendTo }] = await Promise.all([import('./forward.ts'), import('./send.ts')]);
    return forward({
      place: this.#place,
      spoolBytes: this.#forwarding.spoolBytes,
      send: sendTo(this.#forwarding),
      append: (event) => this.log.append({ ...event, registry: this.#registry }),
      now: this.#now,
      signal,
    });
  }

  /** Sends in the background what is written while `work` goes on. Nothing is loaded where no endpoint is named. */
  async forwardWhile<T>(work: () => Promise<T>, onFailure: (error: unknown) => void): Promise<T> {
    if (this.#forwarding === undefined) return work();
    const { forwardWhile } = await import('./forward-while.ts');
    return forwardWhile((signal) => this.forward(signal), work, auditForwardTimes, onFailure);
  }
}
