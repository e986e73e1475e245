/**
 * The approvals store: every approval ever signed, `<name>/<version>/<revision>.sigstore.json`, and beside them the
 * manifests and locks that they are about, by digest, and their verification summaries, by the digest of the approval.
 * It is only ever added to.
 */
import { mapConcurrently } from '../../core/concurrency.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure, messageOf } from '../../core/failure.ts';
import { versionFolder } from '../../core/inner-path.ts';
import type { OpenKeyring } from '../../core/keyring.ts';
import { maxBundleBytes, maxIndexBytes, maxLockBytes } from '../../core/limits.ts';
import type { Problem } from '../../core/problem.ts';
import { lockPath, manifestPath, subjectNamed } from '../../core/statement.ts';
import type { OpenApproval, OpenedApproval, StoredApproval } from '../../catalog/published.ts';
import type { Listed, State } from '../state/state.ts';
import { ApprovalIndex, makerOf } from './approval-index.ts';
import { openStoredApproval } from './stored-approval.ts';
import { isSummaryOf } from './summary.ts';

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
  readonly #state: State;
  readonly #program: string;
  #indexVersion: string | undefined;

  /** `program` says which program it is that reads: what another one knew is read again. */
  constructor(state: State, program: string) {
    this.#state = state;
    this.#program = program;
  }

  /**
   * Every approval. Each is verified once, when it is first seen, or again where everything is to be read again. One that is damaged is the fault of its server alone.
   * @throws Failure `approvals-store` where none can be used: that is no fault of a server
   */
  async readAll(keyring: OpenKeyring, { reread }: { readonly reread?: true } = {}): Promise<StoredApprovals> {
    const index = await this.#readIndex(keyring, reread === true);
    const files = (await this.#list()).filter(({ path }) => path.endsWith('.sigstore.json'));
    index.retain(new Set(files.map(({ path }) => path)));
    const found: StoredApproval[] = [];
    const damage: { readonly name: string; readonly failure: Failure }[] = [];
    await mapConcurrently(files, atOnce, async ({ path, mark }) => {
      try {
        const known = index.approval(path, mark);
        if (known !== undefined) {
          found.push(known);
          return;
        }
        const { statement: _statement, bytes: _bytes, ...summary } = await this.#read(path, keyring);
        index.addApproval(path, mark, summary);
        found.push(summary);
      } catch (error) {
        if (!(error instanceof Failure && error.code === 'approvals-store')) throw error;
        damage.push({ name: path.split('/')[1] ?? path, failure: error });
      }
    });
    const [first] = damage;
    if (first !== undefined && found.length === 0) throw first.failure;
    found.sort((a, b) => a.sequence - b.sequence || a.revision - b.revision);
    return {
      approvals: Map.groupBy(found, ({ name }) => name),
      damaged: new Set(damage.map(({ name }) => name)),
      problems: damage.map(({ name, failure: { code, message, remedy } }) => ({
        code,
        file: manifestPath(name),
        message,
        remedy,
      })),
      open: async (approval) => {
        const opened = await this.#read(pathOf(approval), keyring);
        if (opened.digest === approval.digest) return opened;
        throw damaged(this.#state.place(pathOf(approval)), 'is not what it was when it was read first', undefined);
      },
      index,
    };
  }

  async #readIndex(keyring: OpenKeyring, reread: boolean): Promise<ApprovalIndex> {
    const stored = await this.#state.read(indexFile, maxIndexBytes);
    this.#indexVersion = stored?.version;
    return ApprovalIndex.from(reread ? undefined : stored?.bytes, makerOf(this.#program, keyring));
  }

  /** Stores what is known now, for the next run. Where another was quicker, what that one knows stays. */
  async saveIndex(index: ApprovalIndex): Promise<void> {
    if (index.changed) await this.#state.replace(indexFile, index.toBytes(), this.#indexVersion);
  }

  async #list(): Promise<Listed[]> {
    try {
      const files: Listed[] = [];
      for await (const file of this.#state.list(approvals)) files.push(file);
      return files;
    } catch (error) {
      // An empty store is one thing, an unreadable one another: sequences would begin again.
      throw error instanceof Failure ? error : damaged(this.#state.place(approvals), 'cannot be read', error);
    }
  }

  async #read(path: string, keyring: OpenKeyring): Promise<OpenedApproval> {
    try {
      const { bytes } = (await this.#state.read(path, maxBundleBytes)) ?? missing();
      const approval = openApprovalFile(bytes, keyring);
      if (path !== pathOf(approval)) throw new Failure('approvals-store', 'it lies in the place of another', '');
      return approval;
    } catch (cause) {
      // A state that does not answer is no fault of a server, which would be published no more.
      if (cause instanceof Failure && cause.code !== 'approvals-store' && cause.code !== 'state') throw cause;
      throw new Failure(
        'approvals-store',
        `the stored approval ${this.#state.place(path)} cannot be used: ${messageOf(cause)}`,
        'restore it from a copy; in development, delete it, and it is signed again',
        { cause },
      );
    }
  }

  /**
   * Adds an approval with the manifest and the lock that it is about and its summary, these first: an approval is never
   * without them.
   * @throws Failure `approvals-store` where another approval has that place already
   */
  async add(approval: OpenedApproval, manifest: Uint8Array, lock: Uint8Array, summary?: Uint8Array): Promise<void> {
    for (const subject of [manifest, lock]) await this.#state.create(`${subjects}/${sha256(subject)}`, subject);
    if (summary !== undefined) await this.#state.create(summaryPath(approval), summary);
    const path = pathOf(approval);
    if (!(await this.#state.create(path, approval.bytes)))
      throw new Failure(
        'approvals-store',
        `${this.#state.place(path)} is there already`,
        'another process signed at the same time: run the command again',
      );
  }

  /**
   * The verification summary of an approval. Nothing where it has none: those of endpoints and of older programs, or where
   * the key that signed it was revoked.
   * @throws Refusal where it is not the summary of this approval
   */
  async summary(approval: OpenedApproval, keyring: OpenKeyring): Promise<Uint8Array | undefined> {
    const stored = await this.#state.read(summaryPath(approval), maxBundleBytes);
    return stored !== undefined && isSummaryOf(approval, stored.bytes, keyring) ? stored.bytes : undefined;
  }

  /** A manifest or a lock by its digest. */
  async subject(digest: string): Promise<Buffer> {
    const path = `${subjects}/${digest}`;
    const place = this.#state.place(path);
    const stored = await this.#state.read(path, maxLockBytes).catch((cause: unknown) => {
      throw cause instanceof Failure ? cause : damaged(place, 'cannot be read', cause);
    });
    if (stored === undefined) throw damaged(place, 'is missing', undefined);
    if (sha256(stored.bytes) !== digest) throw damaged(place, 'is not what was signed', undefined);
    return stored.bytes;
  }
}

const approvals = 'approvals';
const subjects = 'subjects';
const summaries = 'summaries';
const indexFile = 'index/approvals.jsonl';

const pathOf = ({ name, version, revision }: Pick<StoredApproval, 'name' | 'version' | 'revision'>): string =>
  `${approvals}/${name}/${versionFolder(version)}/${revision}.sigstore.json`;

const summaryPath = ({ digest }: StoredApproval): string => `${summaries}/${digest}.sigstore.json`;

function missing(): never {
  throw new Failure('approvals-store', 'it is missing', '');
}

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
