import type { Approval, Lock, ServerRecord } from '../../schemas/types.ts';
import { Refusal } from '../../core/refusal.ts';
import { approvalFormat } from '../../core/formats.ts';
import { checkCome } from './clock.ts';
import { disagreements } from '../../core/lock.ts';
import type { OpenKeyring } from '../../core/keyring.ts';
import {
  approvalPredicateType,
  artefactSubjectName,
  lockPath,
  manifestPath,
  openStatement,
  subjectNamed,
} from '../../core/statement.ts';

declare const verified: unique symbol;

/** An approval whose signature, key window, subjects, name, version and time were checked. Only `openApproval` makes one. */
export type VerifiedApproval = Approval & {
  readonly [verified]: true;
  /** SHA-256 of the bundle it came in. */
  readonly bundle: string;
  /** SHA-256 of the manifest's exact bytes. */
  readonly manifestDigest: string;
  /** SHA-256 of the lock's exact bytes. */
  readonly lockDigest: string;
};

/** What an approval is opened for. */
export interface Wanted {
  readonly name: string;
  /** The record's entry for the version. */
  readonly entry: ServerRecord['versions'][number];
  readonly groups: ReadonlySet<string>;
  readonly now: Date;
}

/**
 * Decides whether an approval lets one version of one server run here. What comes in is bytes of an unknown sender, the
 * verified keyring, and a record that the online keys chose: they may show any approval that was ever signed, so nothing
 * in the record is believed that the approval does not say too. What goes out was signed by an approval key in its time,
 * for this registry and environment, for exactly this server and version, this manifest, this lock and this artefact, and
 * is valid now, for this device. What is launched comes from it, and not from the record.
 *
 * - What `openStatement` refuses: bytes that are no signed approval, or are signed by a key that may not.
 * - E_NAME, E_VERSION: it approves another server, or another version, than was asked for.
 * - E_DIGEST: it is another bundle than the record names; a list of bundles that stay valid goes by that digest.
 * - E_SUBJECT: it was signed for another manifest, lock or artefact than the record names, or the record says something
 *   else than the approval of when it was given, how long it is valid, or which one it is.
 * - E_CLOCK: it was signed in the future, by this machine's clock.
 * - E_EXPIRED: it is valid no more.
 * - E_AUDIENCE: this device belongs to none of the groups that it is for.
 *
 * Whether the version was revoked since is what the status says (`checkNotRevoked`).
 * @throws Refusal with one of these codes
 */
export function openApproval(bytes: Uint8Array, keyring: OpenKeyring, wanted: Wanted): VerifiedApproval {
  const { name, entry, groups, now } = wanted;
  const what = `the approval of ${name} ${entry.version}`;
  const { statement, bundle } = openStatement(approvalFormat, approvalPredicateType, bytes, keyring, what);
  const approval = statement.predicate;
  const { server } = approval;

  // What was asked for.
  if (server.name !== name)
    throw new Refusal(
      'E_NAME',
      `${what} is one for ${server.name}`,
      'tell the operator of the registry: its files are mixed up',
    );
  if (server.version !== entry.version)
    throw new Refusal(
      'E_VERSION',
      `${what} is one for ${server.version}`,
      'tell the operator of the registry: its files are mixed up',
    );
  if (bundle !== entry.bundle)
    throw new Refusal(
      'E_DIGEST',
      `${what} has the digest ${bundle}, not ${entry.bundle}`,
      'fetch it again; if that does not help, tell the operator of the registry',
    );

  // What was signed: the subjects of the statement, by name and digest.
  const manifestDigest = subjectNamed(statement.subject, manifestPath(name), what).digest.sha256;
  const lockDigest = subjectNamed(statement.subject, lockPath(name), what).digest.sha256;
  if (server.artefact !== undefined) {
    const artefact = subjectNamed(statement.subject, artefactSubjectName(server.artefact), what);
    if (artefact.digest.sha256 !== server.artefact.sha256) throw mismatch(what, 'artefact');
  }
  // The record repeats some of it for readers without keys, and may not contradict it.
  if (manifestDigest !== entry.manifest) throw mismatch(what, 'manifest');
  if (lockDigest !== entry.lock) throw mismatch(what, 'lock');
  const copied = (['revision', 'sequence', 'approvedAt', 'validUntil'] as const).find(
    (field) => approval[field] !== entry[field],
  );
  if (copied !== undefined) throw mismatch(what, copied);

  // When, and for whom.
  checkCome(approval.approvedAt, now, what);
  if (now >= new Date(approval.validUntil))
    throw new Refusal(
      'E_EXPIRED',
      `${what} expired at ${approval.validUntil}`,
      `ask ${server.maintainer} to have it reviewed again`,
    );
  if (server.audience !== undefined && !server.audience.some((group) => groups.has(group)))
    throw new Refusal(
      'E_AUDIENCE',
      `${name} is for ${server.audience.join(', ')}; this device belongs to ${[...groups].join(', ') || 'no group'}`,
      `ask ${server.maintainer} for access`,
    );
  return Object.assign(approval, { bundle, manifestDigest, lockDigest }) as VerifiedApproval;
}

const mismatch = (what: string, which: string): Refusal =>
  new Refusal(
    'E_SUBJECT',
    `${what} was signed for another ${which} than the registry shows`,
    'tell the operator of the registry: its files are mixed up',
  );

/**
 * Whether a lock is what an approved manifest resolves to. Its bytes are the approved ones already: this finds an approval
 * whose parts do not fit together.
 * @throws Refusal E_LOCK; E_UNSUPPORTED where there is nothing to lock, as for a remote endpoint
 */
export function checkLockBelongs(lock: Lock, { server }: VerifiedApproval): void {
  if (server.artefact === undefined)
    throw new Refusal(
      'E_UNSUPPORTED',
      `${server.name} is a remote endpoint, which this program cannot run`,
      'connect your client to it directly',
    );
  for (const { field, locked, declared } of disagreements(lock, server, server.artefact))
    throw new Refusal(
      'E_LOCK',
      `the lock's ${field.join('.')} is ${locked}, the approved manifest's ${declared}`,
      'tell the operator of the registry: its files are mixed up',
    );
}
