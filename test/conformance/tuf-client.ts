/**
 * A TUF client's commands on the modules of the host, for the public conformance suite (README.md). What a host caches is
 * in `cache/` below the metadata folder; beside it are copies of what is believed, under the names that the suite looks at.
 */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sha256 } from '../../core/digest.ts';
import { endingOf } from '../../core/exit.ts';
import { UsageError } from '../../core/failure.ts';
import { rootFormat } from '../../core/formats.ts';
import { fileDeadlineMs } from '../../core/limits.ts';
import { binOf, checkSigned, keyringPath, signersOf, targetPath } from '../../core/metadata.ts';
import { openFormat } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';
import { openBin, openChain, type Chain } from '../../host/trust/chain.ts';
import { fetchFile } from '../../host/trust/fetch-file.ts';
import { HighWater } from '../../host/trust/high-water.ts';
import { MetadataFiles, type CachedTimestamp } from '../../host/trust/metadata-files.ts';
import { MetadataSource, type FetchMetadata } from '../../host/trust/metadata-source.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'metadata-dir': { type: 'string' },
    'metadata-url': { type: 'string' },
    'target-name': { type: 'string', multiple: true },
    'target-base-url': { type: 'string' },
    'target-dir': { type: 'string' },
  },
});

function given(name: Exclude<keyof typeof values, 'target-name'>): string {
  const value = values[name];
  if (value === undefined) throw new UsageError(`--${name} is missing`, 'see CLIENT-CLI.md of the suite');
  return value;
}

const fetchFrom =
  (base: string): FetchMetadata =>
  (name, maxBytes) =>
    fetchFile(`${base.replace(/\/$/u, '')}/${name}`, { maxBytes, signal: AbortSignal.timeout(fileDeadlineMs) });

/** Copies each file once it is believed, which it is when the next one is asked for, whatever becomes of that one. */
class CopyingSource extends MetadataSource {
  readonly #folder: string;
  readonly #opened = new Map<string, Uint8Array>();

  constructor(folder: string, ...rest: ConstructorParameters<typeof MetadataSource>) {
    super(...rest);
    this.#folder = folder;
  }

  override async timestamp(scope: string): Promise<CachedTimestamp> {
    await this.copyBelieved();
    const timestamp = await super.timestamp(scope);
    this.#opened.set('timestamp.json', timestamp.bytes);
    return timestamp;
  }

  override async open<T>(name: string, maxBytes: number, open: (bytes: Uint8Array) => T): Promise<T> {
    await this.copyBelieved();
    return super.open(name, maxBytes, (bytes) => {
      const opened = open(bytes);
      this.#opened.set(name.slice(name.indexOf('.') + 1), bytes);
      return opened;
    });
  }

  async copyBelieved(): Promise<void> {
    for (const [name, bytes] of this.#opened) await writeFile(join(this.#folder, name), bytes);
    this.#opened.clear();
  }
}

interface Refreshed {
  readonly chain: Chain;
  readonly source: CopyingSource;
  readonly seen: HighWater;
}

/** As `MetadataClient` does it, without what is ours alone: the keyring and the status. */
async function refresh(folder: string, url: string, now: Date): Promise<Refreshed> {
  const initial = await readFile(join(folder, 'cache/initial.json'));
  const root = openFormat(rootFormat, initial, 'the initial root');
  checkSigned(root, signersOf(root.signed, 'root'), 'the initial root');
  const files = new MetadataFiles(join(folder, 'cache/metadata'));
  const seen = await HighWater.open(join(folder, 'cache/seen'));
  const context = { config: { root }, seen, now };

  const previous = await openChain(new MetadataSource(files, now), context).catch(() => undefined);
  const source = new CopyingSource(folder, files, now, fetchFrom(url));
  const chain = await openChain(source, { ...context, ...(previous !== undefined && { previous }) });
  await source.copyBelieved();
  await source.cacheOpened();
  await files.cacheTimestamp(chain.timestampScope, chain.timestamp.version, chain.timestampFile);
  await seen.raise(chain.marks);
  return { chain, source, seen };
}

async function download(path: string, { chain, source, seen }: Refreshed, now: Date): Promise<void> {
  const named =
    path === keyringPath
      ? chain.targets.targets[keyringPath]
      : new Map(Object.entries((await openBin(source, chain, binOf(path), { seen, now })).bin.targets)).get(path);
  if (named === undefined) throw new Refusal('E_NOT_APPROVED', `nothing names ${path}`, 'ask for another target');
  const digest = named.hashes.sha256;
  const file = join(given('target-dir'), encodeURIComponent(path));
  const cached = await readFile(file).catch(() => undefined);
  if (cached !== undefined && sha256(cached) === digest) return;
  const published = targetPath(path, digest).replace(/^targets\//u, '');
  const bytes = await fetchFrom(given('target-base-url'))(published, named.length);
  if (sha256(bytes) !== digest) throw new Refusal('E_DIGEST', `${path} is not what is named`, 'fetch it again');
  await writeFile(file, bytes);
}

async function run(command: string | undefined): Promise<void> {
  const folder = given('metadata-dir');
  const now = new Date();
  switch (command) {
    case 'init': {
      const root = positionals[1] ?? '';
      await mkdir(join(folder, 'cache'), { recursive: true });
      await copyFile(root, join(folder, 'cache/initial.json'));
      return copyFile(root, join(folder, 'root.json'));
    }
    case 'refresh':
      return void (await refresh(folder, given('metadata-url'), now));
    case 'download': {
      const refreshed = await refresh(folder, given('metadata-url'), now);
      for (const path of values['target-name'] ?? []) await download(path, refreshed, now);
      return refreshed.source.cacheOpened();
    }
    default:
      throw new UsageError(`there is no command ${command ?? ''}`, 'see CLIENT-CLI.md of the suite');
  }
}

try {
  await run(positionals[0]);
} catch (error) {
  const { code, message } = endingOf(error);
  process.stderr.write(`${code}: ${message}\n`);
  process.exitCode = 1;
}
