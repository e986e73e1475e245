/** Published servers, as exports get them, made in memory. */
import { sha256 } from '../../core/digest.ts';
import type { OpenedApproval } from '../../catalog/published.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';
import type { ExportedRegistry, ExportedServer, ServerExport } from '../../scripts/publish/exports/export.ts';
import { composeRecord } from '../../signer/record.ts';
import { aLock, aManifest, anApproval, signed } from './statements.ts';

export interface Exported {
  /** Of the newest version; the others differ from it in their version alone. Its lifecycle is that of the server. */
  readonly manifest?: Partial<Manifest>;
  /** Older versions, the newest first. */
  readonly older?: readonly string[];
  /** When each version was approved. */
  readonly approvedAt?: Readonly<Record<string, string>>;
  readonly lock?: Partial<Lock>;
}

export const anExportedRegistry = (change: Partial<ExportedRegistry['shown']> = {}): ExportedRegistry => ({
  url: 'https://mcp.example.com',
  shown: {
    id: 'mcp.example.com',
    name: 'Example MCP registry',
    namespace: 'com.example.mcp',
    environment: 'production',
    key: 'k'.repeat(43) + '=',
    keys: [{ hint: 'k'.repeat(43) + '=', validFrom: '2026-01-10T09:00:00Z' }],
    root: { version: 1, expires: '2027-01-10T09:00:00Z', roles: [] },
    timestampHours: 72,
    ...change,
  },
});

export function anExportedServer({
  manifest = {},
  older = [],
  approvedAt = {},
  lock = {},
}: Exported = {}): ExportedServer {
  const newest = aManifest(manifest);
  const { name } = newest;
  const versions = [newest.version, ...older].map((version, index, all): OpenedApproval => {
    const at = approvedAt[version] ?? '2026-04-16T09:30:00Z';
    const sequence = all.length - index;
    const statement = anApproval({ server: { ...newest, version }, approvedAt: at, sequence });
    const bytes = signed(statement);
    return {
      ...{ name, version, revision: 1, sequence, approvedAt: at, validUntil: statement.predicate.validUntil },
      ...(newest.audience !== undefined && { audience: newest.audience }),
      digest: sha256(bytes),
      manifestDigest: sha256(Buffer.from(`${name} ${version}`)),
      lockDigest: sha256(Buffer.from(`${name} ${version} lock`)),
      keyHint: '',
      ...{ statement, bytes },
    };
  });
  const [current] = versions;
  if (current === undefined) throw new Error('a server has a version');
  const published = { name, current, versions, lifecycle: newest.lifecycle ?? [] };
  const exported = versions.map((approval) => ({ approval, lock: () => aLock({ name, ...lock }) }));
  return { published, record: composeRecord(published, current), current: exported[0] ?? never(), versions: exported };
}

const never = (): never => {
  throw new Error('a server has a version');
};

/** All files that an export makes of some servers, as texts. */
export function exportedFiles(
  { filesOf, partOf, filesOfAll }: ServerExport,
  servers: readonly ExportedServer[],
  registry = anExportedRegistry(),
): ReadonlyMap<string, string> {
  const own = servers.flatMap((server) => filesOf?.(server, registry) ?? []);
  const parts = servers.flatMap((server) => partOf?.(server, registry) ?? []);
  return new Map(
    [...own, ...(filesOfAll?.(parts, registry) ?? [])].map(([path, bytes]) => [
      path,
      Buffer.from(bytes).toString('utf8'),
    ]),
  );
}
