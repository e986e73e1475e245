import { describe, expect, test } from 'vitest';
import { aLock, aManifest, aPackage } from '../../test/support/statements.ts';
import { lockPath, manifestPath } from '../../core/statement.ts';
import type { Base, BaseServer } from '../../catalog/base.ts';
import type { RegistryFiles, ServerFiles } from '../../catalog/registry-files.ts';
import type { Manifest } from '../../schemas/types.ts';
import { diffLines } from './lines.ts';
import { diffRepository, diffServer } from './server.ts';

const both: BaseServer = { manifest: aManifest(), lock: aLock() };
const name = 'internal-postgres';
const [yamlFile, lockFile] = [manifestPath(name), lockPath(name)];
const bytes = Buffer.from('x');

const serverFiles = ({ manifest = aManifest(), lock }: BaseServer, hasLockFile = lock !== undefined): ServerFiles => ({
  name,
  manifest: { file: yamlFile, value: manifest, locate: () => undefined },
  manifestBytes: bytes,
  hasLockFile,
  ...(lock !== undefined && { lock: { file: lockFile, value: lock, bytes } }),
});

const repository = (servers: readonly ServerFiles[], names = servers.map((server) => server.name)): RegistryFiles => ({
  servers,
  names: new Set(names),
  problems: [],
});

const base = (changes: Record<string, Buffer | undefined>, was: BaseServer): Base => ({
  changes: new Map(Object.entries(changes)),
  changed: new Map([[name, was]]),
});

test.each<[string, RegistryFiles, Base, object[]]>([
  [
    'new',
    repository([serverFiles(both)]),
    base({ [yamlFile]: undefined, [lockFile]: undefined }, {}),
    [{ kind: 'new', unread: [], version: { now: '1.2.0' } }],
  ],
  [
    'changed',
    repository([serverFiles(both)]),
    base({ [lockFile]: bytes }, { ...both, lock: aLock({}, { 'node_modules/a': aPackage('a', '1.0.0') }) }),
    [{ kind: 'changed', unread: [], closure: { counts: { removed: 1 } } }],
  ],
  [
    'deleted',
    repository([]),
    base({ [yamlFile]: bytes, [lockFile]: bytes }, both),
    [{ kind: 'deleted', unread: [], version: { was: '1.2.0' } }],
  ],
  [
    'changed, from a manifest that cannot be read',
    repository([serverFiles(both)]),
    base({ [yamlFile]: bytes }, {}),
    [{ kind: 'changed', unread: [`${yamlFile} as it was`], version: { now: '1.2.0' } }],
  ],
  [
    'changed, to a manifest that cannot be read',
    repository([], [name]),
    base({ [yamlFile]: bytes }, both),
    [{ kind: 'changed', unread: [yamlFile], permissions: [], fields: [], closure: { packages: [] } }],
  ],
  [
    'new, with a manifest that cannot be read',
    repository([], [name]),
    base({ [yamlFile]: undefined }, {}),
    [{ kind: 'new', unread: [yamlFile], permissions: [] }],
  ],
  [
    'changed, to a lock that cannot be read',
    repository([serverFiles({}, true)]),
    base({ [lockFile]: bytes }, both),
    [{ kind: 'changed', unread: [lockFile], closure: { packages: [] } }],
  ],
  [
    'changed, from a lock that cannot be read',
    repository([serverFiles(both)]),
    base({ [lockFile]: bytes }, { manifest: aManifest() }),
    [{ kind: 'changed', unread: [`${lockFile} as it was`], closure: { counts: { added: 3 } } }],
  ],
  ['a lock without a manifest', repository([]), base({ [lockFile]: undefined }, {}), []],
])('%s', (_, here, was, diffs) => {
  const found = diffRepository(here, was);
  expect(found).toHaveLength(diffs.length);
  expect(found).toMatchObject(diffs);
  for (const diff of found)
    for (const file of diff.unread)
      expect(diffLines(diff).join(' ').replaceAll(/ +/gu, ' ')).toContain(`! ${file} cannot be read`);
});

describe('every field of a manifest', () => {
  const full: Required<Omit<Manifest, 'remote'>> = {
    ...(aManifest() as Required<Manifest>),
    title: 'T',
    repository: 'https://a.example',
    homepage: 'https://b.example',
    license: 'MIT',
    tags: ['t'],
    compliance: ['sox'],
    audience: ['g'],
    backends: ['b'],
    justification: 'J',
    upstream: 'a/b',
    launch: {
      command: 'c',
      arguments: [
        { type: 'fixed', value: 'v' },
        {
          type: 'positional',
          name: 'p',
          description: 'd',
          required: true,
          repeated: true,
          secret: true,
          format: 'filepath',
          default: 'x',
          choices: ['x'],
        },
        {
          type: 'named',
          name: '--n',
          description: 'd',
          flag: true,
          required: true,
          repeated: true,
          secret: true,
          format: 'filepath',
          default: 'x',
          choices: ['x'],
        },
      ],
      environment: [
        { name: 'E', description: 'd', required: true, secret: true, format: 'filepath', default: 'x', choices: ['x'] },
      ],
    },
    credentials: [{ environment: 'E', source: 's', scope: 'c' }],
    permissions: { network: ['a:1'], filesystem: { read: ['/r'], write: ['/w'] }, environment: ['E'] },
    tools: { allow: ['a'], labels: { a: ['destructive'] } },
    lifecycle: [
      {
        versions: ['1.0.0'],
        state: 'deprecated',
        since: '2026-01-01',
        sunset: '2026-02-01',
        reason: 'r',
        advisory: 'CVE-1',
        replaced_by: 'x',
        guide: 'https://c.example',
      },
    ],
  };
  delete (full as Partial<Manifest>).remote;

  type Path = readonly string[];
  const leaves = (value: unknown, path: Path = []): Path[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
      : [path];
  const changedAt = (path: Path, edit: (parent: Record<string, unknown>, key: string) => void): Manifest => {
    const copy = structuredClone(full) as unknown as Record<string, unknown>;
    const parent = path.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, unknown>, copy);
    edit(parent, path.at(-1) ?? '');
    return copy as unknown as Manifest;
  };
  // `validate` holds these to launch.environment, and the name to the file's.
  const told = leaves(full).filter(
    (path) => path[0] !== 'name' && path.slice(0, 2).join('.') !== 'permissions.environment',
  );

  test.each(told.map((path) => [path.join('.'), path] as const))('every change of %s is shown', (_, path) => {
    const other = changedAt(path, (parent, key) => {
      const value = parent[key];
      parent[key] = typeof value === 'boolean' ? !value : value === 'filepath' ? 'other' : `${String(value)}z`;
    });
    expect(silence(full, other)).toBe(false);
    expect(silence(other, full)).toBe(false);
    const without = changedAt(path, (parent, key) => {
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
    });
    expect(silence(full, without)).toBe(false);
    expect(silence(without, full)).toBe(false);
  });

  /** Whether a difference is empty. */
  const silence = (was: Manifest, now: Manifest): boolean => {
    const { permissions, fields, licences, version } = diffServer(name, { manifest: was }, { manifest: now });
    return permissions.length + fields.length + licences.length === 0 && version.was === version.now;
  };
});

test('is empty for equal servers', () => {
  const now = { manifest: aManifest({ title: 'x' }), lock: aLock({}, { 'node_modules/a': aPackage('a', '1.0.0') }) };
  expect(JSON.stringify(diffServer(name, both, now))).toBe(
    JSON.stringify(diffServer(name, both, structuredClone(now))),
  );
});
