import { describe, expect, test } from 'vitest';
import type { Published, StoredApproval } from '../../catalog/published.ts';
import { sha256 } from '../../core/digest.ts';
import { targetPath } from '../../core/metadata.ts';
import { recordPath } from '../../core/statement.ts';
import { anExportedRegistry, anExportedServer, exportedFiles } from '../../test/support/exported.ts';
import { clients } from './exports/clients/clients.ts';
import {
  namedHidden,
  namesOthers,
  pathsOfOthers,
  shownApproval,
  shownRecord,
  shownVersions,
  viewAddress,
  viewBytes,
  viewOf,
} from './view.ts';

const approval = (name: string, version: string, audience?: readonly string[]): StoredApproval => ({
  ...anExportedServer({ manifest: { name, version } }).published.current,
  digest: sha256(`${name} ${version}`),
  ...(audience && { audience }),
});

/** A server with versions for these groups each, the newest first. */
function server(
  name: string,
  audiences: readonly (readonly string[] | undefined)[],
  lifecycle: Published['lifecycle'] = [],
): Published {
  const versions = audiences.map((audience, index) => approval(name, `${audiences.length - index}.0.0`, audience));
  const [current] = versions;
  if (current === undefined) throw new Error('a server has a version');
  return { name, current, versions, lifecycle };
}

test('the address of a view is the one that registry.yaml has for its groups, or that of the registry', () => {
  const views = [
    { audience: ['writers'], to: 's3://writers' },
    { audience: ['developers', 'accountants'], to: 's3://both', url: 'https://both.example.com' },
  ];
  const config = {
    ...{ id: 'mcp.example.com', namespace: 'com.example', name: 'Example', main_branch: 'main' },
    views,
  };
  const address = (groups?: readonly string[]): string =>
    viewAddress({ ...config, url: 'https://mcp.example.com' }, groups);
  expect(address(['accountants', 'developers'])).toBe('https://both.example.com');
  for (const groups of [undefined, ['writers'], ['developers']])
    expect(address(groups)).toBe('https://mcp.example.com');
});

const replaced = (by: string): Published['lifecycle'] => [
  { versions: '*', state: 'deprecated', since: '2026-05-01', reason: 'Old.', replaced_by: by },
];

const registry = [
  server('everyones', [undefined], replaced('payroll')),
  server('notes', [['developers', 'writers'], ['accountants'], undefined]),
  server('payroll', [['accountants'], ['developers']]),
];

describe('a view', () => {
  test('has the servers whose current version is for one of the groups, or for everybody', () => {
    const names = (audience: readonly string[]): string[] => viewOf(registry, audience).servers.map(({ name }) => name);
    expect(names(['developers'])).toEqual(['everyones', 'notes']);
    expect(names(['accountants'])).toEqual(['everyones', 'payroll']);
    expect(names(['accountants', 'writers'])).toEqual(['everyones', 'notes', 'payroll']);
    expect([...viewOf(registry, ['developers']).hidden]).toEqual(['payroll']);
  });

  test('is the same whatever the order of its groups, and says what they are', () => {
    const view = viewOf(registry, ['writers', 'developers', 'writers']);
    expect(Buffer.from(viewBytes(view)).toString()).toBe('{"audience":["developers","writers"],"schemaVersion":1}');
  });

  test('is not made for a group that no version names', () => {
    const of = (group: string) => () => viewOf(registry, ['developers', group]);
    expect(of('acountants')).toThrow('"acountants" in its audience (did you mean accountants?)');
    expect(of('sales')).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        message: 'no approved server names the group "sales" in its audience',
        remedy: 'groups that servers name: accountants, developers, writers',
      }),
    );
    expect(() => viewOf([server('everyones', [undefined])], ['sales'])).toThrow(
      expect.objectContaining({ remedy: 'every server is for everybody: build without --audience' }),
    );
  });

  test('shows no version that is for others', () => {
    const [, notes] = registry;
    if (notes === undefined) throw new Error('it is there');
    const versions = (audience: readonly string[]): string[] =>
      shownVersions(notes, viewOf(registry, audience)).versions.map(({ version }) => version);
    expect(versions(['developers'])).toEqual(['3.0.0', '1.0.0']);
    expect(versions(['developers', 'accountants'])).toEqual(['3.0.0', '2.0.0', '1.0.0']);
    expect(shownVersions(notes, undefined)).toBe(notes);
  });

  test('shows of a record neither such a version nor the name of a server for others', () => {
    const lifecycle = replaced('payroll');
    const { record, published } = anExportedServer({
      manifest: { name: 'everyones', lifecycle: [...lifecycle] },
      older: ['1.0.0'],
    });
    const [newest, older] = published.versions;
    if (newest === undefined || older === undefined) throw new Error('it has two versions');
    const mixed = { ...published, versions: [newest, { ...older, audience: ['accountants'] }] };
    const view = viewOf([mixed, server('payroll', [['accountants']]), server('x', [['developers']])], ['developers']);
    const shown = shownRecord(record, shownVersions(mixed, view), view);
    expect(shown.versions.map(({ bundle }) => bundle)).toEqual([newest.digest]);
    expect(shown.versions[0]?.lifecycle).toEqual({ since: '2026-05-01', reason: 'Old.' });
    expect(record.versions[0]?.lifecycle).toMatchObject({ replacedBy: 'payroll' });
    expect(shownRecord(record, published, undefined)).toBe(record);
  });

  test('shows no lifecycle of an approval, and leaves what was signed as it is', () => {
    const { current } = anExportedServer({ manifest: { lifecycle: [...replaced('payroll')] } });
    const view = viewOf(registry, ['developers']);
    const shown = shownApproval(current.approval, view);
    expect(JSON.stringify(shown.statement)).not.toContain('payroll');
    expect(shown.bytes).toBe(current.approval.bytes);
    expect(JSON.stringify(current.approval.statement)).toContain('payroll');
    expect(shownApproval(current.approval, undefined)).toBe(current.approval);
  });

  test('warns of a server that names one for others, and is made again where that changes', () => {
    const view = viewOf(registry, ['developers']);
    expect(namedHidden(view)).toEqual(['payroll']);
    expect(namesOthers(view)).toMatchObject([
      { code: 'view-names-other', file: 'servers/everyones.yaml', severity: 'warning' },
    ]);
    expect(namesOthers(viewOf(registry, ['accountants']))).toEqual([]);
  });

  test('knows the files that only others have', () => {
    const [, notes, payroll] = registry;
    const file = { length: 1, hashes: { sha256: 'f'.repeat(64) } };
    const named = new Map([[recordPath('payroll'), file]]);
    const paths = pathsOfOthers(registry, viewOf(registry, ['developers']), named);
    expect(paths).toEqual(
      expect.arrayContaining([
        ...['servers/payroll.json', 'servers/payroll', targetPath('servers/payroll.json', 'f'.repeat(64))],
        ...(payroll?.versions.map(({ digest }) => `approvals/${digest}.json`) ?? []),
        `approvals/${notes?.versions[1]?.digest}.json`,
        `approvals/${notes?.versions[1]?.digest}.vsa.json`,
      ]),
    );
    expect(paths).not.toContain(`approvals/${notes?.current.digest}.json`);
    expect(paths.some((path) => path.includes('notes') || path.includes('everyones'))).toBe(false);
  });

  test('has lists for clients of its own groups alone', () => {
    const both = anExportedServer({ manifest: { audience: ['developers', 'writers'] } });
    const groups = (audience: string[]): Set<string | undefined> =>
      new Set(
        [...exportedFiles(clients, [both], anExportedRegistry({ audience })).keys()].flatMap(
          (path) => /^clients\/groups\/(?<group>[^/]+)/u.exec(path)?.groups?.['group'] ?? [],
        ),
      );
    expect(groups(['developers'])).toEqual(new Set(['developers']));
    expect(groups(['developers', 'writers'])).toEqual(new Set(['developers', 'writers']));
  });
});
