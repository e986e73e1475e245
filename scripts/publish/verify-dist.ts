/** Whether hosts would accept what was built or published: the check of a host itself, on the files of a folder or a target. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpFailure } from '../../core/address.ts';
import { mapConcurrently } from '../../core/concurrency.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { rootFormat } from '../../core/formats.ts';
import { maxRootBytes } from '../../core/limits.ts';
import { openFormat } from '../../core/open-format.ts';
import type { Problem } from '../../core/problem.ts';
import { Refusal } from '../../core/refusal.ts';
import { manifestPath } from '../../core/statement.ts';
import { toSecond } from '../../core/time.ts';
import type { Published } from '../../catalog/published.ts';
import { ApprovedServers } from '../../host/trust/approved-servers.ts';
import type { FetchFile } from '../../host/trust/metadata-client.ts';
import type { RootMetadata } from '../../schemas/types.ts';
import { launcherFolder } from '../../signer/ceremony/launcher-file.ts';
import type { Identity } from '../../signer/identity.ts';

/** Servers that are opened at one time. */
const atOnce = 16;

/** What a registry intends: a revoked version, and one past its sunset. */
const intended: ReadonlySet<string> = new Set(['E_REVOKED', 'E_SUNSET']);

/** A server whose current version hosts are to accept, and the groups that it is for. */
export interface Expected {
  readonly name: string;
  readonly version: string;
  readonly groups: readonly string[];
}

/** What is verified: of `known` servers nothing changed since hosts would have accepted them. */
export interface ToVerify {
  readonly published: readonly Published[];
  readonly known: ReadonlySet<string>;
  /** Of a view: its groups, and the paths that only servers of others have. */
  readonly view?: { readonly groups: readonly string[]; readonly others: readonly string[] };
}

/** Reads a published file; nothing where there is none. */
export type ReadPublished = (path: string, maxBytes: number) => Promise<Uint8Array | undefined>;

/**
 * What hosts would refuse of the folder that was built: of a view, hosts in its groups and no others. A view that holds
 * files of others is refused as a whole.
 */
export async function verifyDist(
  dist: string,
  identity: Pick<Identity, 'registry' | 'environment'>,
  { published, known, view }: ToVerify,
  now: Date,
): Promise<readonly Problem[]> {
  const [leaked, ...more] = view?.others.filter((path) => existsSync(join(dist, path))) ?? [];
  if (leaked !== undefined)
    return [
      {
        code: 'view-holds-others',
        file: '',
        message: `the view holds ${more.length + 1} files that only servers for other groups have, among them ${leaked}`,
        remedy: 'this is a fault of the program: please report it; delete .registry/cache/ and build again',
      },
    ];
  // Of what did not change, only time can make a host refuse it.
  const toOpen = published.filter(({ name, current }) => !known.has(name) || new Date(current.validUntil) <= now);
  // The manifest that today's schema rejects is a warning of the build already.
  const expected = toOpen.flatMap(({ name, current: { version, audience, outdated } }) =>
    outdated === undefined ? [{ name, version, groups: audience ?? [] }] : [],
  );
  const groups = view?.groups ?? published.flatMap(({ current }) => current.audience ?? []);
  return verifyPublished(readingFolder(dist), identity, expected, now, groups);
}

/**
 * Opens the registry and the current version of every server as a host does that has seen nothing yet, from the first
 * root on. What makes hosts refuse the whole registry is an error. So is what makes them refuse one server, unless the
 * registry intends it; an approval that has ended is a warning, because no other server has to wait for its review.
 */
export async function verifyPublished(
  read: ReadPublished,
  { registry, environment }: Pick<Identity, 'registry' | 'environment'>,
  expected: readonly Expected[],
  now: Date,
  groups: readonly string[] = expected.flatMap((server) => server.groups),
): Promise<readonly Problem[]> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-verify-'));
  try {
    const fetchFile = fetching(read);
    const rootBytes = await read('metadata/1.root.json', maxRootBytes);
    if (rootBytes === undefined) throw new Failure('not-built', 'there is no first root', 'run `registry build` again');
    const root: RootMetadata = openFormat(rootFormat, rootBytes, 'root 1');
    const trust = {
      config: {
        schemaVersion: 1 as const,
        registry: { id: registry, url: noAddress, environment },
        root,
        exportedAt: toSecond(now),
      },
      groups: () => new Set(groups),
      pins: new Map<string, string>(),
      refreshAfterMs: 0,
    };
    const servers = new ApprovedServers(trust, folder, now, fetchFile);
    const whole = await refusalOf(servers.state());
    if (whole !== undefined) return [refusalProblem(whole, '', 'hosts refuse the registry')];
    return [...(await verifyLauncher(servers)), ...(await verifyServers(servers, expected))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What hosts refuse of the program that they would update to. It holds up no server, and no revocation. */
async function verifyLauncher(servers: ApprovedServers): Promise<Problem[]> {
  const refusal = await refusalOf(servers.launcher());
  if (refusal === undefined) return [];
  return [
    {
      ...refusalProblem(refusal, launcherFolder, 'hosts cannot update themselves'),
      remedy:
        'restore trust/launcher/ from git and build again, or propose the launcher again: `registry launcher propose`',
    },
  ];
}

/** What hosts refuse of single servers, and the registry does not intend. */
export async function verifyServers(servers: ApprovedServers, expected: readonly Expected[]): Promise<Problem[]> {
  const found = await mapConcurrently(expected, atOnce, async ({ name, version }): Promise<Problem[]> => {
    const refusal = await refusalOf(servers.server(name));
    if (refusal === undefined || intended.has(refusal.code)) return [];
    const made = refusalProblem(refusal, manifestPath(name), `hosts refuse ${name} ${version}`);
    return [refusal.code === 'E_EXPIRED' ? { ...made, severity: 'warning' } : made];
  });
  return found.flat();
}

/** Whether hosts would refuse the registry as a whole, and not only some of its servers. */
export const refusesAll = (problems: readonly Problem[]): boolean =>
  problems.some(({ file, severity }) => file === '' && severity !== 'warning');

/** A refusal of hosts, as a problem of the registry. */
export const refusalProblem = ({ code, message }: Refusal | Failure, file: string, what: string): Problem => ({
  code: 'host-refuses',
  file,
  message: `${what}: ${code}: ${message}`,
  remedy:
    code === 'E_EXPIRED'
      ? 'run `registry sign` and build again; `registry report` and `registry root status` say what ended'
      : 'run `registry sign` and build again; if that does not help, restore .registry/ and trust/ from a copy',
});

async function refusalOf(opened: Promise<unknown>): Promise<Refusal | Failure | undefined> {
  try {
    await opened;
    return undefined;
  } catch (error) {
    if (error instanceof Refusal || error instanceof Failure) return error;
    throw error;
  }
}

/** Nothing is asked there. */
export const noAddress = 'https://registry.invalid';

const readingFolder =
  (dist: string): ReadPublished =>
  (path) =>
    readFile(join(dist, path)).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    });

/** Gives hosts' code what is read. */
export const fetching =
  (read: ReadPublished): FetchFile =>
  async (url, { maxBytes }) => {
    const bytes = await read(decodeURIComponent(new URL(url).pathname.slice(1)), maxBytes);
    if (bytes === undefined) throw new HttpFailure(url, 404);
    if (bytes.byteLength > maxBytes)
      throw new Refusal('E_TOO_LARGE', `${url} has more than ${maxBytes} bytes`, 'publish a smaller file');
    return bytes;
  };
