/**
 * What is known of the approvals of a store, so that a run opens only what is new. An
 * approval is never changed, so what was read once stays right. The index is made from the store alone: where it is
 * missing, or another program or keyring made it, every approval is opened again.
 */
import { sha256 } from '../../core/digest.ts';
import type { OpenKeyring } from '../../core/keyring.ts';
import type { StoredApproval } from '../../catalog/published.ts';
import { readStoredLines, storedLines, type StoredHead } from '../../catalog/stored-lines.ts';

/** An approval, and the mark of the file that it was read from: a file with another mark is read again. */
interface KnownApproval {
  readonly mark: string;
  readonly approval: StoredApproval;
}

const format = 1;

export class ApprovalIndex {
  readonly #madeBy: string;
  /** By path in the store. */
  readonly #approvals = new Map<string, KnownApproval>();
  #changed = false;

  constructor(madeBy: string) {
    this.#madeBy = madeBy;
  }

  /** Whether it knows more, or less, than when it was read. */
  get changed(): boolean {
    return this.#changed;
  }

  approval(path: string, mark: string): StoredApproval | undefined {
    const known = this.#approvals.get(path);
    return known?.mark === mark ? known.approval : undefined;
  }

  addApproval(path: string, mark: string, approval: StoredApproval): void {
    this.#approvals.set(path, { mark, approval });
    this.#changed = true;
  }

  /** Forgets what the store does not have any more. */
  retain(paths: ReadonlySet<string>): void {
    for (const path of this.#approvals.keys()) if (!paths.has(path)) this.#changed = this.#approvals.delete(path);
  }

  toBytes(): Uint8Array {
    return storedLines(headOf(this.#madeBy), () => this.#approvals);
  }

  /** An empty one where the bytes were made by another program or keyring, or are cut short. */
  static from(bytes: Uint8Array | undefined, madeBy: string): ApprovalIndex {
    const index = new ApprovalIndex(madeBy);
    const whole = readStoredLines(bytes, headOf(madeBy), (row) => index.#approvals.set(...(row as Row)));
    return whole ? index : new ApprovalIndex(madeBy);
  }
}

type Row = readonly [path: string, KnownApproval];

const headOf = (madeBy: string): StoredHead => ({ format, madeBy });

/** Whether an approval can still be used depends on the program and on the keyring. */
export const makerOf = (program: string, { registry, environment, keys }: OpenKeyring): string =>
  sha256(
    Buffer.from(
      JSON.stringify([
        ...[program, registry, environment],
        [...keys.values()].map(({ hint, validFrom, validUntil, revoked }) => [
          ...[hint, validFrom, validUntil],
          revoked === undefined ? null : [revoked.since, [...revoked.stillCount].sort()],
        ]),
      ]),
    ),
  );
