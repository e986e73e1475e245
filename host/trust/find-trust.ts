/** Decides which trust config is used: the one that IT deployed on this system, or the one given with `--trust`. */
import { realpath } from 'node:fs/promises';
import { systemCode, UsageError } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { otherWriters, type OpenedFile } from './other-writers.ts';
import { parseTrust, readTrustFile, type Trust } from './trust-config.ts';

/** Where IT deploys it. No environment variable can change this path, because the user controls those. */
const systemTrustPath = {
  win32: 'C:\\ProgramData\\Countersign\\trust.json',
  darwin: '/Library/Application Support/Countersign/trust.json',
  linux: '/etc/countersign/trust.json',
}[process.platform as 'win32' | 'darwin' | 'linux'];

export interface FoundTrust {
  readonly trust: Trust;
  readonly path: string;
  /** The system's own trust config, if a different one was given and is allowed to replace it. */
  readonly insteadOf?: Trust;
}

/** Where to look. Tests pass other places. */
export interface Places {
  readonly system: string;
  /** Says who, besides the administrator, could write or replace a file that was already opened. */
  readonly otherWriters: (path: string, opened: OpenedFile) => Promise<readonly string[]>;
}

/** A trust config was given, but the system has its own and does not allow another one. */
export class GivenTrustRefused extends Refusal {
  /** The system's. */
  readonly system: Trust;

  constructor(given: string, path: string, system: Trust) {
    super(
      'E_TRUST_CONFIG',
      `this device trusts what ${path} says; ${given} may not take its place`,
      'leave --trust out; the people who manage this device may allow others with allowOtherTrust',
    );
    this.system = system;
  }
}

/**
 * Finds the trust config that everything else is checked against. The config itself is not signed. It is believed only
 * because of where it lies: where the administrator alone can write.
 *
 * Input: the path given with `--trust`, if any. It comes from the user, or from an agent that acts as the user.
 *
 * Proved about the result: if the system has a trust config, it is used, unless that config itself allows the given
 * one. Only the administrator can write or replace the config that is used. The exception is a given config for
 * development, which the user may write. Only the system's own lets a server run without a sandbox: of a given one, this
 * is ignored, whoever could write it.
 *
 * - UsageError: the system has no trust config and none was given; or the file cannot be read.
 * - E_TRUST_CONFIG: it cannot be found out whether the system has one; or somebody besides the administrator can write
 *   or replace the system's config, or a given one for production. `GivenTrustRefused`: the system's config does not
 *   allow the given one.
 * - All refusals of `readTrustFile` and `parseTrust`: the file is too large, is not a trust config, or contradicts
 *   itself.
 *
 * @throws UsageError; Refusal with one of these codes
 */
export async function findTrust(
  given: string | undefined,
  places: Places = { system: systemTrustPath, otherWriters },
): Promise<FoundTrust> {
  const { system } = places;
  if (!(await exists(system))) {
    if (given === undefined)
      throw new UsageError(
        'no trust config is given, and this system has none',
        `name it with --trust <file>: your registry hands it out; for all users it belongs in ${system}`,
      );
    return { trust: await loadGiven(given, places), path: given };
  }
  // Read the file first, then check who can write it: the check is on the handle that was read, so that nobody can swap
  // the file in between.
  const { bytes, found } = readTrustFile(system);
  const writers = await places.otherWriters(system, found);
  if (writers.length > 0)
    throw new Refusal(
      'E_TRUST_CONFIG',
      `${writers[0] ?? ''}: only the administrator may decide what this device trusts`,
      'let only the administrator own and write it, and every folder above it',
    );
  const trust = parseTrust(system, bytes);
  if (given === undefined || (await realpath(given).catch(() => given)) === (await realpath(system)))
    return { trust: { ...trust, unsandboxed: new Set(Object.keys(trust.config.unsandboxed ?? {})) }, path: system };
  if (trust.config.allowOtherTrust !== true) throw new GivenTrustRefused(given, system, trust);
  return { trust: await loadGiven(given, places), path: given, insteadOf: trust };
}

/** A file that the user can write does not show what IT trusts. That is accepted for a development registry only. */
async function loadGiven(given: string, places: Places): Promise<Trust> {
  const { bytes, found } = readTrustFile(given);
  const trust = parseTrust(given, bytes);
  if (trust.config.registry.environment === 'development') return trust;
  const writers = await places.otherWriters(given, found);
  if (writers.length > 0)
    throw new Refusal(
      'E_TRUST_CONFIG',
      `${given} trusts a production registry, and ${writers[0] ?? ''}`,
      `have the administrator install it as ${places.system}`,
    );
  return trust;
}

/** @throws Refusal E_TRUST_CONFIG if it cannot be found out: an unreadable path must not count as a missing file */
async function exists(path: string): Promise<boolean> {
  try {
    await realpath(path);
    return true;
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? '')) return false;
    throw new Refusal(
      'E_TRUST_CONFIG',
      `${path} cannot be looked at (${systemCode(cause) ?? 'unknown'})`,
      'let everybody read it, and only the administrator write it',
      { cause },
    );
  }
}
