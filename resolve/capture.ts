/**
 * Captures in a sandbox what a server offers to agents: with and without credentials, for clients with and without
 * capabilities.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reach } from '../core/download.ts';
import { Failure } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { Sources } from '../artefacts/sources.ts';
import { thisPlatform, type Interpreter, type Platform } from '../core/platform.ts';
import { imageLock } from '../artefacts/kinds.ts';
import { isImageAddress } from '../artefacts/oci/address.ts';
import { findInterpreter } from '../artefacts/pypi/interpreter.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { Lock, Manifest } from '../schemas/types.ts';
import { canContain, imageStarter } from './capture-image.ts';
import type { Place, Starter } from './starter.ts';
import { captureEndpoint } from './capture-endpoint.ts';
import { fileStarter } from './capture-files.ts';
import { planOf, type Given } from './capture-plan.ts';
import { withRemedy } from './start-remedy.ts';
import { sameResources, union, type Captured } from './captured.ts';
import { capable, listOffers, modest, type Said } from './mcp-session.ts';
import { ProcessSession } from './process-session.ts';
import { canConfine } from './sandbox.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

let interpreter: Interpreter | undefined;
/** The machine that servers are captured on. */
const platform: Platform = { ...thisPlatform(), python: () => (interpreter ??= findInterpreter()) };

interface Variant {
  readonly given: Given;
  /** The client's. */
  readonly capabilities: JsonObject;
}

interface Answered {
  readonly variant: Variant;
  readonly said: Said;
}

/** Where what is captured comes from. */
export interface CaptureSources extends Sources {
  readonly blobs: BlobStore;
  /** Where an endpoint may be; absent means on the public internet. */
  readonly endpoints?: Reach;
}

/** Whether this machine can capture a server: an image in a container, all other programs in a sandbox, an endpoint anywhere. */
export const canCapture = async ({ artefact, remote }: Manifest): Promise<boolean> =>
  remote !== undefined || (isImageAddress(artefact?.url ?? '') ? canContain() : canConfine());

/**
 * The server has a network only if the lock says so.
 * @throws Failure `capture` if the server answers in none of the variants, or with more than a lock can contain
 */
export async function captureOffers(
  manifest: Manifest,
  lock: Lock,
  { blobs, endpoints = 'public', ...sources }: CaptureSources,
): Promise<Captured> {
  if (manifest.remote !== undefined) return captureEndpoint(manifest.name, manifest.remote, endpoints);
  if (manifest.launch?.transport !== undefined)
    throw new Failure(
      'capture',
      `${manifest.name} listens on a port, and only servers that speak over standard input can be captured`,
      `\`registry lock ${manifest.name} --no-capture\` locks it without its tools, and the reviewer is told`,
    );
  return inTemporaryFolder('capture', async (temporary) => {
    const image = imageLock(lock);
    const starter =
      image === undefined
        ? await fileStarter(lock, temporary, platform, { blobs, ...sources })
        : await imageStarter(manifest, image, temporary, platform);
    return captureWith(starter, manifest, lock, temporary).finally(() => starter.end());
  });
}

async function captureWith(starter: Starter, manifest: Manifest, lock: Lock, temporary: string): Promise<Captured> {
  const answered: Answered[] = [];
  const failures: Failure[] = [];
  const start = async (variant: Variant, place: Place): Promise<Said> => {
    const { words, end } = await starter.command(
      planOf(manifest, lock, platform.os, variant.given, place, starter),
      place,
    );
    return listOffers((limits) => new ProcessSession(words, limits), variant.capabilities).finally(end);
  };
  const listen = async (given: Given): Promise<void> => {
    for (const capabilities of [modest, capable])
      try {
        const variant = { given, capabilities };
        answered.push({ variant, said: await start(variant, { home: starter.home, files: [] }) });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failures.push(error);
      }
  };
  const { environment = [], arguments: words = [] } = manifest.launch ?? {};
  if (environment.some(({ secret }) => secret === true)) await listen('what it requires, no secrets');
  await listen('what it requires, and secrets');
  // A server may refuse to start without its credential or its address, but at least one variant must start.
  const isOptional = (input: { readonly required?: boolean; readonly type?: string }): boolean =>
    input.required !== true && input.type !== 'fixed';
  // The error after optional values says less, so the earlier error is kept.
  const failure = failures.at(-1);
  // Some servers start without their settings, and then show only the tools that need none, or no tool at all.
  const showsTools = answered.some(({ said }) => said.tools.length > 0);
  if (!showsTools && [...environment, ...words].some(isOptional)) await listen('all that it declares');
  if (answered.length === 0)
    throw failure === undefined
      ? new Failure('capture', 'the server was not started', 'report this')
      : withRemedy(failure, manifest.name, environment, starter.home);
  const varies = await resourcesVary(answered, async (variant) =>
    start(variant, await anotherPlace(temporary, starter)),
  );
  return union(
    answered.map(({ said }) => said),
    varies,
  );
}

/**
 * Resources can be the files of a folder, or depend on the time. A second start in another folder, with a file in it, shows
 * whether they do.
 */
async function resourcesVary(
  answered: readonly Answered[],
  startElsewhere: (variant: Variant) => Promise<Said>,
): Promise<boolean> {
  const last = answered.findLast(({ said }) => Array.isArray(said.others.get('resources')));
  if (last === undefined) return false;
  try {
    return !sameResources(last.said, await startElsewhere(last.variant));
  } catch (error) {
    // Without an answer to compare with, nobody knows that they are the same.
    if (error instanceof Failure) return true;
    throw error;
  }
}

async function anotherPlace(temporary: string, { seen }: Starter): Promise<Place> {
  const folder = join(temporary, 'elsewhere');
  await mkdir(folder);
  const file = join(folder, 'notes.txt');
  await writeFile(file, 'A note.\n');
  return { home: seen(folder), files: [file] };
}
