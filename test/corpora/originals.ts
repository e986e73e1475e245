/** The public lists as they were fetched, in a folder that is not part of this repository. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { asList, asObject, ofDocker, ofServerJson, ofToolHive, type ServerFacts } from './facts.ts';

const serverLists = [
  ['official-2025-05', 'official-registry/seed-2025-05-16.legacy.json'],
  ['official-2025-10', 'official-registry/seed-2025-10-02.json'],
  ['official-2026-03', 'official-registry/seed-2026-03-01.json'],
  ['toolhive-2025-11', 'toolhive/upstream-registry.example.json'],
  ['toolhive-example', 'toolhive/registry-with-remote-servers.legacy.json'],
] as const;
const docker = 'docker-mcp-registry/servers';
const toolHive = 'toolhive/legacy-registry/registry';

/** The servers of every list, in order. */
export async function readOriginals(folder: string): Promise<ReadonlyMap<string, readonly ServerFacts[]>> {
  const lists = new Map<string, readonly ServerFacts[]>();
  for (const [list, file] of serverLists) {
    const content: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'));
    const servers = Array.isArray(content) ? content : asList(asObject(asObject(content)['data'])['servers']);
    lists.set(list, servers.map(ofServerJson));
  }
  const specs = await foldersOf(folder, toolHive, 'spec.yaml');
  lists.set(
    'toolhive-2025-08',
    specs.map(({ name, bytes }) => ofToolHive(name, parse(bytes.toString('utf8')))),
  );
  const images = (await foldersOf(folder, docker, 'server.yaml')).map(async ({ name, bytes }) => {
    const tools = await readFile(join(folder, docker, name, 'tools.json'), 'utf8').catch(() => '[]');
    return ofDocker(parse(bytes.toString('utf8')), JSON.parse(tools));
  });
  return lists.set('docker-2026-07', await Promise.all(images));
}

/** Every YAML file as it is, by its path. */
export async function rawYaml(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const [path, file] of [
    [docker, 'server.yaml'],
    [toolHive, 'spec.yaml'],
  ] as const)
    for (const { name, bytes } of await foldersOf(folder, path, file)) files.set(`${path}/${name}/${file}`, bytes);
  const catalog = 'docker-mcp-gateway/custom-catalog.yaml';
  return files.set(catalog, await readFile(join(folder, catalog)));
}

async function foldersOf(folder: string, path: string, file: string): Promise<{ name: string; bytes: Buffer }[]> {
  const names = (await readdir(join(folder, path))).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, path, name, file)) })));
}
