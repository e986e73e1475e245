/** The lock: reading it, and everything about it that the schema cannot say. */
import type { Artefact, Lock, LockedTool, Manifest } from '../schemas/types.ts';
import { canonicalJson } from './canonical.ts';
import { checkClosure, checkLayout } from './closure.ts';
import { sha256 as digestOf } from './digest.ts';
import { lockFormat } from './formats.ts';
import { openFormat } from './open-format.ts';
import type { Fault } from './problem.ts';
import { Refusal } from './refusal.ts';

/** Reads a lock. @throws Refusal E_FORMAT, E_TOO_LARGE, E_SCHEMA_VERSION */
export const parseLock = (bytes: Uint8Array, what: string): Lock => openFormat(lockFormat, bytes, what);

/**
 * Reads a lock that a host is about to act on. That its dependencies fit and its tools hash is for the signer to know,
 * who computed both.
 * @throws Refusal, E_LOCK among others
 */
export function openLock(bytes: Uint8Array, what: string): Lock {
  const lock = parseLock(bytes, what);
  const [fault] = checkLayout(lock);
  if (fault !== undefined)
    throw new Refusal('E_LOCK', `${what}: ${fault.message}`, 'tell whoever runs the registry: the lock is broken');
  return lock;
}

/** Everything in a lock that contradicts the rest of it. */
export const checkLock = (lock: Lock): Fault[] => [
  ...checkClosure(lock),
  ...checkTools(lock.tools),
  ...(isSorted(lock.instructions) ? [] : [unsorted('instructions')]),
];

function checkTools(tools: readonly LockedTool[]): Fault[] {
  const faults: Fault[] = isSorted(tools.map(({ name }) => name)) ? [] : [unsorted('tools')];
  for (const { name, definitions } of tools) {
    if (!isSorted(definitions.map((definition) => definition.sha256))) faults.push(unsorted(`definitions of ${name}`));
    for (const { sha256: stated, definition } of definitions) {
      if (definition.name !== name)
        faults.push(broken('tool-name', `a definition of ${name} is named ${JSON.stringify(definition.name)}`));
      const actual = digestOf(canonicalJson(definition));
      if (actual !== stated)
        faults.push(broken('tool-digest', `a definition of ${name} has the digest ${actual}, not ${stated}`));
    }
  }
  return faults;
}

/** Strictly ascending: sorted, and nothing twice. */
const isSorted = (values: readonly string[]): boolean =>
  values.every((value, index) => index === 0 || (values[index - 1] ?? '') < value);

const unsorted = (what: string): Fault => broken('lock-order', `the ${what} are not sorted, or one stands there twice`);

const broken = (code: string, message: string): Fault => ({ code, message, remedy: 'run `registry lock` again' });

/** A field in which a lock is not about a manifest. */
export interface Disagreement {
  readonly field: readonly string[];
  readonly locked: string;
  readonly declared: string;
}

/** Every field in which a lock is about something else than a manifest with an artefact. */
export const disagreements = (lock: Lock, { name, version }: Manifest, { url, sha256 }: Artefact): Disagreement[] =>
  [
    { field: ['name'], locked: lock.name, declared: name },
    { field: ['version'], locked: lock.version, declared: version },
    { field: ['artefact', 'url'], locked: lock.artefact.url, declared: url },
    { field: ['artefact', 'sha256'], locked: lock.artefact.sha256, declared: sha256 },
  ].filter(({ locked, declared }) => locked !== declared);
