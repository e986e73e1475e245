import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeCopies } from '../test/support/many-servers.ts';
import { temporaryFolder } from '../test/support/folder.ts';
import { aLock, aManifest, aPolicy, minimalYaml } from '../test/support/statements.ts';
import { readRegistryFiles, type OutlinedServer, type RegistryFiles, type SurveyedServer } from './registry-files.ts';
import { checkRegistryFiles, checkTogether } from './rules.ts';
import { outlineOf } from './lock-outline.ts';
import { readSurveyed, surveyRegistryFiles } from './survey.ts';

const root = await temporaryFolder();
/** More than one thread would be given. */
const copies = 620;
const broken = 'internal-postgres-7';

const write = (path: string, content: string): Promise<void> => writeFile(join(root, path), content);

beforeAll(async () => {
  await write(
    'registry.yaml',
    'name: Example\nurl: https://mcp.example.com\nid: mcp.example.com\nnamespace: com.example\nmain_branch: main\n',
  );
  await write('policy.yaml', JSON.stringify(aPolicy()));
  await writeCopies(root, aManifest(), aLock(), copies);
  await write(`servers/${broken}.yaml`, minimalYaml('extra: 1\n'));
  await write('servers/internal-postgres-11.lock.json', '{');
  await write('servers/internal-postgres-12.lock.json', JSON.stringify(aLock()));
  await write('servers/internal-postgres.yaml', minimalYaml());
  await write('servers/twin.yaml', minimalYaml());
  await mkdir(join(root, 'servers/old'));
  await rm(join(root, 'servers/internal-postgres-300.lock.json'));
});

/** What can be compared: places in place of the function that finds them. */
const plain = ({ servers, registry, policy, ...rest }: RegistryFiles<SurveyedServer>): unknown => ({
  ...rest,
  config: [registry?.value, policy?.value],
  servers: servers.map(({ manifest: { locate, ...manifest }, ...server }) => ({
    ...server,
    manifest,
    version: locate(['version']),
    artefact: locate(['artefact', 'url'], 'key'),
  })),
});

test.each([2, 3])('finds the same with %i threads as with one', async (threads) => {
  const several = await surveyRegistryFiles(root, { threads });
  expect(several.servers).toHaveLength(copies);
  expect(plain(several)).toEqual(plain(await surveyRegistryFiles(root, { threads: 1 })));
});

test('finds the same as reading everything and checking it then', async () => {
  const full = await readRegistryFiles(root);
  const survey = await surveyRegistryFiles(root);
  const problems = [...survey.problems, ...checkTogether(survey.servers)];
  const expected = [...full.problems, ...checkRegistryFiles(full)];
  expect(new Set(problems)).toEqual(new Set(expected));
  expect(problems).toHaveLength(expected.length);
  expect(new Set(problems.map(({ code }) => code))).toEqual(
    new Set([
      ...['stray-file', 'unknown-field', 'name-not-file-name', 'unlocked'],
      ...['lock-unreadable', 'lock-edited', 'lock-mismatch'],
    ]),
  );
  expect(survey.names).toEqual(full.names);
  expect(survey.servers.map(({ name }) => name)).toEqual(full.servers.map(({ name }) => name));
});

test.each([1, 2, 3])('keeps of a lock its outline alone, by %i threads', async (threads) => {
  const full = await readRegistryFiles(root);
  const { servers } = await surveyRegistryFiles(root, { threads });
  expect(servers.filter(({ lock }) => lock !== undefined).map(({ name, lock }) => [name, lock])).toEqual(
    full.servers
      .filter(({ lock }) => lock !== undefined)
      .map(({ name, lock }) => [
        name,
        { file: lock?.file, outline: outlineOf(lock?.bytes ?? Buffer.alloc(0), lock?.value) },
      ]),
  );
  expect(servers.find(({ name }) => name === 'internal-postgres-11')).toMatchObject({ hasLockFile: true });
  expect(servers.find(({ name }) => name === 'internal-postgres-11')).not.toHaveProperty('lock');
  expect(servers.find(({ name }) => name === 'internal-postgres-300')).toMatchObject({ hasLockFile: false });
});

test('reads a server in full that is still as it was outlined', async () => {
  const { servers } = await surveyRegistryFiles(root);
  const full = await readRegistryFiles(root);
  for (const name of ['internal-postgres-1', 'internal-postgres-11', 'internal-postgres-300']) {
    const surveyed = servers.find((server) => server.name === name);
    const { lock, hasLockFile } = readSurveyed(root, surveyed as OutlinedServer);
    const expected = full.servers.find((server) => server.name === name);
    expect({ lock, hasLockFile }).toEqual({ lock: expected?.lock, hasLockFile: expected?.hasLockFile });
  }
});

test.each([
  ['manifest', 'internal-postgres-20.yaml', '# Another comment.\n'],
  ['lock', 'internal-postgres-21.lock.json', ' '],
])('refuses a server of which the %s changed since it was outlined', async (_, file, added) => {
  const { servers } = await surveyRegistryFiles(root);
  await appendFile(join(root, 'servers', file), added);
  const surveyed = servers.find(({ name }) => file.startsWith(`${name}.`));
  expect(() => readSurveyed(root, surveyed as OutlinedServer)).toThrow(
    expect.objectContaining({ code: 'changed-meanwhile' }),
  );
});
