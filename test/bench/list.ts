/** How long `countersign list` takes beside `--help`, by the number of servers. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { canonicalJson } from '../../core/canonical.ts';
import { toSecond, daysAfter } from '../../core/time.ts';
import type { ApprovalStatement, ServerRecord, StatusStatement } from '../../schemas/types.ts';
import { aTrustConfig, publish } from '../support/published.ts';
import { countersignCommand, inTurn, ms, ratio, toEnd, type Program, type Row } from './measure.ts';

const far = toSecond(daysAfter(new Date(), 90));

export async function benchList(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of [8, 1_000]) {
    const base = join(folder, String(count));
    await mkdir(base);
    const files = registryOf(count);
    const server = createServer((request, response) => {
      const bytes = files.get((request.url ?? '').slice(1));
      if (bytes === undefined) response.writeHead(404).end();
      else response.end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const trust = join(base, 'trust.json');
    const registry = { id: 'mcp.example.com', url, environment: 'development' } as const;
    await writeFile(
      trust,
      JSON.stringify(aTrustConfig(url, { registry, groups: ['sales'], refreshAfterSeconds: 86_400 })),
    );
    const env = { XDG_DATA_HOME: join(base, 'data') };
    const list: Program = { command: process.execPath, words: [countersignCommand, 'list', '--trust', trust], env };
    const help: Program = { command: process.execPath, words: [countersignCommand, '--help'] };
    await toEnd(list);
    server.close();
    // What a host does once for each snapshot.
    const verifying = async (program: Program): Promise<number> => {
      if (program === list)
        await rm(join(base, 'data/countersign/registries', registry.id, 'listing'), { recursive: true });
      return toEnd(program);
    };
    const of = `${count.toLocaleString('en')} servers`;
    const [plain = NaN, again = NaN] = await inTurn(toEnd, [help, list]);
    rows.push(ratio(`list of ${of} / --help`, again / plain, 2.4, `${ms(again)} / ${ms(plain)}`));
    const [, first = NaN] = await inTurn(verifying, [help, list]);
    rows.push([`list of ${of}, every record and approval verified`, ms(first), '']);
  }
  return rows;
}

/** A registry of servers, some of which are for other groups. */
function registryOf(count: number): ReadonlyMap<string, Uint8Array> {
  const records = new Map<string, Uint8Array>();
  for (let index = 1; index < count; index++) {
    const name = `server-${index}`;
    publish({
      manifest: {
        name,
        ...(index % 4 === 0 && { audience: ['finance'] }),
        ...(index % 8 === 1 && { audience: ['sales'] }),
      },
      approval,
      record: (record: ServerRecord) => {
        records.set(`servers/${name}.json`, canonicalJson(record));
        return record;
      },
      named: (files) => files.clear(),
    });
  }
  return publish({
    approval,
    status,
    keyring: { environment: 'development' },
    metadata: {
      expires: { root: far, targets: far, snapshot: far, bins: far, timestamp: toSecond(daysAfter(new Date(), 2)) },
    },
    named: (files) => {
      for (const [path, bytes] of records) files.set(path, bytes);
    },
  }).files;
}

const approval = (statement: ApprovalStatement): unknown => ({
  ...statement,
  predicate: { ...statement.predicate, environment: 'development', validUntil: far },
});

const status = (statement: StatusStatement): unknown => ({
  ...statement,
  predicate: {
    ...statement.predicate,
    environment: 'development',
    issuedAt: toSecond(new Date()),
    expiresAt: toSecond(daysAfter(new Date(), 6)),
  },
});
