/** The requests of a client that wait for their answers. */
import { isJsonObject } from '../../core/json.ts';
import { maxOpenRequests } from '../../core/limits.ts';
import type { Call } from './calls.ts';
import type { CallEvent } from './events.ts';
import { isId, keyOf, type Id, type Request } from './message.ts';
import type { Reports } from './reports.ts';

export interface Open {
  readonly id: Id;
  readonly method: string;
  /** Absent where it is no call of a tool. */
  readonly call?: Call;
  readonly progress?: Id;
  readonly at: number;
}

export class OpenRequests {
  readonly #reports: Reports;
  readonly #now: () => number;
  readonly #open = new Map<string, Open>();

  constructor(reports: Reports, now: () => number) {
    this.#reports = reports;
    this.#now = now;
  }

  /** Whether one waits that the server answers while it runs: the answer to a subscription is its end (MCP 2026-07-28). */
  get awaitsAnswer(): boolean {
    return this.#open.values().some(({ method }) => method !== 'subscriptions/listen');
  }

  /** Why no request with this id can be opened now. */
  refusal(id: Id): string | undefined {
    if (this.#open.has(keyOf(id))) return 'a request with this id waits for its answer';
    return this.#open.size < maxOpenRequests
      ? undefined
      : `${maxOpenRequests} requests wait for their answers: send the next after one of them`;
  }

  add({ id, method, params: { _meta: meta } }: Request, call: Call | undefined): void {
    const token = isJsonObject(meta) ? meta['progressToken'] : undefined;
    this.#open.set(keyOf(id), {
      id,
      method,
      at: this.#now(),
      ...(call !== undefined && { call }),
      ...(isId(token) && { progress: token }),
    });
  }

  /** The request that a value is the id of. */
  find(id: unknown): Open | undefined {
    return isId(id) ? this.#open.get(keyOf(id)) : undefined;
  }

  /** Whether somebody waits for the progress that has this token. */
  awaitsProgress(token: unknown): boolean {
    return isId(token) && [...this.#open.values()].some(({ progress }) => progress === token);
  }

  /** It waits no longer, and a call is told. */
  close({ id, call, at }: Open, outcome: CallEvent['outcome'], answerBytes: number): void {
    this.#open.delete(keyOf(id));
    if (call === undefined) return;
    const tookMs = Math.round((this.#now() - at) * 1000) / 1000;
    this.#reports.tell({ ...call, outcome, tookMs, answerBytes });
  }

  /** All of them wait no longer. */
  closeAll(): Open[] {
    const all = [...this.#open.values()];
    for (const open of all) this.close(open, 'unanswered', 0);
    return all;
  }
}
