/** A change that brings a server into a registry, as an attacker would write it, and its review. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { BlobStore } from '../../store/blob-store.ts';
import { canonicalJson, reviewableJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { openSources } from '../../artefacts/open-sources.ts';
import type { Lock, Manifest, Review } from '../../schemas/types.ts';
import type { CheckName } from '../../review/checks/checks.ts';
import { makeLock } from '../../resolve/lock.ts';
import type { Ended } from './command.ts';
import { temporaryFolder } from './folder.ts';
import { dependency } from './incident.ts';
import { startNpm, type FakePackage } from './npm-registry.ts';
import { proposeChange } from './proposed-change.ts';
import { emptyRegistry, type TinyRegistry } from './tiny-registry.ts';
import { tinyManifest } from './tiny-server.ts';

/** What differs from a change that nobody minds. */
export interface Poison {
  /** Beside, or in place of, those that are there. */
  readonly packages?: readonly FakePackage[];
  /** Of the server's package. */
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly description?: string;
  /** Lines at the end of the manifest. */
  readonly manifest?: string;
  /** Of the one tool of the server. */
  readonly tool?: Readonly<Record<string, unknown>>;
  readonly lock?: (lock: Lock) => Lock;
  /** Files that are in main, by path. */
  readonly base?: Readonly<Record<string, string>>;
  /** Files that the change writes, or with nothing takes away. */
  readonly change?: Readonly<Record<string, string | undefined>>;
  /** Instead of those that need neither a sandbox nor time. */
  readonly checks?: readonly CheckName[];
  /** More of the command line. */
  readonly words?: readonly string[];
  /** Of the npm registry. */
  readonly withDates?: boolean;
}

export interface Reviewed extends Ended {
  readonly review: Review;
  readonly page: string;
  readonly sarif: string;
  readonly tiny: TinyRegistry;
}

/** What locks are resolved as of, and when the change is committed. */
const asOf = new Date('2026-11-19T00:00:00Z');
const committedAt = '2026-11-20T12:00:00Z';

const usualChecks: readonly CheckName[] = ['policy', 'packages', 'advisories', 'tool-text'];

export const aDependency = (
  name: string,
  files: Readonly<Record<string, string>>,
  more: Readonly<Record<string, unknown>> = {},
): FakePackage => dependency(name, '1.0.0', files, more);

const greeting = { 'index.js': 'exports.greet = (name) => `hello ${name}`;\n' };

/** What main loads. */
const mainPackages: readonly FakePackage[] = [
  aDependency('well-kept', greeting),
  aDependency('notes-server', greeting, { bin: 'index.js', dependencies: { 'well-kept': '^1.0.0' } }),
];

const toolOf = (change: Readonly<Record<string, unknown>> = {}): Lock['tools'][number] => {
  const inputSchema = { type: 'object', properties: { name: { type: 'string' } } };
  const definition = { name: 'greet', description: 'Greets somebody by name.', inputSchema, ...change };
  return { name: definition.name, definitions: [{ sha256: sha256(canonicalJson(definition)), definition }] };
};

/** The manifest and the lock of a server as these packages have it. */
async function filesOf(
  name: string,
  packages: readonly FakePackage[],
  poison: Poison,
): Promise<Record<string, string>> {
  const npm = await startNpm(packages);
  try {
    const { description = 'Greets people.', manifest: more = '', tool, lock = (made) => made } = poison;
    const manifest = tinyManifest(sha256(npm.tarball(`${name}-server`, '1.0.0')), '1.0.0', more, name)
      .replace('npm:tiny-server', `npm:${name}-server`)
      .replace(/^description: .*$/mu, () => `description: ${JSON.stringify(description)}`);
    const resolver = {
      ...(await openSources({ npmRegistry: npm.url })),
      blobs: new BlobStore(await temporaryFolder()),
    };
    const made = await makeLock(parse(manifest) as Manifest, asOf, false, resolver);
    return {
      [`servers/${name}.yaml`]: manifest,
      [`servers/${name}.lock.json`]: Buffer.from(reviewableJson(lock({ ...made, tools: [toolOf(tool)] }))).toString(),
    };
  } finally {
    await npm.close();
  }
}

let mainFiles: Promise<Record<string, string>> | undefined;

async function writeAll(tiny: TinyRegistry, files: Readonly<Record<string, string | undefined>>): Promise<void> {
  for (const [path, content] of Object.entries(files))
    if (content === undefined) await rm(join(tiny.folder, path));
    else await tiny.write(path, content);
}

/**
 * Brings the server `guest` into a registry that has a server `notes` with the tool `read_note`, and reviews it as CI
 * does: committed, on a branch, against main.
 */
export async function reviewPoisoned(poison: Poison): Promise<Reviewed> {
  const { packages = [], dependencies = {}, base = {}, change = {}, withDates = true } = poison;
  const { checks = usualChecks, words = ['--no-capture'] } = poison;
  const all = [...mainPackages, aDependency('guest-server', greeting, { bin: 'index.js', dependencies }), ...packages];
  const tiny = await emptyRegistry(all, { withDates });
  mainFiles ??= filesOf('notes', mainPackages, { tool: { name: 'read_note' } });
  await writeAll(tiny, { '.gitignore': '.npm/\n.registry/\nreports/\n', ...(await mainFiles), ...base });
  const files = await filesOf('guest', all, poison);
  const proposed = await proposeChange(tiny.folder, () => writeAll(tiny, { ...files, ...change }), committedAt);
  const reports = ['--markdown', 'reports/page.md', '--sarif', 'reports/review.sarif', '--sbom', 'reports'];
  const only = checks.length === 0 ? [] : ['--only', ...checks];
  const ended = await tiny.run('scan', '--base', proposed.base, '--json', ...reports, ...words, ...only);
  const report = (file: string): Promise<string> => readFile(join(tiny.folder, 'reports', file), 'utf8');
  // A run that came to no review tells why.
  const review = JSON.parse(ended.stdout) as Review | { readonly error: unknown };
  if ('error' in review) throw new Error(`${ended.status}: ${ended.stderr}`);
  return { ...ended, review, page: await report('page.md'), sarif: await report('review.sarif'), tiny };
}
