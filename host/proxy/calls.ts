/** Decides whether a tool may be called, with which arguments and how often. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { argumentsDigest } from '../audit/event.ts';
import type { Approved } from './approved.ts';
import type { CallEvent } from './events.ts';
import { codes, errorLine, resultLine, type Id, type Request } from './message.ts';
import { Rate, type RateLimit } from './rate.ts';
import type { Reports } from './reports.ts';
import { isModern } from './versions.ts';

export interface CallRules {
  readonly approved: Approved;
  readonly rate: RateLimit;
  /** Counts a call among those of other processes. Returns after how many milliseconds there may be one again; 0 if now. */
  readonly countForAll?: () => number;
  /** Why the arguments of a call do not fit its approved schema; undefined if they do. */
  readonly argumentFault: (tool: string, args: JsonObject) => Promise<string | undefined>;
  readonly identity: { readonly name: string };
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** What is known of a call before it is answered. */
export type Call = Pick<CallEvent, 'kind' | 'tool' | 'argumentsDigest' | 'requestBytes'>;

export type Admitted = { readonly call: Call } | { readonly refusal: Uint8Array };

export class Calls {
  readonly #rules: CallRules;
  readonly #reports: Reports;
  readonly #rate: Rate;

  constructor(rules: CallRules, reports: Reports) {
    this.#rules = rules;
    this.#reports = reports;
    this.#rate = new Rate(rules.rate, rules.now());
  }

  /** A refusal is the answer to the client, and is told. */
  async admit({ id, params }: Request, requestBytes: number): Promise<Admitted> {
    const { approved, argumentFault, countForAll, identity, now } = this.#rules;
    const { name, arguments: args = {} } = params;
    const tool = typeof name === 'string' ? name.slice(0, 256) : '';
    const call: Call = { kind: 'call', tool, argumentsDigest: argumentsDigest(args), requestBytes };
    const refuse = (reason: string, refusal: Uint8Array): Admitted => {
      this.#reports.tell({ ...call, outcome: 'refused', reason, tookMs: 0, answerBytes: refusal.byteLength });
      return { refusal };
    };
    const invalid = (message: string): Uint8Array => errorLine(id, { code: codes.invalidParams, message });

    // What happens must be written down, so nothing happens while that is not possible.
    const blocked = this.#reports.whyBlocked();
    if (blocked !== undefined)
      return { refusal: errorLine(id, { code: codes.refused, message: `no tool is called: ${blocked}` }) };
    if (typeof name !== 'string' || !approved.may('tools', name))
      return refuse(
        'not approved',
        invalid(`${identity.name} has no approved tool ${JSON.stringify(tool.slice(0, 80))}`),
      );
    if (!isJsonObject(args)) return refuse('no object', invalid(`the arguments of ${tool} are not an object`));
    const retryAfterMs = this.#rate.take(now()) || (countForAll?.() ?? 0);
    if (retryAfterMs > 0) {
      const message = `${identity.name} was called too often: try again in ${Math.ceil(retryAfterMs / 1000)} s`;
      return refuse('too often', errorLine(id, { code: codes.refused, message, data: { retryAfterMs } }));
    }
    const fault = await argumentFault(name, args);
    return fault === undefined ? { call } : refuse('arguments', unfit(id, params, tool, fault));
  }
}

/** A model reads this, and calls again with other arguments (MCP 2025-11-25, Tools, Error Handling). */
function unfit(id: Id, params: JsonObject, tool: string, fault: string): Uint8Array {
  const text = `The arguments do not fit the approved schema of ${tool}: ${fault}`;
  const result = { content: [{ type: 'text', text }], isError: true };
  return resultLine(id, isModern(params) ? { resultType: 'complete', ...result } : result);
}
