/**
 * Events as the logs of OTLP in JSON: the JSON mapping of opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest,
 * in which 64-bit integers are strings and enums are numbers (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
 */
import type { AuditEvent } from '../../schemas/types.ts';
import host from '../package.json' with { type: 'json' };
import { headAttribute, namedFields, valueOf, type NamedField } from './otel-names.ts';

/** An event, with the exact text of its line and the SHA-256 of that. */
export interface SentEvent {
  readonly event: AuditEvent;
  readonly text: string;
  readonly digest: string;
}

interface KeyValue {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string } | { readonly doubleValue: number };
}

/** One request with all these events, in their order: a resource for each machine that they happened on. */
export function otlpLogs(events: readonly SentEvent[]): object {
  const resourceLogs = [...Map.groupBy(events, ({ event }) => event.device)].map(([device, own]) => ({
    resource: {
      attributes: [
        text('service.name', 'countersign'),
        text('service.version', host.version),
        text('host.name', device),
      ],
    },
    scopeLogs: [{ scope: { name: 'countersign.audit', version: host.version }, logRecords: own.map(record) }],
  }));
  return { resourceLogs };
}

/** https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const severities = { allowed: [9, 'INFO'], refused: [13, 'WARN'], failed: [17, 'ERROR'] } as const;

function record({ event, text: line, digest }: SentEvent): object {
  const nanoseconds = `${Date.parse(event.time)}000000`;
  const [severityNumber, severityText] = severities[event.outcome];
  return {
    timeUnixNano: nanoseconds,
    observedTimeUnixNano: nanoseconds,
    severityNumber,
    severityText,
    eventName: `countersign.${event.event}`,
    // The exact line, so that a collector can compute its digest.
    body: { stringValue: line },
    attributes: [
      // Not every store of logs keeps the name of an event.
      text('countersign.event', event.event),
      ...namedFields.flatMap((named) => attributeOf(event, named)),
      text(headAttribute, digest),
      ...(event.method === 'tools/call' ? [text('gen_ai.operation.name', 'execute_tool')] : []),
    ],
  };
}

function attributeOf(event: AuditEvent, named: NamedField): KeyValue[] {
  const value = valueOf(event, named);
  if (value === undefined) return [];
  const { attribute: key, type } = named;
  if (type === 'text') return [text(key, String(value))];
  return [{ key, value: type === 'whole' ? { intValue: String(value) } : { doubleValue: Number(value) } }];
}

const text = (key: string, value: string): KeyValue => ({ key, value: { stringValue: value } });
