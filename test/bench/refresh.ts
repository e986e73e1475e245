/** What a refresh costs a host, and what a change costs the registry, by the number of servers. */
import { cp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { canonicalJson } from '../../core/canonical.ts';
import { statusPath } from '../../core/metadata.ts';
import { recordPath } from '../../core/statement.ts';
import { fetchFile } from '../../host/trust/fetch-file.ts';
import { ApprovedServers } from '../../host/trust/approved-servers.ts';
import type { Trust } from '../../host/trust/trust-config.ts';
import { MetadataStore } from '../../signer/metadata/metadata-store.ts';
import { folderState } from '../../signer/state/folder.ts';
import { publishedMetadata, updateMetadata } from '../../signer/metadata/repository.ts';
import { targetFile } from '../../signer/metadata/role.ts';
import type { TargetFile } from '../../schemas/types.ts';
import { roleKeys } from '../support/metadata.ts';
import { aTrustConfig, now, publish } from '../support/published.ts';
import { signingKey, testKey } from '../support/statements.ts';
import { median, ms, rounds, type Row } from './measure.ts';

const KIB = 1024;
const name = 'internal-postgres';
const keys = {
  snapshot: signingKey(roleKeys.snapshot[0] ?? testKey()),
  timestamp: signingKey(roleKeys.timestamp[0] ?? testKey()),
};

/** By path, as it is published. */
type Files = ReadonlyMap<string, Uint8Array>;

export async function benchRefresh(folder: string): Promise<Row[]> {
  let served: Files = new Map();
  const server = createServer((request, response) => {
    const bytes = served.get((request.url ?? '').slice(1));
    if (bytes === undefined) response.writeHead(404).end();
    else response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const trust: Trust = { config: aTrustConfig(url), groups: () => new Set(), pins: new Map(), refreshAfterMs: 0 };

  const rows: Row[] = [];
  for (const servers of [1_000, 10_000, 100_000]) {
    const of = servers.toLocaleString('en');
    const base = join(folder, String(servers));
    const built = await build(join(base, 'store'), servers);
    const host = (state: string): Promise<Cost> => cost(trust, join(base, state));

    const first: Cost[] = [];
    const unchanged: Cost[] = [];
    const changed: Cost[] = [];
    for (let round = 0; round <= rounds; round++) {
      const state = `state-${round}`;
      served = built.before;
      first.push(await host(state));
      unchanged.push(await host(state));
      await cp(join(base, state), join(base, `${state}-changed`), { recursive: true, preserveTimestamps: true });
      served = built.after;
      changed.push(await host(`${state}-changed`));
    }
    rows.push(
      row(`${of} servers: first sync`, first),
      row(`${of} servers: nothing changed`, unchanged, KIB),
      row(`${of} servers: the one that runs changed`, changed, ...(servers === 10_000 ? [20 * KIB] : [])),
      [`${of} servers: all metadata signed`, ms(built.allMs), ''],
      [`${of} servers: metadata of one change signed`, ms(built.changeMs), ''],
    );
  }
  server.close();
  return rows;
}

interface Built {
  readonly before: Files;
  /** With one record changed. */
  readonly after: Files;
  readonly allMs: number;
  readonly changeMs: number;
}

/** A registry of one real record and very many that are only named. */
async function build(folder: string, servers: number): Promise<Built> {
  const store = new MetadataStore(folderState(folder));
  const real = [publish(), publish({ record: (record) => ({ ...record, description: 'Another description.' }) })];
  const versions: { files: Files; tookMs: number }[] = [];
  for (const { files } of real) {
    const named = new Map<string, TargetFile>();
    for (let index = 1; index < servers; index++)
      named.set(recordPath(`server-${index}`), targetFile(Buffer.from(String(index))));
    for (const path of [recordPath(name), statusPath]) named.set(path, targetFile(publishedAs(files, path)));
    for (const [path, bytes] of files)
      if (path === 'metadata/1.root.json') await store.create({ role: 'root', version: 1 }, bytes);
      else if (path === 'metadata/1.targets.json') await store.create({ role: 'targets', version: 1 }, bytes);
    const begun = performance.now();
    await updateMetadata(store, { named, targetsVersion: 1 }, keys, now);
    const tookMs = performance.now() - begun;
    const metadata = [...(await publishedMetadata(store))].map(([file, bytes]) => [`metadata/${file}`, bytes] as const);
    const others = [...files].filter(([path]) => !path.startsWith('metadata/'));
    versions.push({ files: new Map([...others, ...metadata]), tookMs });
  }
  const [before, after] = versions;
  if (before === undefined || after === undefined) throw new Error('two were published');
  return { before: before.files, after: after.files, allMs: before.tookMs, changeMs: after.tookMs };
}

/** The bytes that are published for a target, under whatever digest. */
function publishedAs(files: Files, path: string): Uint8Array {
  const [folder = '', file = ''] = path.split('/');
  const found = [...files].find(([each]) => each.startsWith(`targets/${folder}/`) && each.endsWith(`.${file}`));
  return found?.[1] ?? canonicalJson(null);
}

interface Cost {
  readonly bytes: number;
  readonly requests: number;
  readonly tookMs: number;
}

/** What a host fetches until it may run the server. The lock is of no size that a registry decides. */
async function cost(trust: Trust, state: string): Promise<Cost> {
  let [bytes, requests] = [0, 0];
  const registry = new ApprovedServers(trust, state, now, async (address, bounds) => {
    requests++;
    const body = await fetchFile(address, bounds);
    bytes += body.byteLength;
    return body;
  });
  const begun = performance.now();
  await registry.server(name);
  return { bytes, requests, tookMs: performance.now() - begun };
}

function row(what: string, [, ...costs]: readonly Cost[], maxBytes?: number): Row {
  const [bytes, requests, tookMs] = (['bytes', 'requests', 'tookMs'] as const).map((key) =>
    median(costs.map((each) => each[key])),
  );
  const measured = `${bytes} bytes, ${requests} requests, ${ms(tookMs ?? NaN)}`;
  if (maxBytes === undefined) return [what, measured, ''];
  return [what, measured, `≤ ${maxBytes} bytes${(bytes ?? Infinity) > maxBytes ? '  MISSED' : ''}`];
}
