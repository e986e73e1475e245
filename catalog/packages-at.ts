/**
 * The packages of all locks at a commit. What was counted at an earlier commit is kept, and only the locks that differ
 * are read: those that came are counted, those that went are taken out. It is safe to lose.
 */
import { parseLock } from '../artefacts/lock.ts';
import { Refusal } from '../core/refusal.ts';
import { git } from '../core/git.ts';
import { identityOf, type PackageIdentity } from './lock-outline.ts';
import { partsOf } from '../artefacts/kinds.ts';
import { withClone } from './objects/clone.ts';
import { readStoredLines, storedLines } from './stored-lines.ts';

/** A package, and in how many locks it is. */
interface Counted {
  readonly identity: PackageIdentity;
  locks: number;
}

const head = { format: 1 };

export class CountedPackages {
  /** The git ids of the locks whose packages are counted. */
  #locks = new Set<string>();
  /** By integrity. */
  readonly #packages = new Map<string, Counted>();
  #changed = false;

  /** Whether it counts other locks than when it was read. */
  get changed(): boolean {
    return this.#changed;
  }

  get all(): PackageIdentity[] {
    return [...this.#packages.values()].map(({ identity }) => identity);
  }

  /** Counts the locks of a commit, and no others. @throws Failure `git` */
  async moveTo(root: string, commit: string): Promise<void> {
    const locks = await locksOf(root, commit);
    const [come, gone] = [locks.difference(this.#locks), this.#locks.difference(locks)];
    if (come.size + gone.size === 0) return;
    this.#changed = true;
    await withClone(root, async (objects) => {
      for (const id of gone) for (const each of packagesIn(await objects.blob(id))) this.#takeOut(each);
      for (const id of come) for (const each of packagesIn(await objects.blob(id))) this.#count(each);
    });
    this.#locks = locks;
  }

  #count(identity: PackageIdentity): void {
    const counted = this.#packages.get(identity.integrity);
    if (counted === undefined) this.#packages.set(identity.integrity, { identity, locks: 1 });
    else counted.locks++;
  }

  #takeOut({ integrity }: PackageIdentity): void {
    const counted = this.#packages.get(integrity);
    if (counted !== undefined && --counted.locks === 0) this.#packages.delete(integrity);
  }

  toBytes(): Uint8Array {
    return storedLines(head, (): Row[] => [...this.#locks, ...this.#packages.values()]);
  }

  /** With nothing counted where the bytes are of another form, or cut short. */
  static from(bytes: Uint8Array | undefined): CountedPackages {
    const counted = new CountedPackages();
    const whole = readStoredLines(bytes, head, (read) => {
      const row = read as Row;
      if (typeof row === 'string') counted.#locks.add(row);
      else counted.#packages.set(row.identity.integrity, row);
    });
    return whole ? counted : new CountedPackages();
  }
}

/** The git id of a lock, or a package. */
type Row = string | Counted;

async function locksOf(root: string, commit: string): Promise<Set<string>> {
  const listed = await git(root, 'ls-tree', '-r', '-z', commit, '--', 'servers/');
  return new Set(listed.split('\0').flatMap((line) => lockFile.exec(line)?.groups?.['id'] ?? []));
}

const lockFile = /^100(?:644|755) blob (?<id>[0-9a-f]+)\tservers\/[^/]+\.lock\.json$/su;

/** Each once. None in a lock that cannot be read. */
function packagesIn(bytes: Uint8Array): Iterable<PackageIdentity> {
  try {
    const packages = partsOf(parseLock(bytes, 'a lock of the base')).map(identityOf);
    return new Map(packages.map((each) => [each.integrity, each])).values();
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}
