/**
 * Facts about the manifests and locks in a registry's history, by the git ids of their bytes. An id always stands for
 * the same bytes, so each file is read and checked only once, and the cost of a run depends only on what changed. The
 * index is made only from git. If it is missing, or another version of the program made it, it is made again.
 */
import { sha256 } from '../core/digest.ts';
import { readManifest } from '../core/manifest.ts';
import { parseLock } from '../artefacts/lock.ts';
import { Refusal } from '../core/refusal.ts';
import { manifestPath } from '../core/statement.ts';
import type { Lock, Manifest } from '../schemas/types.ts';
import { outlineOf, type LockOutline } from './lock-outline.ts';
import { readStoredLines, storedLines, type StoredHead } from './stored-lines.ts';

/** The facts about a manifest. */
export interface ManifestFacts {
  /** Of its exact bytes. */
  readonly sha256: string;
  /** Absent where the schema of this program rejects it. */
  readonly manifest?: Manifest;
}

/** A server in which no rule found a problem. */
export interface SoundServer {
  readonly manifest: Required<ManifestFacts>;
  /** Absent where there is no lock. */
  readonly lock?: LockOutline;
}

/** The two files of a server, by their git ids. */
export interface FilePair {
  readonly name: string;
  readonly manifest: string;
  /** Absent where there is no lock. */
  readonly lock?: string;
}

const format = 1;

export class FileIndex {
  /** The program that made it. Facts from another program are not used. */
  readonly #program: string;
  /** By server and id: a manifest must have the name of its file. */
  readonly #manifests = new Map<string, ManifestFacts>();
  readonly #locks = new Map<string, LockOutline>();
  /** Pairs of manifest and lock in which no rule found a problem. */
  readonly #sound = new Set<string>();
  /** Manifests without anything that looks like a credential. */
  readonly #clean = new Set<string>();
  readonly #asked = new Set<string>();
  #changed = false;
  /** What the state says of the file that it was read from, so that no other is written over; undefined for none. */
  readonly storedAs: string | undefined;

  constructor(program: string, storedAs?: string) {
    this.#program = program;
    this.storedAs = storedAs;
  }

  /** Whether facts were added since it was read. */
  get changed(): boolean {
    return this.#changed;
  }

  manifest(name: string, id: string): ManifestFacts | undefined {
    return this.#ask(this.#manifests, manifestKey(name, id));
  }

  lock(id: string): LockOutline | undefined {
    return this.#ask(this.#locks, id);
  }

  /** What is known of the files of a server in which no rule found a problem. */
  sound(pair: FilePair): SoundServer | undefined {
    const key = pairKey(pair);
    this.#asked.add(key);
    if (!this.#sound.has(key)) return undefined;
    const facts = this.manifest(pair.name, pair.manifest);
    const lock = pair.lock === undefined ? undefined : this.lock(pair.lock);
    if (facts?.manifest === undefined || (pair.lock !== undefined && lock === undefined)) return undefined;
    return { manifest: { ...facts, manifest: facts.manifest }, ...(lock !== undefined && { lock }) };
  }

  /** Whether a manifest holds nothing that looks like a credential. False where nobody looked. */
  isClean(name: string, id: string): boolean {
    this.#asked.add(manifestKey(name, id));
    return this.#clean.has(manifestKey(name, id));
  }

  addManifest(name: string, id: string, bytes: Uint8Array, manifest = readable(name, bytes)): ManifestFacts {
    const facts = { sha256: sha256(bytes), ...(manifest !== undefined && { manifest }) };
    return this.addManifestFacts(name, id, facts);
  }

  addManifestFacts(name: string, id: string, facts: ManifestFacts): ManifestFacts {
    return this.#add(this.#manifests, manifestKey(name, id), facts);
  }

  addLock(id: string, bytes: Uint8Array, lock = readableLock(bytes)): LockOutline {
    return this.addLockOutline(id, outlineOf(bytes, lock));
  }

  addLockOutline(id: string, outline: LockOutline): LockOutline {
    return this.#add(this.#locks, id, outline);
  }

  addSound(pair: FilePair): void {
    const key = pairKey(pair);
    this.#asked.add(key);
    this.#sound.add(key);
    this.#changed = true;
  }

  addClean(name: string, id: string): void {
    this.#clean.add(manifestKey(name, id));
    this.#changed = true;
  }

  #ask<T>(facts: ReadonlyMap<string, T>, key: string): T | undefined {
    this.#asked.add(key);
    return facts.get(key);
  }

  #add<T>(facts: Map<string, T>, key: string, value: T): T {
    facts.set(key, value);
    this.#asked.add(key);
    this.#changed = true;
    return value;
  }

  /** As it is stored: what this run did not ask about is left out. */
  toBytes(): Uint8Array {
    return storedLines(headOf(this.#program), () => this.#rows());
  }

  *#rows(): Generator<Row> {
    const asked = this.#asked;
    for (const [key, facts] of this.#manifests) if (asked.has(key)) yield ['manifest', key, facts];
    for (const [id, outline] of this.#locks) if (asked.has(id)) yield ['lock', id, outline];
    for (const key of this.#sound) if (asked.has(key)) yield ['sound', key];
    for (const key of this.#clean) if (asked.has(key)) yield ['clean', key];
  }

  #take(row: Row): void {
    if (row[0] === 'manifest') this.#manifests.set(row[1], row[2]);
    else if (row[0] === 'lock') this.#locks.set(row[1], row[2]);
    else if (row[0] === 'sound') this.#sound.add(row[1]);
    else this.#clean.add(row[1]);
  }

  /** An empty index if another program wrote the bytes, or they are damaged. Then every file is read again. */
  static from(bytes: Uint8Array | undefined, program: string, storedAs?: string): FileIndex {
    const index = new FileIndex(program, storedAs);
    const whole = readStoredLines(bytes, headOf(program), (row) => index.#take(row as Row));
    return whole ? index : new FileIndex(program, storedAs);
  }
}

type Row =
  | readonly ['manifest', key: string, ManifestFacts]
  | readonly ['lock', id: string, LockOutline]
  | readonly ['sound' | 'clean', key: string];

const headOf = (program: string): StoredHead => ({ format, program });

const manifestKey = (name: string, id: string): string => `${name} ${id}`;
const pairKey = ({ name, manifest, lock = '-' }: FilePair): string => `${name} ${manifest} ${lock}`;

function readable(name: string, bytes: Uint8Array): Manifest | undefined {
  const read = readManifest(manifestPath(name), bytes);
  return read.ok ? read.document.value : undefined;
}

function readableLock(bytes: Uint8Array): Lock | undefined {
  try {
    return parseLock(bytes, 'a past lock');
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
