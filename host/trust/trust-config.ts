import type { TrustConfig } from '../../schemas/types.ts';
import { systemCode, UsageError } from '../../core/failure.ts';
import { trustConfigFormat } from '../../core/formats.ts';
import { checkSigned, signersOf } from '../../core/metadata.ts';
import { openFormat } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';
import { readRegularFile, type ReadFile } from '../../core/regular-file.ts';
import type { Groups } from '../../core/audience.ts';
import { systemGroups } from './system-groups.ts';

/** A trust config that was read and does not contradict itself. */
export interface Trust {
  readonly config: TrustConfig;
  readonly groups: Groups;
  /** By server: the version that runs if no version is asked for. */
  readonly pins: ReadonlyMap<string, string>;
  readonly refreshAfterMs: number;
  /** Servers that may run without a sandbox. Only `findTrust` sets it, for the system's own trust config. */
  readonly unsandboxed?: ReadonlySet<string>;
}

const defaultRefreshAfterSeconds = 900;

/**
 * Reads and opens a trust config, without checking who can write it.
 * @throws what `readTrustFile` and `parseTrust` throw
 */
export const loadTrust = async (path: string): Promise<Trust> => parseTrust(path, readTrustFile(path).bytes);

/**
 * Reads the file through one handle. Returns its bytes with what the operating system says about that same open file.
 * @throws UsageError if it cannot be read; Refusal E_TRUST_CONFIG, E_TOO_LARGE
 */
export function readTrustFile(path: string): ReadFile {
  const remedy = 'give the file that your registry hands out';
  try {
    return readRegularFile(path, trustConfigFormat.maxBytes, { code: 'E_TRUST_CONFIG', remedy, follow: true });
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    const why =
      systemCode(cause) === 'ENOENT' ? 'does not exist' : `cannot be read (${systemCode(cause) ?? 'unknown'})`;
    throw new UsageError(
      `the trust config ${path} ${why}`,
      'give the one that your registry hands out with --trust; `npm start` in a registry makes one for development',
      { cause },
    );
  }
}

/**
 * Opens the trust config. It is the only file that is believed because of where it lies, not because of a signature.
 * @throws Refusal E_FORMAT, E_SCHEMA_VERSION, E_TRUST_CONFIG, and what is wrong with its root
 */
export function parseTrust(path: string, bytes: Uint8Array): Trust {
  const config = openFormat(trustConfigFormat, bytes, path);
  const refuse = (why: string, remedy: string): Refusal => new Refusal('E_TRUST_CONFIG', `${path} ${why}`, remedy);
  const { registry, root } = config;
  // The signature adds no trust here: the file is believed because of where it lies. This finds damaged or edited
  // files.
  checkSigned(root, signersOf(root.signed, 'root'), `the root in ${path}`);
  const url = URL.parse(registry.url);
  if (url === null) throw refuse(`names ${registry.url}, which is no address`, 'write it as https://mcp.example.com');
  const loopback = isLoopback(url);
  if (url.protocol !== 'https:' && !loopback)
    throw refuse(`names ${registry.url}, which is neither https nor on this machine`, 'use an https address');
  if (config.groups !== undefined && config.groupsFrom !== undefined)
    throw refuse('names groups, and takes them from the system too', 'give one of groups and groupsFrom');
  if (registry.environment === 'development' && !loopback)
    throw refuse(
      `trusts a development key for ${registry.url}, which is not on this machine`,
      'use a production registry: nobody reviewed what a development key signs',
    );
  const endpoint = config.audit?.endpoint;
  if (endpoint !== undefined && !isSafe(endpoint))
    throw refuse(
      `sends audit events to ${endpoint}, which is neither https nor on this machine`,
      'use an https address',
    );
  return {
    config,
    groups: groupsOf(config),
    pins: new Map(Object.entries(config.pins ?? {})),
    refreshAfterMs: (config.refreshAfterSeconds ?? defaultRefreshAfterSeconds) * 1000,
  };
}

function isSafe(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && (url.protocol === 'https:' || isLoopback(url));
}

const isLoopback = ({ hostname }: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

/** The system is asked once, and only if a server has an audience. */
function groupsOf({ groups, groupsFrom }: TrustConfig): Groups {
  let found: ReadonlySet<string> | undefined = groupsFrom === undefined ? new Set(groups) : undefined;
  return () => (found ??= systemGroups());
}
