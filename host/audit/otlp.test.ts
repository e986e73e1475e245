import { expect, test } from 'vitest';
import { aCall, aLaunch, aLog, trailPlace } from '../../test/support/audit-trail.ts';
import schema from '../../schemas/audit-event.schema.json' with { type: 'json' };
import { csvHeader, csvRow } from './csv.ts';
import { namedFields } from './otel-names.ts';
import { otlpLogs, type SentEvent } from './otlp.ts';
import { trailLines } from './reader.ts';

async function written(): Promise<SentEvent[]> {
  const place = await trailPlace();
  const log = aLog(place);
  log.append(aLaunch);
  log.append(aCall);
  return [...trailLines(place)].flatMap(({ event, text, digest }) =>
    typeof event === 'object' ? [{ event, text, digest }] : [],
  );
}

const attributes = (record: object): Map<string, unknown> =>
  new Map(
    (record as { attributes: { key: string; value: unknown }[] }).attributes.map(({ key, value }) => [key, value]),
  );

test('writes a call as a record with the names of OpenTelemetry', async () => {
  const events = await written();
  const { resourceLogs } = JSON.parse(JSON.stringify(otlpLogs(events)));
  expect(resourceLogs).toHaveLength(1);
  const [{ resource, scopeLogs }] = resourceLogs;
  expect(attributes(resource).get('service.name')).toEqual({ stringValue: 'countersign' });
  const [, call] = scopeLogs[0].logRecords;
  expect(call).toMatchObject({
    timeUnixNano: '1776333600123000000',
    severityNumber: 17,
    severityText: 'ERROR',
    eventName: 'countersign.call',
    body: { stringValue: events[1]?.text },
  });
  expect(Object.fromEntries(attributes(call))).toMatchObject({
    'mcp.method.name': { stringValue: 'tools/call' },
    'gen_ai.tool.name': { stringValue: 'create_entities' },
    'gen_ai.operation.name': { stringValue: 'execute_tool' },
    'gen_ai.agent.name': { stringValue: 'assistant' },
    'mcp.session.id': { stringValue: 's1' },
    'mcp.protocol.version': { stringValue: '2025-11-25' },
    'network.transport': { stringValue: 'pipe' },
    'error.type': { stringValue: 'tool_error' },
    'jsonrpc.request.id': { stringValue: '7' },
    'countersign.duration_ms': { doubleValue: 3.25 },
    'countersign.response.size': { intValue: '4096' },
    'countersign.chain.sequence': { intValue: '2' },
    'countersign.chain.previous': { stringValue: events[0]?.digest },
    'countersign.chain.head': { stringValue: events[1]?.digest },
  });
});

test('has a resource for each machine', async () => {
  const [one, other] = (await written()) as [SentEvent, SentEvent];
  const moved = { ...other, event: { ...other.event, device: 'elsewhere' } };
  expect(otlpLogs([one, moved, other])).toMatchObject({ resourceLogs: [{}, { scopeLogs: [{ logRecords: [{}] }] }] });
});

test('names every field of the format, each once', () => {
  const properties = Object.entries(schema.properties as Record<string, { properties?: object }>);
  const fields = properties.flatMap(([name, { properties: inner }]) =>
    inner === undefined ? [name] : Object.keys(inner).map((each) => `${name}.${each}`),
  );
  const elsewhere = new Set(['schemaVersion', 'time', 'event', 'device']);
  expect(namedFields.map(({ field }) => field).sort()).toEqual(fields.filter((name) => !elsewhere.has(name)).sort());
  expect(new Set(namedFields.map(({ attribute }) => attribute)).size).toBe(namedFields.length);
});

test('writes rows that no spreadsheet takes for formulas', async () => {
  const [, call] = (await written()) as [SentEvent, SentEvent];
  expect(csvRow(call.event).split(',').length).toBeGreaterThanOrEqual(csvHeader.split(',').length);
  expect(csvRow(call.event)).toContain('"it said ""no"", twice"');
  expect(csvRow({ ...call.event, tool: '=HYPERLINK("x")' })).toContain(`"'=HYPERLINK(""x"")"`);
});
