/** A production registry with two servers, made by the code of the key ceremony with keys of the tests, and its hosts. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Refusal } from '../../core/refusal.ts';
import { openSources } from '../../artefacts/open-sources.ts';
import { sha256 } from '../../core/digest.ts';
import { toSecond } from '../../core/time.ts';
import { selectPublished } from '../../catalog/select.ts';
import { ApprovedServers } from '../../host/trust/approved-servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import { ApprovalsStore } from '../../signer/approval/approvals-store.ts';
import { writeTrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { MetadataStore } from '../../signer/metadata/metadata-store.ts';
import { publishedMetadata } from '../../signer/metadata/repository.ts';
import { keyringBytes } from '../../signer/metadata/role.ts';
import { keyringPath, statusPath, targetPath } from '../../core/metadata.ts';
import { prepare } from '../../signer/prepare.ts';
import type { Prepared } from '../../signer/prepared.ts';
import { recordBytes } from '../../signer/record.ts';
import { recordPath } from '../../core/statement.ts';
import { readStatus } from '../../signer/status.ts';
import type { State } from '../../signer/state/state.ts';
import { signRegistry, type SigningResult } from '../../signer/sign-registry.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import { serveFiles } from './file-server.ts';
import { finishedCeremony } from './finished-ceremony.ts';
import { temporaryFolder } from './folder.ts';
import { aKeyring, approvalKey, signingKey, testKey } from './statements.ts';
import { emptyRegistry, lockOnce, type TinyRegistry } from './tiny-registry.ts';
import { tinyManifest, tinyPackages } from './tiny-server.ts';

const [approval, snapshot, timestamp] = [testKey(3), testKey(4), testKey(5)];

/** The online keys, as a key service may hold them. */
export const onlineKeys = { approval, snapshot, timestamp };

export interface ProductionRegistry extends TinyRegistry {
  /** The manifest of the other server, made of a package of its own. */
  readonly otherManifest: (version?: string, more?: string) => string;
  readonly git: (at: Date, ...words: string[]) => string;
  /** The exact bytes of an object of git. */
  readonly raw: (kind: string, id: string) => Buffer;
  /** Commits everything that belongs in git. */
  readonly commit: (at: Date) => void;
  readonly prepared: (now: Date) => Promise<Prepared>;
  /** `registry sign` with its keys and clock; what was signed is served to hosts from then on. */
  readonly sign: (now: Date) => Promise<SigningResult>;
  /** Serves to hosts what is signed, and from then on. */
  readonly serve: (now: Date) => Promise<void>;
  /** What a host says of a server: the version that it may run, or the code of a refusal. */
  readonly host: (now: Date, server?: string, version?: string) => Promise<string>;
}

/**
 * With `tiny` and `other`, locked, and a root that two people signed on that day; nothing is signed yet. What is signed is
 * kept in its folder, if not in another state.
 */
export async function productionRegistry(start: Date, keptIn?: State): Promise<ProductionRegistry> {
  const others = tinyPackages
    .filter(({ name }) => name === 'tiny-server')
    .map((each) => ({
      ...each,
      name: 'other-server',
      manifest: { ...each.manifest, bin: { 'other-server': 'index.js' } },
    }));
  const tiny = await emptyRegistry([...tinyPackages, ...others]);
  const { folder, npm } = tiny;
  const otherManifest = (version = '1.0.0', more = ''): string =>
    tinyManifest(sha256(npm.tarball('other-server', version)), version, more, 'other').replace(
      'npm:tiny-server@',
      'npm:other-server@',
    );
  await tiny.write('servers/tiny.yaml', tiny.manifest());
  await tiny.write('servers/other.yaml', otherManifest());
  await lockOnce(tiny);

  const keyring = aKeyring({ keys: [approvalKey(approval, { validFrom: toSecond(start) })] });
  const ceremony = await finishedCeremony(keyring, { snapshot, timestamp }, start);
  await writeTrustFolder(folder, { ceremony, names: new Map() });

  const git = (at: Date, ...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, GIT_COMMITTER_DATE: toSecond(at), GIT_AUTHOR_DATE: toSecond(at) },
    });
  const raw = (kind: string, id: string): Buffer => execFileSync('git', ['cat-file', kind, id], { cwd: folder });
  const commit = (at: Date): void => {
    git(at, 'add', '--all', 'registry.yaml', 'policy.yaml', 'servers', 'trust', 'advisories');
    git(at, 'commit', '--quiet', '--allow-empty', '--message', 'merged');
  };
  git(start, 'init', '--quiet', '--initial-branch', 'main');
  commit(start);

  const prepared = async (now: Date): Promise<Prepared> => {
    const preparation = await prepare(folder, {
      now,
      program: 'this one',
      readSecret: () => Promise.reject(new Error('no secret')),
      ...(keptIn !== undefined && { state: keptIn }),
    });
    if (!preparation.ok) throw new Error(JSON.stringify(preparation.problems));
    const openKeys = () =>
      Promise.resolve({
        approval: signingKey(approval),
        snapshot: signingKey(snapshot),
        timestamp: signingKey(timestamp),
      });
    return { ...preparation.prepared, identity: { ...preparation.prepared.identity, openKeys } };
  };

  const server = await serveFiles();
  const serveWhatIs = async (ready: Prepared): Promise<void> => {
    server.files.clear();
    for (const [path, bytes] of await publishedFiles(ready)) server.files.set(path, bytes);
  };
  const serve = async (now: Date): Promise<void> => serveWhatIs(await prepared(now));
  const sign = async (now: Date): Promise<SigningResult> => {
    const ready = await prepared(now);
    const result = await signRegistry({
      ...ready,
      now,
      version: '0.1.0',
      openSources: () => openSources({ npmRegistry: npm.url }),
      onFetched: () => undefined,
    });
    await serveWhatIs(ready);
    return result;
  };

  const { root } = ceremony;
  if (root === undefined) throw new Error('two of two signed');
  const trust: TrustConfig = {
    schemaVersion: 1,
    registry: { id: 'mcp.example.com', url: server.url, environment: 'production' },
    root: { signatures: [...root.signatures], signed: root.signed },
    exportedAt: toSecond(start),
    refreshAfterSeconds: 0,
  };
  const trustFile = join(await temporaryFolder(), 'trust.json');
  await writeFile(trustFile, JSON.stringify(trust));
  const state = join(await temporaryFolder(), 'registry');
  const host = async (now: Date, name = 'tiny', version?: string): Promise<string> =>
    new ApprovedServers(await loadTrust(trustFile), state, now).server(name, version).then(
      ({ approval: { server: approved } }) => approved.version,
      (error: Refusal) => error.code,
    );
  return { ...tiny, otherManifest, git, raw, commit, prepared, sign, serve, host };
}

/** What `registry build` publishes for hosts, without the pages. */
async function publishedFiles({ servers, state, identity, program }: Prepared): Promise<Map<string, Uint8Array>> {
  const store = new ApprovalsStore(state, program);
  const { approvals, open } = await store.readAll(identity.keyring);
  const { published } = await selectPublished(servers, approvals, open);
  const status = await readStatus(state, identity.keyring);
  if (status === undefined) throw new Error('there is no status');
  const files = new Map<string, Uint8Array>();
  const named = new Map<string, Uint8Array>([
    [statusPath, status.bytes],
    [keyringPath, keyringBytes(identity.keyringFile)],
  ]);
  for (const server of published) {
    named.set(recordPath(server.name), recordBytes(server, await open(server.current)));
    for (const version of server.versions) {
      files.set(`approvals/${version.digest}.json`, (await open(version)).bytes);
      files.set(`locks/${version.lockDigest}.json`, await store.subject(version.lockDigest));
    }
  }
  for (const [path, bytes] of named) files.set(targetPath(path, sha256(bytes)), bytes);
  for (const [name, bytes] of await publishedMetadata(new MetadataStore(state))) files.set(`metadata/${name}`, bytes);
  return files;
}
