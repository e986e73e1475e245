/** How fast a proxy can write down calls, and how fast a trail is checked. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkTrail } from '../../host/audit/check.ts';
import { argumentsDigest, type AuditedCall } from '../../host/audit/event.ts';
import { AuditLog } from '../../host/audit/log.ts';
import type { Row } from './measure.ts';

const events = 20_000;
const least = 2_000;

/** Calls as a proxy writes them, with the digest of small arguments. */
export async function benchAudit(folder: string): Promise<Row[]> {
  const place = { file: join(folder, 'audit.jsonl'), folder: join(folder, 'audit') };
  mkdirSync(place.folder, { mode: 0o700 });
  const log = new AuditLog(place, { days: 1, bytes: 1_000_000_000 }, () => new Date());
  const written = rateOf(() => {
    for (let count = 0; count < events; count++) log.append(callNumber(count));
  });
  const checked = rateOf(() => void checkTrail(place));
  const slow = written < least ? '  MISSED' : '';
  return [
    ['audit: calls written down', `${written.toFixed(0)} a second`, `≥ ${least} a second${slow}`],
    ['audit: events checked', `${checked.toFixed(0)} a second`, ''],
  ];
}

const callNumber = (count: number): AuditedCall => ({
  event: 'call',
  registry: 'mcp.example.com',
  server: 'memory',
  version: '1.2.0',
  client: { name: 'bench' },
  requestId: String(count),
  method: 'tools/call',
  tool: 'create_entities',
  argumentsSha256: argumentsDigest({ entities: [{ name: 'a', count }] }),
  decision: 'allowed',
  durationMs: 3.2,
  requestBytes: 120,
  responseBytes: 4096,
  outcome: 'allowed',
});

function rateOf(work: () => void): number {
  const begun = performance.now();
  work();
  return (events / (performance.now() - begun)) * 1000;
}
