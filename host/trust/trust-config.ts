import { readFile } from 'node:fs/promises';
import type { TrustConfig } from '../../schemas/types.ts';
import { systemCode, UsageError } from '../../core/failure.ts';
import { trustConfigFormat } from '../../core/formats.ts';
import { checkSigned, signersOf } from '../../core/metadata.ts';
import { openFormat } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';

/** A trust config that agrees with itself. */
export interface Trust {
  readonly config: TrustConfig;
  readonly groups: ReadonlySet<string>;
  /** Versions that run where none is asked for, by server. */
  readonly pins: ReadonlyMap<string, string>;
  readonly refreshAfterMs: number;
}

const defaultRefreshAfterSeconds = 900;

/**
 * Reads what IT deployed: the one file that is believed for where it lies.
 * @throws UsageError where there is none; Refusal E_FORMAT, E_SCHEMA_VERSION, E_TRUST_CONFIG, and what is wrong with its root
 */
export async function loadTrust(path: string): Promise<Trust> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const why =
      systemCode(cause) === 'ENOENT' ? 'does not exist' : `cannot be read (${systemCode(cause) ?? 'unknown'})`;
    throw new UsageError(
      `the trust config ${path} ${why}`,
      'give the one that your registry hands out with --trust; `npm start` in a registry makes one for development',
      { cause },
    );
  }
  const config = openFormat(trustConfigFormat, bytes, path);
  const refuse = (why: string, remedy: string): Refusal => new Refusal('E_TRUST_CONFIG', `${path} ${why}`, remedy);
  const { registry, root } = config;
  // It is believed for where it lies; this finds what was cut short or edited.
  checkSigned(root, signersOf(root.signed, 'root'), `the root in ${path}`);
  const url = URL.parse(registry.url);
  if (url === null) throw refuse(`names ${registry.url}, which is no address`, 'write it as https://mcp.example.com');
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !loopback)
    throw refuse(`names ${registry.url}, which is neither https nor on this machine`, 'use an https address');
  if (registry.environment === 'development' && !loopback)
    throw refuse(
      `trusts a development key for ${registry.url}, which is not on this machine`,
      'use a production registry: nobody reviewed what a development key signs',
    );
  return {
    config,
    groups: new Set(config.groups),
    pins: new Map(Object.entries(config.pins ?? {})),
    refreshAfterMs: (config.refreshAfterSeconds ?? defaultRefreshAfterSeconds) * 1000,
  };
}
