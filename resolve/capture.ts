/**
 * Captures in a sandbox what a server offers to agents: with and without credentials, for clients with and without
 * capabilities.
 */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLoaderVariable } from '../core/environment.ts';
import type { Reach } from '../core/download.ts';
import { Failure } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import { planLaunch, type LaunchPlan } from '../artefacts/launch/plan.ts';
import { fetchPart, type Sources } from '../artefacts/sources.ts';
import { thisPlatform, type Interpreter, type Platform } from '../core/platform.ts';
import { commandLine } from '../artefacts/launch/command.ts';
import { imageLock, partsFor } from '../artefacts/kinds.ts';
import { findInterpreter } from '../artefacts/pypi/interpreter.ts';
import { installClosure } from '../store/install.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { EnvironmentInput, Lock, Manifest } from '../schemas/types.ts';
import { isImageAddress } from '../artefacts/oci/address.ts';
import { canContain, imageStarter } from './capture-image.ts';
import type { Place, Starter } from './starter.ts';
import { captureEndpoint } from './capture-endpoint.ts';
import { sameResources, union, type Captured } from './captured.ts';
import { isUnusable } from './requests.ts';
import { variablesIn } from './last-words.ts';
import { capable, listOffers, modest, type Said } from './mcp-session.ts';
import { placeholderFor } from './placeholder.ts';
import { ProcessSession } from './process-session.ts';
import { canConfine, confined } from './sandbox.ts';

let interpreter: Interpreter | undefined;
/** The machine that servers are captured on. */
const platform: Platform = { ...thisPlatform(), python: () => (interpreter ??= findInterpreter()) };

const home = '/home/sandbox';

/** The values that a server gets instead of the user's. */
type Given = 'what it requires, no secrets' | 'what it requires, and secrets' | 'all that it declares';

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
  return inTemporaryFolder(async (temporary) => {
    const image = imageLock(lock);
    const starter =
      image === undefined
        ? await fileStarter(lock, temporary, { blobs, ...sources })
        : await imageStarter(manifest, image, temporary, platform);
    return captureWith(starter, manifest, lock, temporary).finally(() => starter.end());
  });
}

async function captureWith(starter: Starter, manifest: Manifest, lock: Lock, temporary: string): Promise<Captured> {
  const answered: Answered[] = [];
  const failures: Failure[] = [];
  const start = async (variant: Variant, place: Place): Promise<Said> => {
    const { words, end } = await starter.command(planOf(manifest, lock, variant.given, place, starter), place);
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
  if (answered.length === 0 && [...environment, ...words].some(isOptional)) await listen('all that it declares');
  if (answered.length === 0)
    throw failure === undefined
      ? new Failure('capture', 'the server was not started', 'report this')
      : withRemedy(failure, manifest.name, environment);
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

/** The remedy if a server did not start: one action, chosen by its output. */
function withRemedy(failure: Failure, name: string, declared: readonly EnvironmentInput[]): Failure {
  // If a server starts but sends answers that no client can use, another manifest does not help.
  if (isUnusable(failure)) return failure;
  const wanted = [...variablesIn(failure.message)].filter((each) => !isLoaderVariable(each));
  const unknown = wanted.filter((each) => declared.every((input) => input.name !== each));
  const known = declared.filter(({ name: each }) => wanted.includes(each));
  const optional = known.filter(({ required, secret }) => required !== true && secret !== true);
  const without = `\`registry lock ${name} --no-capture\``;
  // The installation path means nothing to a reader, and no longer exists.
  const message = failure.message.replaceAll(/\/\S*countersign-capture-[^/\s]+\/server\//gu, '');
  const say = (remedy: string): Failure => new Failure(failure.code, message, remedy, { cause: failure });
  if (unknown.length > 0)
    return say(
      `declare ${unknown.join(', ')} under launch.environment, with required: true (and secret: true for a credential), and name it in permissions.environment; then run \`registry lock ${name}\` again`,
    );
  if (wantsNetwork.test(failure.message))
    return say(
      `it asks a service, but it is started without a network: run \`registry lock ${name} --network\`; if it needs a real credential for that, ${without} locks it without its tools, and the reviewer is told`,
    );
  if (nativeModule.test(message))
    return say(
      'it loads a native file that a script at installation would build or fetch, and hosts run no such script: choose another server, or ask its maintainer to publish the file within a package',
    );
  if (optional.length > 0)
    return say(
      `write required: true at ${optional.map((each) => each.name).join(', ')} under launch.environment, and run \`registry lock ${name}\` again`,
    );
  if (known.length > 0)
    return say(
      `it was given ${known.map((each) => `${each.name}=${placeholderFor(each, home)}`).join(', ')}: if it needs another form, write one as its placeholder under launch.environment; if it needs a real value, ${without} locks it without its tools, and the reviewer is told`,
    );
  return say(
    `write what it asks for under launch.arguments or launch.environment, with a placeholder in the form that it accepts; if that is not enough, ${without} locks it without its tools, and the reviewer is told`,
  );
}

/** What programs write when there is no network. */
const wantsNetwork =
  /fetch failed|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|getaddrinfo|unreachable|network|Failed to (?:fetch|connect)|connection (?:error|refused|failed)/iu;

/** Native addons of Node, in the messages of their loaders. */
const nativeModule = /\.node\b|native (?:addon|module|binding)|node-gyp|prebuilds?\//iu;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Works in a folder that is removed afterwards, also when a signal or an uncaught error ends the process. */
async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-capture-'));
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true });
  const forget = (): void => {
    process.off('exit', removeNow);
    for (const signal of signals) process.off(signal, removeAndEnd);
  };
  const removeAndEnd = (signal: NodeJS.Signals): void => {
    forget();
    removeNow();
    // Without our listener, the signal has its default effect. The sandbox ends together with this process.
    process.kill(process.pid, signal);
  };
  process.once('exit', removeNow);
  for (const signal of signals) process.once(signal, removeAndEnd);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    forget();
  }
}

/** What the server is started with: a placeholder for everything that a user would have to give. */
function planOf(
  manifest: Manifest,
  lock: Lock,
  placed: Given,
  { home: folder }: Place,
  { stateFolder = folder }: Starter,
): LaunchPlan {
  const all = placed === 'all that it declares';
  const withSecrets = placed !== 'what it requires, no secrets';
  const inputs = (manifest.launch?.environment ?? []).filter(
    ({ required, secret }) => secret !== true || withSecrets || required !== true,
  );
  const environment = Object.fromEntries(
    inputs
      .filter(
        ({ required, secret, default: preset }) =>
          preset === undefined && (all || required === true || (secret === true && withSecrets)),
      )
      .map((input) => [input.name, placeholderFor(input, folder)]),
  );
  const given = (manifest.launch?.arguments ?? []).flatMap((argument) => {
    if (argument.type === 'fixed' || argument.default !== undefined) return [];
    const isFlag = argument.type === 'named' && argument.flag === true;
    if (argument.required !== true && (!all || isFlag)) return [];
    if (isFlag) return [argument.name];
    const value = placeholderFor(argument, folder);
    return argument.type === 'named' ? [argument.name, value] : [value];
  });
  // Without its credential, even if it is required: servers often list their tools without it.
  const relaxed: Manifest = { ...manifest, launch: { ...manifest.launch, environment: inputs } };
  const planned = planLaunch(relaxed, lock, {
    os: platform.os,
    given,
    environment,
    stateFolder,
    resolvePath: (path) => path,
  });
  if (!planned.ok) throw new Failure('capture', planned.problems[0]?.message ?? '', planned.problems[0]?.remedy ?? '');
  return planned.plan;
}

/** Starts the files of a closure in the sandbox. */
async function fileStarter(
  lock: Lock,
  temporary: string,
  { blobs, ...sources }: Sources & { readonly blobs: BlobStore },
): Promise<Starter> {
  const root = join(temporary, 'server');
  await installClosure(lock, root, {
    staging: join(temporary, 'staging'),
    blobs,
    platform,
    fetch: (part) => fetchPart(part, sources),
  });
  const { python } = platform;
  const installed = { root, parts: partsFor(lock, platform), python };
  return {
    home,
    seen: (path) => path,
    command: async ({ program, arguments: given, environment }, { home: folder, files }) => {
      if (program.runs === 'container') throw new Error('an image has no files to start');
      const { file, words } = commandLine(program, given, installed);
      const line = await confined([file, ...words], {
        // Only the program itself: the files beside it belong to the user.
        read: [
          root,
          file,
          ...(program.runs.startsWith('python') && python !== undefined ? [python().prefix] : []),
          ...files,
        ],
        folder,
        environment,
        network: lock.capture === 'network',
      });
      // The sandbox ends together with its command.
      return { words: line, end: () => Promise.resolve() };
    },
    end: () => Promise.resolve(),
  };
}
