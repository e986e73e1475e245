/**
 * The approvals store: every approval ever signed, `<name>/<version>/<revision>.sigstore.json`, and beside them the
 * manifests and locks that they are about, by digest. It is only ever added to.
 */
import { lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { mapConcurrently } from '../../core/concurrency.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure, messageOf, systemCode } from '../../core/failure.ts';
import { versionFolder } from '../../core/inner-path.ts';
import type { OpenKeyring } from '../../core/keyring.ts';
import type { Problem } from '../../core/problem.ts';
import { lockPath, manifestPath, subjectNamed } from '../../core/statement.ts';
import type { OpenApproval, OpenedApproval, StoredApproval } from '../../catalog/published.ts';
import { asDiskFailure } from '../../core/disk.ts';
import writeFileAtomic from 'write-file-atomic';
import { createOnce } from '../create-once.ts';
import { ApprovalIndex, makerOf } from './approval-index.ts';
import { openStoredApproval } from './stored-approval.ts';

/** Files that are open at one time. */
const atOnce = 64;

/** What a store holds. */
export interface StoredApprovals {
  /** By name; the oldest first. */
  readonly approvals: ReadonlyMap<string, readonly StoredApproval[]>;
  /** The servers of which an approval cannot be used. What it said is not known, so nothing new of them is approved. */
  readonly damaged: ReadonlySet<string>;
  readonly problems: readonly Problem[];
  readonly open: OpenApproval;
  /** What is known of them, and of the records made of them. */
  readonly index: ApprovalIndex;
}

export class ApprovalsStore {
  readonly #approvals: string;
  readonly #subjects: string;
  readonly #index: string;
  readonly #program: string;

  /** `program` says which program it is that reads: what another one knew is read again. */
  constructor(folder: string, program: string) {
    this.#approvals = join(folder, 'approvals');
    this.#subjects = join(folder, 'subjects');
    this.#index = join(folder, 'index', 'approvals.json');
    this.#program = program;
  }

  /**
   * Every approval. Each is verified once, when it is first seen. One that is damaged is the fault of its server alone.
   * @throws Failure `approvals-store` where none can be used: that is no fault of a server
   */
  async readAll(keyring: OpenKeyring): Promise<StoredApprovals> {
    const index = await this.#readIndex(keyring);
    const files = (await this.#list()).filter((file) => file.endsWith('.sigstore.json')).sort();
    index.retain(new Set(files));
    const approvals: StoredApproval[] = [];
    const damage: { readonly name: string; readonly failure: Failure }[] = [];
    await mapConcurrently(files, atOnce, async (file) => {
      try {
        const mark = await markOf(join(this.#approvals, file));
        const known = index.approval(file, mark);
        if (known !== undefined) {
          approvals.push(known);
          return;
        }
        const { statement: _statement, bytes: _bytes, ...summary } = await this.#read(file, keyring);
        index.addApproval(file, mark, summary);
        approvals.push(summary);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        damage.push({ name: file.split(sep)[0] ?? file, failure: error });
      }
    });
    const [first] = damage;
    if (first !== undefined && approvals.length === 0) throw first.failure;
    approvals.sort((a, b) => a.sequence - b.sequence || a.revision - b.revision);
    return {
      approvals: Map.groupBy(approvals, ({ name }) => name),
      damaged: new Set(damage.map(({ name }) => name)),
      problems: damage.map(({ name, failure: { code, message, remedy } }) => ({
        code,
        file: manifestPath(name),
        message,
        remedy,
      })),
      open: async (approval) => {
        const opened = await this.#read(relativePath(approval), keyring);
        if (opened.digest === approval.digest) return opened;
        throw damaged(relativePath(approval), 'is not what it was when it was read first', undefined);
      },
      index,
    };
  }

  async #readIndex(keyring: OpenKeyring): Promise<ApprovalIndex> {
    const bytes = await readFile(this.#index).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    return ApprovalIndex.from(bytes, makerOf(this.#program, keyring));
  }

  /** Stores what is known now, for the next run. */
  async saveIndex(index: ApprovalIndex): Promise<void> {
    if (!index.changed) return;
    try {
      await mkdir(dirname(this.#index), { recursive: true });
      await writeFileAtomic(this.#index, Buffer.from(index.toBytes()));
    } catch (error) {
      throw asDiskFailure(error, this.#index);
    }
  }

  async #list(): Promise<string[]> {
    try {
      return await readdir(this.#approvals, { recursive: true });
    } catch (error) {
      // An empty store is one thing, an unreadable one another: sequences would begin again.
      if (systemCode(error) === 'ENOENT') return [];
      throw damaged(this.#approvals, 'cannot be read', error);
    }
  }

  async #read(file: string, keyring: OpenKeyring): Promise<OpenedApproval> {
    const path = join(this.#approvals, file);
    try {
      const bytes = await readFile(path);
      const approval = openApprovalFile(bytes, keyring);
      if (file !== relativePath(approval)) throw new Failure('approvals-store', 'it lies in the place of another', '');
      return approval;
    } catch (cause) {
      throw new Failure(
        'approvals-store',
        `the stored approval ${path} cannot be used: ${messageOf(cause)}`,
        'restore it from a copy; in development, delete it, and it is signed again',
        { cause },
      );
    }
  }

  /**
   * Adds an approval with the manifest and the lock that it is about, these first: an approval is never without them.
   * @throws Failure `approvals-store` where another approval has that place already
   */
  async add(approval: OpenedApproval, manifest: Uint8Array, lock: Uint8Array): Promise<void> {
    for (const subject of [manifest, lock]) await createOnce(join(this.#subjects, sha256(subject)), subject);
    const path = join(this.#approvals, relativePath(approval));
    if (!(await createOnce(path, approval.bytes)))
      throw new Failure(
        'approvals-store',
        `${path} is there already`,
        'another process signed at the same time: run the command again',
      );
  }

  /** A manifest or a lock by its digest. */
  async subject(digest: string): Promise<Buffer> {
    const path = join(this.#subjects, digest);
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw damaged(path, 'is missing', cause);
    });
    if (sha256(bytes) !== digest) throw damaged(path, 'is not what was signed', undefined);
    return bytes;
  }
}

/** What changes when somebody writes a file, or a disk loses a part of it. */
async function markOf(path: string): Promise<string> {
  const { size, mtimeMs } = await lstat(path);
  return `${size} ${mtimeMs}`;
}

/** Where an approval lies below the folder of approvals. */
const relativePath = ({ name, version, revision }: StoredApproval): string =>
  join(name, versionFolder(version), `${revision}.sigstore.json`);

const damaged = (path: string, why: string, cause: unknown): Failure =>
  new Failure('approvals-store', `${path} ${why}`, 'restore it from a copy, or from git', { cause });

/** Takes a bundle apart as the store holds it. @throws Refusal */
export function openApprovalFile(bytes: Uint8Array, keyring: OpenKeyring): OpenedApproval {
  const { statement, digest, keyHint, worthless, outdated } = openStoredApproval(bytes, keyring);
  const { server, revision, sequence, approvedAt, validUntil, source } = statement.predicate;
  const digestOf = (path: string): string => subjectNamed(statement.subject, path, 'a stored approval').digest.sha256;
  return {
    name: server.name,
    version: server.version,
    revision,
    sequence,
    approvedAt,
    validUntil,
    ...(source.commit !== undefined && { commit: source.commit }),
    ...(server.audience !== undefined && { audience: server.audience }),
    statement,
    bytes,
    digest,
    manifestDigest: digestOf(manifestPath(server.name)),
    lockDigest: digestOf(lockPath(server.name)),
    keyHint,
    ...(worthless !== undefined && { worthless }),
    ...(outdated !== undefined && { outdated }),
  };
}
