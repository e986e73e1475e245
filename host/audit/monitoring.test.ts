/** What is committed for the people who watch the collector, against what hosts send. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { aCall, aLog, trailPlace } from '../../test/support/audit-trail.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { headAttribute, namedFields } from './otel-names.ts';
import { trailLines } from './reader.ts';
import { sendTo } from './send.ts';

const docs = join(import.meta.dirname, '../../docs');
const sent = [...namedFields.map(({ attribute }) => attribute), headAttribute, 'countersign.event', 'service.name'];

interface Board {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[] }[];
}

test('the board asks for no field that hosts do not send', () => {
  const board = JSON.parse(readFileSync(join(docs, 'monitoring/grafana-board.json'), 'utf8')) as Board;
  const queries = board.panels.flatMap(({ targets }) => targets).map(({ expr, legendFormat }) => expr + legendFormat);
  // Loki has underscores for dots. Its own functions are no fields.
  const names = queries.flatMap((query) => query.replaceAll(/"[^"]*"/gu, '').match(/\b[a-z]+(?:_[a-z\d]+)+\b/gu) ?? []);
  const fields = new Set(names.filter((name) => !name.endsWith('_over_time')));
  expect(fields.size).toBeGreaterThan(8);
  expect(sent.map((name) => name.replaceAll('.', '_'))).toEqual(expect.arrayContaining([...fields]));
});

test('the collector passes on what it receives', () => {
  const { receivers, processors, exporters, service } = parse(
    readFileSync(join(docs, 'monitoring/otel-collector.yaml'), 'utf8'),
  ) as Record<string, Record<string, object>>;
  expect(service).toEqual({
    pipelines: {
      logs: {
        receivers: Object.keys(receivers ?? {}),
        processors: Object.keys(processors ?? {}),
        exporters: Object.keys(exporters ?? {}),
      },
    },
  });
  expect(receivers?.['otlp']).toMatchObject({ protocols: { http: { tls: {} } } });
});

test('the page names every field as it is sent', () => {
  const page = readFileSync(join(docs, 'audit.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([^`]+)` +\| `([^`]+)` +\|/gmu)].map(([, field, attribute]) => [
    field,
    attribute,
  ]);
  expect(rows).toEqual(namedFields.map(({ field, attribute }) => [field, attribute]));
});

const collector = ['otelcol', 'otelcol-contrib'].find((name) => spawnSync(name, ['--version']).status === 0);

test.skipIf(collector === undefined)('a real collector takes what is sent (needs otelcol)', async () => {
  vi.stubEnv('npm_config_proxy', '');
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  const file = join(await temporaryFolder(), 'collector.yaml');
  writeFileSync(
    file,
    JSON.stringify({
      receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
      exporters: { debug: { verbosity: 'detailed' } },
      service: {
        telemetry: { metrics: { level: 'none' } },
        pipelines: { logs: { receivers: ['otlp'], exporters: ['debug'] } },
      },
    }),
  );
  const child = spawn(collector ?? '', ['--config', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  const saw = (words: string): Promise<void> =>
    vi.waitFor(() => expect(said).toContain(words), { timeout: 20_000, interval: 50 });
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  try {
    await saw('Everything is ready');
    const place = await trailPlace();
    aLog(place).append(aCall);
    const events = [...trailLines(place)].flatMap(({ event, text, digest }) =>
      typeof event === 'object' ? [{ event, text, digest }] : [],
    );
    const endpoint = `http://127.0.0.1:${port}/v1/logs`;
    const send = sendTo({ endpoint, protocol: 'otlp', headersFrom: undefined, spoolBytes: 1 });
    expect(await send(events, AbortSignal.timeout(20_000))).toBe(0);
    await saw('gen_ai.tool.name: Str(create_entities)');
    await saw('countersign.chain.sequence: Int(1)');
  } finally {
    child.kill();
    vi.unstubAllEnvs();
  }
});
