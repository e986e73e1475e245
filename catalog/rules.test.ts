import { expect, test } from 'vitest';
import { readManifest } from '../core/manifest.ts';
import { aLock, minimalYaml } from '../test/support/statements.ts';
import type { Lock } from '../schemas/types.ts';
import type { ServerFiles } from './registry-files.ts';
import { checkRegistryFiles } from './rules.ts';

/** A server as the repository gives it: its name also stands in its address and digest, so that nothing is shared. */
function server(name: string, yaml: string, lock?: Lock): ServerFiles {
  const file = `servers/${name}.yaml`;
  const manifestBytes = Buffer.from(yaml);
  const read = readManifest(file, manifestBytes);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return {
    name,
    manifest: read.document,
    manifestBytes,
    hasLockFile: lock !== undefined,
    ...(lock !== undefined && { lock: { file: `servers/${name}.lock.json`, value: lock, bytes: Buffer.alloc(0) } }),
  };
}

const postgres = (yaml = minimalYaml(), lock: Lock | undefined = aLock()): ServerFiles =>
  server('internal-postgres', yaml, lock);

const warehouse = (change: Readonly<Record<string, string>> = {}): ServerFiles => {
  let yaml = minimalYaml()
    .replace('internal-postgres', 'warehouse')
    .replace('npm:@example/mcp-postgres@1.2.0', change.url ?? 'npm:@example/warehouse@1.2.0')
    .replace('3f9a'.repeat(16), change.sha256 ?? 'b'.repeat(64));
  if (change.remote !== undefined) yaml = `${yaml.slice(0, yaml.indexOf('artefact:'))}${change.remote}\n`;
  return server('warehouse', yaml);
};

const problems = (...servers: ServerFiles[]): ReturnType<typeof checkRegistryFiles> =>
  checkRegistryFiles({ servers, names: new Set(servers.map(({ name }) => name)), problems: [] });

test('finds nothing wrong with a server and its lock', () => {
  expect(problems(postgres())).toEqual([]);
});

test('warns about a manifest without a lock, at its artefact', () => {
  expect(problems(server('internal-postgres', minimalYaml()))).toEqual([
    {
      code: 'unlocked',
      severity: 'warning',
      file: 'servers/internal-postgres.yaml',
      line: 12,
      column: 3,
      message: 'there is no servers/internal-postgres.lock.json',
      remedy: 'run `registry lock internal-postgres` and merge the lock; until then this version is not approved',
    },
  ]);
});

test('warns about an endpoint without a lock, at its address', () => {
  const remote = 'remote:\n  url: https://mcp.example.com/v1\n  transport: sse';
  expect(problems(warehouse({ remote }))).toEqual([
    {
      code: 'unlocked',
      severity: 'warning',
      file: 'servers/warehouse.yaml',
      line: 12,
      column: 3,
      message: 'there is no servers/warehouse.lock.json',
      remedy: 'run `registry lock warehouse` and merge the lock; until then this version is not approved',
    },
  ]);
});

test('does not say that a lock is missing where it only cannot be read', () => {
  expect(problems({ ...server('internal-postgres', minimalYaml()), hasLockFile: true })).toEqual([]);
});

test.each<[string, Partial<Lock>, number, number, string]>([
  ['name', { name: 'other' }, 1, 7, 'name is internal-postgres here and other in the lock'],
  ['version', { version: '1.1.0' }, 2, 10, 'version is 1.2.0 here and 1.1.0 in the lock'],
  [
    'address',
    { artefact: { ...aLock().artefact, url: 'npm:@example/mcp-postgres@1.1.0' } },
    12,
    8,
    'artefact.url is npm:@example/mcp-postgres@1.2.0 here and npm:@example/mcp-postgres@1.1.0 in the lock',
  ],
  [
    'digest',
    { artefact: { ...aLock().artefact, sha256: '0'.repeat(64) } },
    13,
    11,
    `artefact.sha256 is ${'3f9a'.repeat(16)} here and ${'0'.repeat(64)} in the lock`,
  ],
])('reports a lock for another %s, at the manifest', (_, change, line, column, message) => {
  expect(problems(postgres(minimalYaml(), aLock(change)))).toEqual([
    {
      code: 'lock-mismatch',
      file: 'servers/internal-postgres.yaml',
      line,
      column,
      message,
      remedy: 'run `registry lock internal-postgres` if the manifest is right',
    },
  ]);
});

test('reports everything in which a lock differs', () => {
  expect(problems(postgres(minimalYaml(), aLock({ name: 'other', version: '9.9.9' })))).toHaveLength(2);
});

test('reports a command that the artefact does not have, at the command', () => {
  const yaml = minimalYaml('launch:\n  command: mcp-postgers\n');
  expect(problems(postgres(yaml))).toEqual([
    {
      code: 'no-command',
      file: 'servers/internal-postgres.yaml',
      line: 15,
      column: 12,
      message: 'npm:@example/mcp-postgres@1.2.0 has no bin mcp-postgers (did you mean mcp-postgres?)',
      remedy: 'name one of its bins in launch.command: mcp-postgres',
    },
  ]);
});

test.each([
  ['address', { url: 'npm:@example/mcp-postgres@1.2.0' }, 12, 'artefact.url'],
  ['digest', { sha256: '3f9a'.repeat(16) }, 13, 'artefact.sha256'],
] as const)('reports two servers with one %s, at the second', (_, change, line, field) => {
  const found = problems(postgres(), warehouse(change)).filter(({ code }) => code !== 'unlocked');
  expect(found).toMatchObject([
    {
      code: 'duplicate-artefact',
      file: 'servers/warehouse.yaml',
      line,
      message: `${field} is the same as in servers/internal-postgres.yaml`,
    },
  ]);
});

test('reports two servers with one name, at the second', () => {
  const copy = { ...postgres(), manifest: { ...postgres().manifest, file: 'servers/copy.yaml' } };
  const found = problems(postgres(), copy).filter(({ code }) => code === 'duplicate-name');
  expect(found).toMatchObject([{ file: 'servers/copy.yaml', line: 1, column: 7 }]);
});

test('does not take two remote servers for one artefact', () => {
  const remote = 'remote: {url: https://mcp.example.com/v1, transport: sse}';
  expect(problems(warehouse({ remote }), { ...warehouse({ remote }), name: 'x' }).map(({ code }) => code)).toEqual([
    'unlocked',
    'unlocked',
    'duplicate-name',
  ]);
});
