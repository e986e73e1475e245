/**
 * What each field of an event is called where it leaves this machine: by the semantic conventions of OpenTelemetry
 * (https://github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/mcp.md, and the registry of
 * https://opentelemetry.io/docs/specs/semconv/registry/attributes/) where they have a name, else below `countersign.`.
 */
import type { AuditEvent } from '../../schemas/types.ts';

export interface NamedField {
  /** In the file: a field of an event, or `field.inner`. */
  readonly field: string;
  /** In OTLP. */
  readonly attribute: string;
  readonly type: 'text' | 'whole' | 'number';
}

/** `time`, `event` and `schemaVersion` have places of their own in a log record, and `device` is in its resource. */
export const namedFields: readonly NamedField[] = [
  { field: 'registry', attribute: 'countersign.registry', type: 'text' },
  { field: 'user', attribute: 'user.name', type: 'text' },
  { field: 'server', attribute: 'countersign.server.name', type: 'text' },
  { field: 'version', attribute: 'countersign.server.version', type: 'text' },
  { field: 'outcome', attribute: 'countersign.outcome', type: 'text' },
  { field: 'decision', attribute: 'countersign.decision', type: 'text' },
  { field: 'code', attribute: 'countersign.refusal.code', type: 'text' },
  { field: 'message', attribute: 'countersign.message', type: 'text' },
  { field: 'method', attribute: 'mcp.method.name', type: 'text' },
  { field: 'tool', attribute: 'gen_ai.tool.name', type: 'text' },
  { field: 'prompt', attribute: 'gen_ai.prompt.name', type: 'text' },
  { field: 'agent', attribute: 'gen_ai.agent.name', type: 'text' },
  { field: 'client.name', attribute: 'countersign.client.name', type: 'text' },
  { field: 'client.version', attribute: 'countersign.client.version', type: 'text' },
  { field: 'protocolVersion', attribute: 'mcp.protocol.version', type: 'text' },
  { field: 'mcpSession', attribute: 'mcp.session.id', type: 'text' },
  { field: 'transport', attribute: 'network.transport', type: 'text' },
  { field: 'requestId', attribute: 'jsonrpc.request.id', type: 'text' },
  { field: 'errorType', attribute: 'error.type', type: 'text' },
  { field: 'argumentsSha256', attribute: 'countersign.arguments.sha256', type: 'text' },
  { field: 'durationMs', attribute: 'countersign.duration_ms', type: 'number' },
  { field: 'requestBytes', attribute: 'countersign.request.size', type: 'whole' },
  { field: 'responseBytes', attribute: 'countersign.response.size', type: 'whole' },
  { field: 'digests.bundle', attribute: 'countersign.bundle.sha256', type: 'text' },
  { field: 'digests.lock', attribute: 'countersign.lock.sha256', type: 'text' },
  { field: 'digests.artefact', attribute: 'countersign.artefact.sha256', type: 'text' },
  { field: 'trustConfig', attribute: 'countersign.trust_config.path', type: 'text' },
  { field: 'drift.kind', attribute: 'countersign.drift.kind', type: 'text' },
  { field: 'drift.name', attribute: 'countersign.drift.name', type: 'text' },
  { field: 'drift.found', attribute: 'countersign.drift.sha256', type: 'text' },
  { field: 'containment', attribute: 'countersign.containment', type: 'text' },
  { field: 'exitCode', attribute: 'process.exit.code', type: 'whole' },
  { field: 'dropped', attribute: 'countersign.dropped', type: 'whole' },
  { field: 'chain', attribute: 'countersign.chain.id', type: 'text' },
  { field: 'sequence', attribute: 'countersign.chain.sequence', type: 'whole' },
  { field: 'previous', attribute: 'countersign.chain.previous', type: 'text' },
];

/** The SHA-256 of the line: with `previous` of the next one it shows edits. */
export const headAttribute = 'countersign.chain.head';

/** The value of a named field, where the event has it. */
export function valueOf(event: AuditEvent, { field }: NamedField): string | number | undefined {
  const [outer = '', inner] = field.split('.');
  const value = (event as unknown as Readonly<Record<string, unknown>>)[outer];
  const found = inner === undefined ? value : (value as Readonly<Record<string, unknown>> | undefined)?.[inner];
  return typeof found === 'string' || typeof found === 'number' ? found : undefined;
}
