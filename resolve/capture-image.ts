/** Starts an image in a container to capture what its server offers: as a host does, with nothing of the user. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../core/failure.ts';
import type { Platform } from '../core/platform.ts';
import { repositoryOf } from '../artefacts/oci/address.ts';
import { containerCommand, type ContainerEngine, type ContainerLaunch } from '../artefacts/oci/container.ts';
import {
  engineEnvironment,
  findEngine,
  imageState,
  pullImage,
  removeImage,
  thisMachine,
} from '../artefacts/oci/engine.ts';
import { imageOn } from '../artefacts/oci/kind.ts';
import { placeInContainer, stateInContainer } from '../artefacts/oci/mounts.ts';
import { guardContainer } from '../artefacts/oci/run.ts';
import type { LockOf } from '../artefacts/kind.ts';
import type { LaunchPlan } from '../artefacts/launch/plan.ts';
import type { Manifest, OciClosure } from '../schemas/types.ts';
import type { Starter } from './starter.ts';

let engine: ContainerEngine | undefined;

/** Whether containers can run here. */
export function canContain(): boolean {
  try {
    engine ??= findEngine();
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/**
 * Fetches the image if the engine does not have it; then `end` removes it again.
 * @throws Failure `no-container-engine`, `image-pull`; Refusal E_UNSUPPORTED among others
 */
export async function imageStarter(
  manifest: Manifest,
  lock: LockOf<OciClosure>,
  temporary: string,
  platform: Platform,
): Promise<Starter> {
  const found = (engine ??= findEngine());
  const image = imageOn(lock, platform);
  const repository = repositoryOf(lock.artefact.url);
  const isNew = (await imageState(found, repository, image, process.env)) === 'absent';
  if (isNew) await pullImage(found, repository, image, process.env);
  const stateFolder = join(temporary, 'state');
  await mkdir(stateFolder, { recursive: true });
  const network = lock.capture === 'network' ? (manifest.permissions?.network ?? []) : [];
  let count = 0;
  return {
    home: '/tmp',
    stateFolder: stateInContainer,
    seen: (path) => placeInContainer(path),
    command: async (plan, place) => {
      const server = {
        name: manifest.name,
        ...(manifest.launch !== undefined && { launch: manifest.launch }),
        permissions: { network, filesystem: { read: place.files.map((file) => dirname(file)) } },
      };
      const launch = launchOf(plan, {
        repository,
        image,
        server,
        stateFolder,
        id: `${process.pid}-capture-${count++}`,
      });
      const command = containerCommand(found, launch, thisMachine());
      const guard = guardContainer(found, command.name, process.env);
      const variables = [...Object.entries(engineEnvironment(process.env)), ...command.environment].flatMap(
        ([name, value]) => (value === undefined ? [] : [`${name}=${value}`]),
      );
      const words = ['/usr/bin/env', '-i', ...variables, found.program, ...found.options, ...command.words];
      return { words, end: guard.end };
    },
    end: async () => {
      if (isNew) await removeImage(found, repository, image, process.env);
    },
  };
}

const launchOf = (
  { arguments: words, environment }: LaunchPlan,
  fixed: Pick<ContainerLaunch, 'repository' | 'image' | 'server' | 'stateFolder' | 'id'>,
): ContainerLaunch => ({ ...fixed, arguments: words, environment, paths: new Map<string, string[]>() });
