import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TrustConfig } from '../../schemas/types.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { aTrustConfig } from '../../test/support/published.ts';
import { open, parseSpec, type Opened } from './common.ts';

let folder: string;
let system: string;
let given: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  system = join(folder, 'system.json');
  given = join(folder, 'given.json');
  vi.stubEnv('XDG_DATA_HOME', folder);
  await write(given, { id: 'mcp.example.com-development', url: 'http://localhost:4321', environment: 'development' });
});

afterEach(() => void vi.unstubAllEnvs());

const write = (path: string, registry?: TrustConfig['registry'], change: Partial<TrustConfig> = {}): Promise<void> => {
  const config = aTrustConfig('https://mcp.example.com', change);
  return writeFile(path, JSON.stringify({ ...config, ...(registry !== undefined && { registry }) }));
};
const opened = (trust?: string): Promise<Opened> =>
  open({ ...(trust !== undefined && { trust }) }, { system, otherWriters: async () => [] });
const audited = async (): Promise<unknown[]> =>
  (await readFile(join(folder, 'countersign/audit.jsonl'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));

test("writes down who gives another trust config than the system's, and is refused", async () => {
  await write(system);
  await expect(opened(given)).rejects.toMatchObject({ code: 'E_TRUST_CONFIG' });
  expect(await audited()).toMatchObject([
    { event: 'trust', registry: 'mcp.example.com', trustConfig: given, outcome: 'refused', code: 'E_TRUST_CONFIG' },
  ]);
});

test("writes down who gives another where the system's allows it", async () => {
  await write(system, undefined, { allowOtherTrust: true });
  await expect(opened(given)).resolves.toMatchObject({ path: given });
  expect(await audited()).toMatchObject([
    { event: 'trust', registry: 'mcp.example.com', trustConfig: given, outcome: 'allowed' },
  ]);
});

test('writes down nothing where nobody chose', async () => {
  await expect(opened(given)).resolves.toMatchObject({ path: given });
  await write(system);
  await expect(opened()).resolves.toMatchObject({ path: system });
  expect(await audited()).toEqual([]);
});

test.each([
  ['memory', { name: 'memory' }],
  ['memory@1.2.0', { name: 'memory', version: '1.2.0' }],
])('reads %s', (spec, read) => {
  expect(parseSpec(spec)).toEqual(read);
});
