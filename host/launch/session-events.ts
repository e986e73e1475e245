/** Writes what a gate tells in the words of the audit trail. */
import type { OfferList } from '../../core/offers.ts';
import type { Audited } from '../audit/event.ts';
import type { CallEvent, ClientEvent, ProxyEvent } from '../proxy/events.ts';

/** What an event says, beside the server that it is about. */
export type Told = Omit<Audited, 'registry' | 'server' | 'version' | 'digests'>;

/** How a server is reached. */
export type Transport = NonNullable<Told['transport']>;

/** The client names itself once, and is part of every event after that. */
export function sessionEvents(transport: Transport, write: (event: Told) => void): (event: ProxyEvent) => void {
  let client: ClientEvent | undefined;
  return (event) => {
    if (event.kind === 'client') {
      client = event;
      return;
    }
    const who =
      client === undefined
        ? {}
        : { client: { name: client.name, version: client.version }, protocolVersion: client.protocol };
    switch (event.kind) {
      case 'call':
        return write({ ...told(event), transport, ...who });
      case 'drift': {
        const kind = event.list === 'instructions' ? ('instructions' as const) : driftKinds[event.list];
        const drift = { kind, ...(event.key !== '' && { name: event.key }) };
        return write({ event: 'drift', drift, outcome: 'refused', message: event.why, ...who });
      }
      case 'denial':
        return write({
          event: 'denial',
          method: event.what,
          outcome: 'refused',
          message: `of the ${event.from}: ${event.reason}`,
          ...who,
        });
      default:
        return event satisfies never;
    }
  };
}

const driftKinds = {
  tools: 'tool',
  prompts: 'prompt',
  resources: 'resource',
  resourceTemplates: 'resource template',
} as const satisfies Record<OfferList, string>;

const outcomes = {
  ok: { decision: 'allowed', outcome: 'allowed' },
  error: { decision: 'allowed', outcome: 'failed', errorType: 'tool_error' },
  cancelled: { decision: 'allowed', outcome: 'failed', errorType: 'cancelled' },
  unanswered: { decision: 'allowed', outcome: 'failed', errorType: 'unanswered' },
  refused: { decision: 'denied', outcome: 'refused' },
} as const satisfies Record<CallEvent['outcome'], Partial<Told>>;

const told = ({ tool, argumentsDigest, outcome, reason, tookMs, requestBytes, answerBytes }: CallEvent): Told => ({
  event: 'call',
  method: 'tools/call',
  tool,
  argumentsSha256: argumentsDigest,
  ...outcomes[outcome],
  ...(reason !== undefined && { message: reason }),
  durationMs: tookMs,
  requestBytes,
  responseBytes: answerBytes,
});
