/** The image of a server in the engine of this machine. Only servers that are images load this. */
import { repositoryOf } from '../artefacts/oci/address.ts';
import { containerCommand, type ContainerEngine, type ContainerLaunch } from '../artefacts/oci/container.ts';
import { findEngine, imageState, pullImage, removeImage, thisMachine } from '../artefacts/oci/engine.ts';
import { proveImage } from '../artefacts/oci/image.ts';
import type { LockedImage } from '../artefacts/oci/locked-images.ts';
import { imageOn } from '../artefacts/oci/kind.ts';
import { runContainer } from '../artefacts/oci/run.ts';
import { imageLock } from '../artefacts/kinds.ts';
import type { LockOf } from '../artefacts/kind.ts';
import type { RunningServer } from '../artefacts/launch/running.ts';
import type { LaunchPlan } from '../artefacts/launch/plan.ts';
import type { Lock, Manifest, OciClosure, TrustConfig } from '../schemas/types.ts';
import type { Platform } from '../core/platform.ts';
import { setAuthorities } from './certificates.ts';

/** What only this machine knows about a start. */
export interface OnThisMachine extends Pick<ContainerLaunch, 'paths' | 'stateFolder'> {
  readonly plan: LaunchPlan;
}

export class ServerImage {
  readonly engine: ContainerEngine;
  readonly #lock: LockOf<OciClosure>;
  readonly #image: LockedImage;
  readonly #repository: ContainerLaunch['repository'];

  /** @throws Refusal E_UNSUPPORTED, E_LOCK, E_TRUST_CONFIG; Failure `no-container-engine` */
  constructor(lock: LockOf<OciClosure>, platform: Platform, { containerEngine }: TrustConfig) {
    this.#lock = lock;
    this.#image = imageOn(lock, platform);
    this.#repository = repositoryOf(lock.artefact.url);
    this.engine = findEngine(containerEngine);
  }

  /** Whether the engine has it. @throws Failure; Refusal E_DIGEST where it has another image under its name */
  async isThere(): Promise<boolean> {
    return (await imageState(this.engine, this.#repository, this.#image, process.env)) === 'there';
  }

  /**
   * Compares what the registry serves with the lock, and then has the engine fetch it, which checks every layer.
   * @throws Failure; Refusal E_DIGEST, E_LOCK among others
   */
  async fetch(trust: TrustConfig): Promise<void> {
    const { openSources } = await import('./on-demand.ts');
    await setAuthorities();
    const { host, path } = this.#repository;
    await proveImage((await openSources(trust)).images(host, path), this.#image);
    await pullImage(this.engine, this.#repository, this.#image, process.env);
  }

  /** Removes it from the engine, unless another lock has the same. */
  async removeUnlessIn(others: readonly Lock[]): Promise<void> {
    const { digest } = this.#image.manifest;
    const isUsed = others.some((lock) => {
      const other = imageLock(lock);
      if (other?.closure.images.some(({ manifest }) => manifest.digest === digest) !== true) return false;
      const { host, path } = repositoryOf(other.artefact.url);
      return host === this.#repository.host && path === this.#repository.path;
    });
    if (!isUsed) await removeImage(this.engine, this.#repository, this.#image, process.env);
  }

  /** Starts it. @throws Refusal E_UNSUPPORTED */
  start(server: Manifest, { plan, paths, stateFolder }: OnThisMachine): RunningServer {
    const command = containerCommand(
      this.engine,
      {
        repository: this.#repository,
        image: this.#image,
        server,
        arguments: plan.arguments,
        environment: plan.environment,
        paths,
        stateFolder,
        id: `${process.pid}-${this.#lock.artefact.sha256.slice(0, 8)}`,
      },
      thisMachine(),
    );
    return runContainer(this.engine, command, process.env);
  }
}
