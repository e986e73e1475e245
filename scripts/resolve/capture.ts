/** Captures a server's tools: started confined, with and without credentials, for a modest and for a capable client. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { planLaunch } from '../../core/launch.ts';
import { thisPlatform } from '../../core/platform.ts';
import { installClosure } from '../../host/store/install.ts';
import type { BlobStore } from '../../core/blob-store.ts';
import type { NpmRegistry } from '../../core/npm-registry.ts';
import type { Lock, LockedTool, Manifest } from '../../schemas/types.ts';
import { listTools, type Said } from './mcp-session.ts';
import { confined } from './sandbox.ts';

export type Captured = Pick<Lock, 'tools' | 'instructions'>;

const modest = {};
const capable = {
  roots: { listChanged: true },
  sampling: { tools: {}, context: {} },
  elicitation: { form: {}, url: {} },
  tasks: { list: {}, cancel: {}, requests: { sampling: { createMessage: {} }, elicitation: { create: {} } } },
};
const folder = '/home/sandbox';
const placeholder = 'placeholder';

/** @throws Failure `capture` where the server answers in none of the variants */
export async function captureTools(
  manifest: Manifest,
  lock: Lock,
  { registry, blobs }: { readonly registry: NpmRegistry; readonly blobs: BlobStore },
): Promise<Captured> {
  const temporary = await mkdtemp(join(tmpdir(), 'countersign-capture-'));
  try {
    const root = join(temporary, 'server');
    await installClosure(lock, root, {
      staging: join(temporary, 'staging'),
      blobs,
      platform: thisPlatform(),
      fetch: (name, version, integrity) => registry.tarball(name, version, integrity),
    });
    const secrets = manifest.launch?.environment?.some(({ secret }) => secret === true) ?? false;
    const said: Said[] = [];
    const failures: Failure[] = [];
    for (const withSecrets of secrets ? [false, true] : [true])
      for (const capabilities of [modest, capable])
        try {
          said.push(await listTools(commandOf(manifest, lock, root, withSecrets), capabilities));
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          failures.push(error);
        }
    // A server may well refuse to start without its credential; it must not refuse always.
    if (said.length === 0) throw failures[0] ?? new Failure('capture', 'the server was not started', 'report this');
    return union(said);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The command line of the server in its sandbox, with a placeholder for everything that a user would have to give. */
function commandOf(manifest: Manifest, lock: Lock, root: string, withSecrets: boolean): string[] {
  const inputs = (manifest.launch?.environment ?? []).filter(
    ({ required, secret }) => secret !== true || withSecrets || required !== true,
  );
  const environment = Object.fromEntries(
    inputs
      .filter(
        ({ required, secret, default: preset }) =>
          preset === undefined && (required === true || (secret === true && withSecrets)),
      )
      .map(({ name, choices }) => [name, choices?.[0] ?? placeholder]),
  );
  const given = (manifest.launch?.arguments ?? []).flatMap((argument) => {
    if (argument.type === 'fixed' || argument.required !== true || argument.default !== undefined) return [];
    const value = argument.choices?.[0] ?? (argument.format === 'filepath' ? folder : placeholder);
    return argument.type === 'named' ? [argument.name, value] : [value];
  });
  // Without its credential even where it is required: servers often list their tools all the same.
  const relaxed: Manifest = { ...manifest, launch: { ...manifest.launch, environment: inputs } };
  const planned = planLaunch(relaxed, lock, { given, environment, stateFolder: folder, resolvePath: (path) => path });
  if (!planned.ok) throw new Failure('capture', planned.problems[0]?.message ?? '', planned.problems[0]?.remedy ?? '');
  return confined([process.execPath, join(root, planned.plan.script), ...planned.plan.arguments], {
    read: [root, dirname(process.execPath)],
    folder,
    environment: planned.plan.environment,
  });
}

/** Every definition that was seen, by tool name, each once. */
function union(said: readonly Said[]): Captured {
  const byName = new Map<string, Map<string, LockedTool['definitions'][number]>>();
  for (const definition of said.flatMap(({ tools }) => tools)) {
    const name = String(definition.name);
    const digest = sha256(canonicalJson(definition));
    const definitions = byName.get(name) ?? new Map<string, LockedTool['definitions'][number]>();
    byName.set(name, definitions.set(digest, { sha256: digest, definition }));
  }
  const instructions = new Set(
    said.flatMap((each) => (each.instructions === undefined ? [] : [sha256(each.instructions)])),
  );
  return {
    tools: [...byName]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, definitions]) => ({
        name,
        definitions: [...definitions.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)),
      })),
    instructions: [...instructions].sort(),
  };
}
