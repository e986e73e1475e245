/** Captures a server's tools in a sandbox: with and without credentials, for clients with and without capabilities. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '../core/canonical.ts';
import { sha256 } from '../core/digest.ts';
import { isLoaderVariable } from '../core/environment.ts';
import { Failure } from '../core/failure.ts';
import { planLaunch } from '../core/launch.ts';
import { maxInstructions, maxLockedTools, maxToolsBytes } from '../core/limits.ts';
import { thisPlatform } from '../core/platform.ts';
import { installClosure } from '../store/install.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { NpmRegistry } from '../core/npm-registry.ts';
import type { AnsweringServer, EnvironmentInput, Lock, LockedTool, Manifest } from '../schemas/types.ts';
import { checkLaunch, unusable } from './json-rpc.ts';
import { variablesIn } from './last-words.ts';
import { listTools, type Said } from './mcp-session.ts';
import { placeholderFor } from './placeholder.ts';
import { confined } from './sandbox.ts';

/** The tools and instructions that a server showed. A lock contains only the digests of its instructions. */
export type Captured = Pick<AnsweringServer, 'tools' | 'instructions'>;

/** The same in the form of a lock. */
export const lockedTools = ({ tools, instructions }: Captured): Pick<Lock, 'tools' | 'instructions'> => ({
  tools,
  instructions: instructions.map(({ sha256: digest }) => digest),
});

const modest = {};
const capable = {
  roots: { listChanged: true },
  sampling: { tools: {}, context: {} },
  elicitation: { form: {}, url: {} },
  tasks: { list: {}, cancel: {}, requests: { sampling: { createMessage: {} }, elicitation: { create: {} } } },
};
const home = '/home/sandbox';

/** The values that a server gets instead of the user's. */
type Given = 'what it requires, no secrets' | 'what it requires, and secrets' | 'all that it declares';

/**
 * The server has a network only if the lock says so.
 * @throws Failure `capture` if the server answers in none of the variants, or with more than a lock can contain
 */
export async function captureTools(
  manifest: Manifest,
  lock: Lock,
  { registry, blobs }: { readonly registry: Pick<NpmRegistry, 'tarball'>; readonly blobs: BlobStore },
): Promise<Captured> {
  return inTemporaryFolder(async (temporary) => {
    const root = join(temporary, 'server');
    await installClosure(lock, root, {
      staging: join(temporary, 'staging'),
      blobs,
      platform: thisPlatform(),
      fetch: (name, version, integrity) => registry.tarball(name, version, integrity),
    });
    const said: Said[] = [];
    const failures: Failure[] = [];
    const listen = async (given: Given): Promise<void> => {
      for (const capabilities of [modest, capable])
        try {
          said.push(await listTools(await commandOf(manifest, lock, root, given), capabilities));
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
    if (said.length === 0 && [...environment, ...words].some(isOptional)) await listen('all that it declares');
    if (said.length === 0)
      throw failure === undefined
        ? new Failure('capture', 'the server was not started', 'report this')
        : withRemedy(failure, manifest.name, environment);
    return union(said);
  });
}

/** The remedy if a server did not start: one action, chosen by its output. */
function withRemedy(failure: Failure, name: string, declared: readonly EnvironmentInput[]): Failure {
  // If a server starts but sends answers that no client can use, another manifest does not help.
  if (failure.remedy !== checkLaunch) return failure;
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

/** The command line of the server in its sandbox, with a placeholder for everything that a user would have to give. */
async function commandOf(manifest: Manifest, lock: Lock, root: string, placed: Given): Promise<string[]> {
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
      .map((input) => [input.name, placeholderFor(input, home)]),
  );
  const given = (manifest.launch?.arguments ?? []).flatMap((argument) => {
    if (argument.type === 'fixed' || argument.default !== undefined) return [];
    const isFlag = argument.type === 'named' && argument.flag === true;
    if (argument.required !== true && (!all || isFlag)) return [];
    if (isFlag) return [argument.name];
    const value = placeholderFor(argument, home);
    return argument.type === 'named' ? [argument.name, value] : [value];
  });
  // Without its credential, even if it is required: servers often list their tools without it.
  const relaxed: Manifest = { ...manifest, launch: { ...manifest.launch, environment: inputs } };
  const planned = planLaunch(relaxed, lock, { given, environment, stateFolder: home, resolvePath: (path) => path });
  if (!planned.ok) throw new Failure('capture', planned.problems[0]?.message ?? '', planned.problems[0]?.remedy ?? '');
  return confined([process.execPath, join(root, planned.plan.script), ...planned.plan.arguments], {
    // Only the program itself: the files beside it belong to the user.
    read: [root, process.execPath],
    folder: home,
    environment: planned.plan.environment,
    network: lock.capture === 'network',
  });
}

/** Every captured definition once, by tool name. @throws Failure `capture` if a lock cannot contain them */
function union(said: readonly Said[]): Captured {
  const byName = new Map<string, Map<string, LockedTool['definitions'][number]>>();
  let bytes = 0;
  for (const definition of said.flatMap(({ tools }) => tools)) {
    const { name } = definition;
    const canonical = canonicalJson(definition);
    const digest = sha256(canonical);
    const definitions = byName.get(name) ?? new Map<string, LockedTool['definitions'][number]>();
    if (definitions.has(digest)) continue;
    bytes += canonical.byteLength;
    byName.set(name, definitions.set(digest, { sha256: digest, definition }));
  }
  const instructions = new Map(
    said.flatMap(({ instructions: text }) => (text === undefined ? [] : [[sha256(text), text] as const])),
  );
  if (byName.size > maxLockedTools) throw unusable(`it offers ${byName.size} tools; a lock can have ${maxLockedTools}`);
  if (bytes > maxToolsBytes) throw unusable(`its tools have ${bytes} bytes; a lock can have ${maxToolsBytes}`);
  if (instructions.size > maxInstructions)
    throw unusable(`it gave ${instructions.size} instructions; a lock can have ${maxInstructions}`);
  return {
    tools: [...byName]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, definitions]) => ({
        name,
        definitions: [...definitions.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)),
      })),
    instructions: [...instructions]
      .map(([digest, text]) => ({ sha256: digest, text }))
      .sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)),
  };
}
