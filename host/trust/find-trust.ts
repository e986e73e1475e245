/** Which trust config is in force: the one that IT deployed with the system, or the one that is given. */
import { realpath } from 'node:fs/promises';
import { systemCode, UsageError } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { otherWriters, type OpenedFile } from './other-writers.ts';
import { parseTrust, readTrustFile, type Trust } from './trust-config.ts';

/** Where IT deploys it. No variable of the environment decides: those are the user's. */
const systemTrustPath = {
  win32: 'C:\\ProgramData\\Countersign\\trust.json',
  darwin: '/Library/Application Support/Countersign/trust.json',
  linux: '/etc/countersign/trust.json',
}[process.platform as 'win32' | 'darwin' | 'linux'];

export interface FoundTrust {
  readonly trust: Trust;
  readonly path: string;
  /** Where the system has one, and another was given and is allowed: the system's. */
  readonly insteadOf?: Trust;
}

/** What is looked at; a test looks elsewhere. */
export interface Places {
  readonly system: string;
  /** Returns who else could write a file, which was opened already, or put another in its place. */
  readonly otherWriters: (path: string, opened: OpenedFile) => Promise<readonly string[]>;
}

/** A trust config that may not be given: the system has one of its own. */
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

/** @throws UsageError where there is none; Refusal E_TRUST_CONFIG, and what `parseTrust` throws */
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
  // Read before it is looked at: what is looked at is the file that was read.
  const { bytes, found } = readTrustFile(system);
  const writers = await places.otherWriters(system, found);
  if (writers.length > 0)
    throw new Refusal(
      'E_TRUST_CONFIG',
      `${writers[0] ?? ''}: whoever can write it decides what this device trusts`,
      'let the administrator alone own and write it and every folder above it',
    );
  const trust = parseTrust(system, bytes);
  if (given === undefined || (await realpath(given).catch(() => given)) === (await realpath(system)))
    return { trust, path: system };
  if (trust.config.allowOtherTrust !== true) throw new GivenTrustRefused(given, system, trust);
  return { trust: await loadGiven(given, places), path: given, insteadOf: trust };
}

/** A file that its user can write says nothing about what IT trusts: good enough for development on this machine. */
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

/** @throws Refusal E_TRUST_CONFIG where that cannot be found out */
async function exists(path: string): Promise<boolean> {
  try {
    await realpath(path);
    return true;
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? '')) return false;
    throw new Refusal(
      'E_TRUST_CONFIG',
      `${path} cannot be looked at (${systemCode(cause) ?? 'unknown'})`,
      'let everybody read it, and the administrator alone write it',
      { cause },
    );
  }
}
