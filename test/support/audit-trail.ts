/** Audit trails with known times and known accounts, to read, check and forward. */
import { join } from 'node:path';
import type { Audited } from '../../host/audit/event.ts';
import type { TrailPlace } from '../../host/audit/files.ts';
import { AuditLog } from '../../host/audit/log.ts';
import { temporaryFolder } from './folder.ts';

const trailTime = new Date('2026-04-16T10:00:00.123Z');

/** A place for a trail, in a folder of its own. */
export async function trailPlace(): Promise<TrailPlace> {
  const folder = await temporaryFolder();
  return { file: join(folder, 'audit.jsonl'), folder: join(folder, 'audit') };
}

/** A log as one process has it, that moves a file away once it has so many bytes. */
export const aLog = (place: TrailPlace, fullBytes = 1_000_000, bytes = 100_000_000): AuditLog =>
  new AuditLog(place, { days: 90, bytes }, () => trailTime, fullBytes);

export const aLaunch: Audited = {
  event: 'launch',
  registry: 'mcp.example.com',
  server: 'memory@1.2.0',
  version: '1.2.0',
  digests: { bundle: 'a'.repeat(64), lock: 'b'.repeat(64) },
  outcome: 'allowed',
};

/** A call, with every field that a call may have. */
export const aCall: Audited = {
  event: 'call',
  registry: 'mcp.example.com',
  server: 'memory',
  version: '1.2.0',
  client: { name: 'desk', version: '3' },
  agent: 'assistant',
  protocolVersion: '2025-11-25',
  mcpSession: 's1',
  transport: 'pipe',
  requestId: '7',
  method: 'tools/call',
  tool: 'create_entities',
  argumentsSha256: 'c'.repeat(64),
  decision: 'allowed',
  durationMs: 3.25,
  requestBytes: 120,
  responseBytes: 4096,
  errorType: 'tool_error',
  outcome: 'failed',
  message: 'it said "no", twice',
};
