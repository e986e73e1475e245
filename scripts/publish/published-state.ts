/** What is published at an address, as a host sees it, and until when each part of it is valid. */
import { mapConcurrently } from '../../core/concurrency.ts';
import { binNames } from '../../core/metadata.ts';
import { toSecond } from '../../core/time.ts';
import { join } from 'node:path';
import { ApprovedServers } from '../../host/trust/approved-servers.ts';
import { NotCarried } from '../../host/trust/not-carried.ts';
import { openBin } from '../../host/trust/chain.ts';
import { HighWater } from '../../host/trust/high-water.ts';
import type { FetchFile } from '../../host/trust/metadata-client.ts';
import { MetadataFiles } from '../../host/trust/metadata-files.ts';
import { MetadataSource } from '../../host/trust/metadata-source.ts';
import type { RegistryState } from '../../host/trust/registry-state.ts';
import type { Trust } from '../../host/trust/trust-config.ts';
import type { Revocation, RootRole, ServerRecord } from '../../schemas/types.ts';
import { offlineEndings, onlineEndings, type Ending } from '../../signer/ends-soon.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { expectedOf } from './local-files.ts';
import { verifyServers } from './verify-dist.ts';

/** Records that are read at one time. */
const atOnce = 16;

/** The current version of a server that hosts may start. */
export interface CurrentApproval {
  readonly name: string;
  readonly version: string;
  readonly approvedAt: string;
  readonly validUntil: string;
  readonly commit?: string;
}

export interface PublishedState {
  readonly registry: string;
  readonly environment: string;
  readonly servers: number;
  /** The names of the servers that the metadata names and this copy does not carry. */
  readonly notCarried: readonly string[];
  readonly revoked: readonly Revocation[];
  /** The approval that was given last. */
  readonly newest?: CurrentApproval;
  /** When the newest timestamp was signed. */
  readonly signedAt: string;
  readonly endings: readonly Ending[];
  readonly approvals: readonly CurrentApproval[];
  readonly problems: readonly Problem[];
}

export interface Looking {
  readonly trust: Trust;
  /** Where a host's files are cached, with what it remembers. */
  readonly folder: string;
  readonly now: Date;
  /** Over HTTP where it is left out. */
  readonly fetchFile?: FetchFile;
  /** Opens every server, and not only its record. */
  readonly opensServers: boolean;
}

/** @throws Refusal where hosts refuse the registry; Failure where it does not answer */
export async function readPublishedState(looking: Looking): Promise<PublishedState> {
  const { trust, folder, now, fetchFile, opensServers } = looking;
  const servers = new ApprovedServers(trust, folder, now, fetchFile);
  const state = await servers.refresh();
  // What is cached says nothing about what is published.
  if (state.silence !== undefined) throw state.silence;
  const names = await servers.names();
  const notCarried = new Set<string>();
  const found = await mapConcurrently(names, atOnce, (name) =>
    servers.record(name).catch((error: unknown) => {
      if (!(error instanceof NotCarried)) throw error;
      notCarried.add(name);
    }),
  );
  const records = found.filter((record) => record !== undefined);
  const approvals = records.flatMap(currentOf);
  const { status, keyring, chain } = state;
  const keys = [...keyring.keys.values()].map(({ hint, validUntil, revoked }) => ({
    ...{ hint, revoked },
    ...(validUntil !== undefined && { validUntil: toSecond(validUntil) }),
  }));
  const newest = approvals.toSorted((a, b) => (a.approvedAt < b.approvedAt ? 1 : -1))[0];
  const endings = [
    ...onlineEndings({ ...chain, status, bins: await binsOf(state, looking) }),
    ...offlineEndings({ ...chain, keys, inUse: status.signedBy }, now),
  ];
  return {
    registry: keyring.registry,
    environment: keyring.environment,
    servers: records.length,
    notCarried: [...notCarried].sort(),
    revoked: status.revoked,
    ...(newest !== undefined && { newest }),
    signedAt: toSecond(state.signedAt),
    endings: endings.sort((a, b) => (a.end < b.end ? -1 : 1)),
    approvals,
    problems: opensServers ? await openAll(records, looking) : [],
  };
}

/** All bins, which were cached when the names were read. */
async function binsOf(
  { chain }: RegistryState,
  { folder, now }: Looking,
): Promise<readonly Pick<RootRole, 'version' | 'expires'>[]> {
  const source = new MetadataSource(new MetadataFiles(join(folder, 'metadata')), now);
  const seen = await HighWater.open(join(folder, 'seen'));
  return mapConcurrently(binNames, atOnce, async (name) => (await openBin(source, chain, name, { seen, now })).bin);
}

/** As a host that is in every group. */
function openAll(records: readonly ServerRecord[], { trust, folder, now, fetchFile }: Looking): Promise<Problem[]> {
  const expected = records.map(expectedOf);
  const groups = new Set(expected.flatMap((server) => server.groups));
  // What was read just now is not asked for again.
  const cached = { ...trust, groups: () => groups, refreshAfterMs: 60_000 };
  return verifyServers(new ApprovedServers(cached, folder, now, fetchFile), expected);
}

/** Nothing of a version that was ended on purpose. */
function currentOf({ name, version, versions, signature }: ServerRecord): CurrentApproval[] {
  const entry = versions.find((each) => each.version === version);
  if (entry === undefined || entry.state === 'revoked' || entry.state === 'withdrawn') return [];
  const statement = parseJson(Buffer.from(signature.dsseEnvelope.payload, 'base64'));
  const predicate = isJsonObject(statement) ? statement['predicate'] : undefined;
  const source = isJsonObject(predicate) ? predicate['source'] : undefined;
  const commit = isJsonObject(source) ? source['commit'] : undefined;
  const { approvedAt, validUntil } = entry;
  return [{ name, version, approvedAt, validUntil, ...(typeof commit === 'string' && { commit }) }];
}
