/**
 * What the commands do with a server: verify it, install it, check what is installed. The audit log records every
 * attempt.
 */
import { realpathSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BlobStore } from '../store/blob-store.ts';
import { Refusal } from '../core/refusal.ts';
import { asDiskFailure } from '../core/disk.ts';
import { Failure, systemCode } from '../core/failure.ts';
import { versionFolder } from '../core/inner-path.ts';
import { thisPlatform, type Interpreter, type Platform } from '../core/platform.ts';
import { checkPrivateFolders, makePrivateFolder } from '../core/private.ts';
import { outcomeOf, type Audited } from './audit/event.ts';
import { Trail } from './audit/trail.ts';
import { setAuthorities } from './certificates.ts';
import type { SecretSources } from './credentials/find.ts';
import { KeptSecrets } from './credentials/kept.ts';
import { openKeychain } from './credentials/keychain.ts';
import { homeFolders, usualStores, type Home } from './home.ts';
import { SignIns } from './oauth/sign-ins.ts';
import type { Told } from './launch/session-events.ts';
import { imageLock, looksAround, partsFor, platformName } from '../artefacts/kinds.ts';
import { findInterpreter } from '../artefacts/pypi/interpreter.ts';
import type { Installed } from '../artefacts/launch/command.ts';
import type { ServerImage } from './server-image.ts';
import type { ContainingMachine } from './sandbox/contain.ts';
import { installedLocks } from './installed-locks.ts';
import { removeFolder } from '../store/staging.ts';
import { checkInstalledTree, checkNothingAround, type InstalledTree } from '../store/installed-tree.ts';
import { ApprovedServers, type VerifiedServer } from './trust/approved-servers.ts';
import { namesIn } from './trust/cache-file.ts';
import type { Trust } from './trust/trust-config.ts';
import type { AuditEvent, Lock } from '../schemas/types.ts';

export class Servers {
  readonly registry: ApprovedServers;
  readonly blobs: BlobStore;
  readonly #trust: Trust;
  readonly #home: Home;
  readonly platform: Platform;
  readonly trail: Trail;

  constructor(trust: Trust, home: Home, now: Date, trail = new Trail(home.audit, trust.config, clock)) {
    this.#trust = trust;
    this.#home = home;
    this.trail = trail;
    let python: Interpreter | undefined;
    this.platform = { ...thisPlatform(), python: () => (python ??= findInterpreter(trust.config.python)) };
    this.registry = new ApprovedServers(trust, join(home.registries, trust.config.registry.id), now);
    this.blobs = new BlobStore(home.blobs);
  }

  /** Why a server cannot run on this machine; undefined if it can. */
  unsupported({ lock }: VerifiedServer): Refusal | undefined {
    try {
      partsFor(lock, this.platform);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'E_UNSUPPORTED') return error;
      throw error;
    }
  }

  /** Where a server's closure is, or would be, installed. @throws Refusal E_UNSUPPORTED */
  folderOf({ record, entry, lock }: VerifiedServer): string {
    return join(
      this.#serverFolder(record.name),
      versionFolder(entry.version),
      `${entry.lock}-${platformName(lock, this.platform)}`,
    );
  }

  #serverFolder(name: string): string {
    return join(this.#home.installed, this.#trust.config.registry.id, name);
  }

  /** What decides how servers are confined here. `others` are more files that no server may see. */
  machine(others: readonly string[]): ContainingMachine {
    return {
      homes: homeFolders(),
      environment: process.env,
      own: [this.#home.root, ...usualStores(), ...others],
      remembered: this.#home.sandbox,
      unsandboxed: this.#trust.unsandboxed ?? new Set(),
    };
  }

  /** The folder that `${state}` stands for, which is also where the server starts. */
  async stateFolderOf({ record }: VerifiedServer): Promise<string> {
    const folder = join(this.#home.state, this.#trust.config.registry.id, record.name);
    await makePrivateFolder(folder).catch((error: unknown) => {
      throw asDiskFailure(error, folder);
    });
    this.#checkBelowStore(folder);
    return folder;
  }

  /** The file that keeps the last words of a server. */
  wordsFileOf({ record }: VerifiedServer): string {
    return join(this.#home.words, this.#trust.config.registry.id, `${record.name}.log`);
  }

  /** The folder in which all processes of this account count the calls of a server. */
  callsFolderOf({ record }: VerifiedServer): string {
    return join(this.#home.calls, this.#trust.config.registry.id, record.name);
  }

  /** Where the secrets of a server come from. */
  secretsOf(name: string): SecretSources {
    const { credentials = {}, registry } = this.#trust.config;
    return {
      mapped: new Map(Object.entries(new Map(Object.entries(credentials)).get(name) ?? {})),
      kept: new KeptSecrets(this.#home.credentials, registry.id, name, openKeychain),
      keychain: openKeychain,
    };
  }

  /** The sign-ins of this account to a server. */
  signInsOf(name: string): SignIns {
    return new SignIns(this.secretsOf(name).kept);
  }

  /** The names of all servers that this account is signed in to. Nothing secret is read for that. */
  async signedIn(): Promise<string[]> {
    const names = await namesIn(join(this.#home.credentials, this.#trust.config.registry.id));
    const found = await Promise.all(
      names
        .filter((name) => /^[a-z0-9-]+$/u.test(name))
        .map(async (name) => ((await this.signInsOf(name).names()).length > 0 ? [name] : [])),
    );
    return found.flat().sort();
  }

  /**
   * Whether anything is at the place where it is installed. `checkInstalled` checks whether those are the approved
   * files.
   */
  async isInstalled(server: VerifiedServer): Promise<boolean> {
    return lstat(this.folderOf(server)).then(
      () => true,
      (error: unknown) => {
        if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return false;
        throw error;
      },
    );
  }

  /** Checks that only this account can change the folders from the store down to this one. @throws Refusal E_STORE */
  #checkBelowStore(folder: string): void {
    const folders = [folder];
    for (let above = dirname(folder); above !== this.#home.root; above = dirname(above)) folders.push(above);
    checkPrivateFolders(this.#home.root, folders.toReversed());
  }

  /** Checks every stored blob of a server. Returns how many there are. @throws Refusal E_DIGEST */
  async checkBlobs({ lock }: VerifiedServer): Promise<number> {
    const parts = partsFor(lock, this.platform);
    const found = await Promise.all(parts.map(({ integrity }) => this.blobs.read(integrity)));
    return found.filter((blob) => blob !== undefined).length;
  }

  /**
   * Checks every file of the installed tree, and that Node would load nothing from outside it. `environment` is the
   * server's.
   * @throws Refusal E_TREE, E_STORE, E_AMBIENT_CODE
   */
  checkInstalled(server: VerifiedServer, environment: ReadonlyMap<string, string> = new Map()): InstalledTree {
    // Node resolves links before it searches for modules, so this check must do the same.
    const folder = this.folderOf(server);
    this.#checkBelowStore(folder);
    const root = realpathSync(folder);
    const homes = [...homeFolders(), environment.get('HOME'), environment.get('USERPROFILE')];
    if (looksAround(server.lock))
      checkNothingAround(
        root,
        homes.filter((home) => home !== undefined),
      );
    return checkInstalledTree(root, partsFor(server.lock, this.platform));
  }

  /** What a program of a server is started with. */
  installedAt({ lock }: VerifiedServer, { root }: InstalledTree): Installed {
    return { root, parts: partsFor(lock, this.platform), python: this.platform.python };
  }

  /**
   * The image of a server; undefined where it is no image.
   * @throws Refusal E_UNSUPPORTED where there is none for this machine; Failure `no-container-engine`
   */
  async imageOf({ lock }: { readonly lock: Lock }): Promise<ServerImage | undefined> {
    const ofImage = imageLock(lock);
    if (ofImage === undefined) return undefined;
    const { ServerImage } = await import('./server-image.ts');
    return new ServerImage(ofImage, this.platform, this.#trust.config);
  }

  /**
   * Installs a server if it is not installed yet. Returns whether anything was installed. An engine is always asked for its
   * image: others may remove it there.
   */
  async install(server: VerifiedServer, onProgress?: (done: number, of: number) => void): Promise<boolean> {
    const image = await this.imageOf(server);
    const needsImage = image !== undefined && !(await image.isThere());
    const needsFiles = !(await this.isInstalled(server));
    if (!needsImage && !needsFiles) return false;
    this.#checkBelowStore(this.folderOf(server));
    await this.audited('fetch', `${server.record.name}@${server.entry.version}`, async () => {
      const { fetchPart, installClosure, openSources } = await import('./on-demand.ts');
      if (needsImage) await image.fetch(this.#trust.config);
      if (!needsFiles) return { server };
      await setAuthorities();
      const sources = await openSources(this.#trust.config);
      await installClosure(server.lock, this.folderOf(server), {
        staging: this.#home.staging,
        blobs: this.blobs,
        platform: this.platform,
        fetch: (part) => fetchPart(part, sources),
        ...(onProgress !== undefined && { onProgress }),
      });
      return { server };
    });
    return true;
  }

  /** Every version of this registry's servers that is installed, approved or not. */
  async installed(): Promise<{ readonly name: string; readonly version: string }[]> {
    const base = join(this.#home.installed, this.#trust.config.registry.id);
    const names = await readdir(base).catch(() => []);
    const versions = names.map(async (name) =>
      (await readdir(join(base, name)).catch(() => [])).flatMap((folder) =>
        versionOf(folder).map((version) => ({ name, version })),
      ),
    );
    return (await Promise.all(versions)).flat();
  }

  /**
   * Deletes the installed files and images of a version, or of all versions if no version is given. Returns whether there
   * were any.
   */
  async uninstall(name: string, version?: string): Promise<boolean> {
    await this.#removeImages(name, version);
    const folder = this.#serverFolder(name);
    return removeFolder(this.#home.staging, version === undefined ? folder : join(folder, versionFolder(version)));
  }

  async #removeImages(name: string, version?: string): Promise<void> {
    const all = await installedLocks(this.#home);
    const { id } = this.#trust.config.registry;
    const ends = all.filter(
      (each) =>
        each.registry === id &&
        each.name === name &&
        (version === undefined || each.version === versionFolder(version)),
    );
    const others = all.filter((each) => !ends.includes(each)).map(({ lock }) => lock);
    for (const each of ends)
      try {
        await (await this.imageOf(each))?.removeUnlessIn(others);
      } catch (error) {
        // Without an engine, there is no image to remove.
        if (!(error instanceof Failure && error.code === 'no-container-engine')) throw error;
      }
  }

  /** Runs an attempt and records how it ended, also if it failed. `asked` is the server as the user wrote it. */
  async audited<T extends { readonly server: VerifiedServer; readonly containment?: AuditEvent['containment'] }>(
    event: 'fetch' | 'verify' | 'launch',
    asked: string,
    attempt: () => Promise<T>,
  ): Promise<T> {
    const base = { event, registry: this.#trust.config.registry.id, server: asked };
    try {
      const result = await attempt();
      const { server, containment } = result;
      const held = containment === undefined ? {} : { containment };
      this.trail.log.append({ ...base, ...whatRan(server), ...held, outcome: 'allowed' });
      return result;
    } catch (error) {
      this.trail.log.appendFailure({ ...base, ...outcomeOf(error) });
      throw error;
    }
  }

  /** Records what happened to a server that runs. @throws what `AuditLog.append` throws */
  record(server: VerifiedServer, event: Told): void {
    this.trail.log.append({ ...this.#about(server), ...event });
  }

  /** Records why a server that ran has ended. */
  recordFailure(server: VerifiedServer, error: unknown): void {
    this.trail.log.appendFailure({ ...this.#about(server), event: 'exit', ...outcomeOf(error) });
  }

  #about(server: VerifiedServer): Pick<Audited, 'registry' | 'server' | 'version' | 'digests'> {
    return { registry: this.#trust.config.registry.id, server: server.record.name, ...whatRan(server) };
  }
}

const clock = (): Date => new Date();

/** The exact version of a server. */
function whatRan({ entry, lock }: VerifiedServer): Pick<Audited, 'version' | 'digests'> {
  const artefact = lock.artefact?.sha256;
  const digests = { bundle: entry.bundle, lock: entry.lock, ...(artefact !== undefined && { artefact }) };
  return { version: entry.version, digests };
}

/** The version that a folder's name stands for; undefined if `versionFolder` never gives that name. */
function versionOf(folder: string): string[] {
  try {
    const version = decodeURIComponent(folder);
    return /^[0-9A-Za-z]/u.test(version) && versionFolder(version) === folder ? [version] : [];
  } catch {
    return [];
  }
}
