import type { Approval, ApprovalStatement, Lock, ServerRecord } from '../../schemas/types.ts';
import { meetsAudience, type Groups } from '../../core/audience.ts';
import { Refusal } from '../../core/refusal.ts';
import { approvalFormat } from '../../core/formats.ts';
import { checkNotInFuture } from './clock.ts';
import { disagreements } from '../../artefacts/lock.ts';
import type { OpenKeyring } from '../../core/keyring.ts';
import {
  approvalPredicateType,
  artefactSubjectName,
  lockPath,
  manifestPath,
  openStatement,
  subjectNamed,
  type OpenStatement,
} from '../../core/statement.ts';

declare const verified: unique symbol;

/**
 * An approval whose signature, key window, subjects, name, version and time were checked. Only `openApproval` makes
 * one.
 */
export type VerifiedApproval = Approval & {
  readonly [verified]: true;
  /** SHA-256 of the bundle it came in. */
  readonly bundle: string;
  /** SHA-256 of the manifest's exact bytes. */
  readonly manifestDigest: string;
  /** SHA-256 of the lock's exact bytes. */
  readonly lockDigest: string;
};

/** The version that is asked for, and the device and time that it is checked against. */
export interface Wanted {
  readonly name: string;
  /** The record's entry for the version. */
  readonly entry: ServerRecord['versions'][number];
  readonly groups: Groups;
  readonly now: Date;
}

/**
 * Decides whether an approval lets one version of one server run here.
 *
 * Input: bytes from an unknown sender, the verified keyring, and the record's entry for the version. The online keys
 * choose the record, so they can show any approval that was ever signed. Therefore every field of the entry that is
 * used here must agree with the approval.
 *
 * Proved about the result: an approval key signed it within the key's validity, for this registry and environment. It
 * is for exactly this server, version, manifest, lock and artefact. It is valid now, and for this device. The launch is
 * taken from the approval, never from the record.
 *
 * - All refusals of `openStatement`: the bytes are not a signed approval, or the key may not sign it.
 * - E_NAME, E_VERSION: it approves a different server or version.
 * - E_DIGEST: it is not the bundle that the record names. After a key was revoked, the keyring lists the bundles that
 *   stay valid by this digest.
 * - E_SUBJECT: it was signed for a different manifest, lock or artefact; or the record gives a different revision,
 *   sequence, approval time or end of validity.
 * - E_CLOCK: by this machine's clock, it was signed in the future.
 * - E_EXPIRED: it is no longer valid.
 * - E_AUDIENCE: this device is in none of the groups that may run the server.
 *
 * Revocation is not checked here: `checkNotRevoked` does that, with the status.
 * @throws Refusal with one of these codes
 */
export function openApproval(bytes: Uint8Array, keyring: OpenKeyring, wanted: Wanted): VerifiedApproval {
  const { name, entry, groups, now } = wanted;
  const what = `the approval of ${name} ${entry.version}`;
  const { statement, bundle } = openNamed(bytes, keyring, wanted);
  const approval = statement.predicate;
  const { server } = approval;

  // Which files were signed? The subjects of the statement say so, by name and digest.
  const manifestDigest = subjectNamed(statement.subject, manifestPath(name), what).digest.sha256;
  const lockDigest = subjectNamed(statement.subject, lockPath(name), what).digest.sha256;
  if (server.artefact !== undefined) {
    const artefact = subjectNamed(statement.subject, artefactSubjectName(server.artefact), what);
    if (artefact.digest.sha256 !== server.artefact.sha256) throw mismatch(what, 'artefact');
  }
  // The record repeats some fields for readers that have no keys. They must be equal to the approval's.
  if (manifestDigest !== entry.manifest) throw mismatch(what, 'manifest');
  if (lockDigest !== entry.lock) throw mismatch(what, 'lock');
  const copied = (['revision', 'sequence', 'approvedAt', 'validUntil'] as const).find(
    (field) => approval[field] !== entry[field],
  );
  if (copied !== undefined) throw mismatch(what, copied);

  // Is it valid now, and for this device?
  checkNotInFuture(approval.approvedAt, now, what);
  if (now >= new Date(approval.validUntil))
    throw new Refusal(
      'E_EXPIRED',
      `${what} expired at ${approval.validUntil}`,
      `ask ${server.maintainer} to have it reviewed again`,
    );
  if (!meetsAudience(server.audience, groups))
    throw new Refusal(
      'E_AUDIENCE',
      `${name} is for ${server.audience?.join(', ')}; this device belongs to ${[...groups()].join(', ') || 'no group'}`,
      `ask ${server.maintainer} for access`,
    );
  return Object.assign(approval, { bundle, manifestDigest, lockDigest }) as VerifiedApproval;
}

/** Opens the approval that was asked for, whether or not it lets anything run here. */
function openNamed(
  bytes: Uint8Array,
  keyring: OpenKeyring,
  { name, entry }: Pick<Wanted, 'name' | 'entry'>,
): OpenStatement<ApprovalStatement> {
  const what = `the approval of ${name} ${entry.version}`;
  const opened = openStatement(approvalFormat, approvalPredicateType, bytes, keyring, what);
  const { server } = opened.statement.predicate;
  if (server.name !== name)
    throw new Refusal(
      'E_NAME',
      `${what} is for ${server.name}`,
      'tell the operator of the registry: its files are mixed up',
    );
  if (server.version !== entry.version)
    throw new Refusal(
      'E_VERSION',
      `${what} is for ${server.version}`,
      'tell the operator of the registry: its files are mixed up',
    );
  if (opened.bundle !== entry.bundle)
    throw new Refusal(
      'E_DIGEST',
      `${what} has the digest ${opened.bundle}, not ${entry.bundle}`,
      'fetch it again; if that does not help, tell the operator of the registry',
    );
  return opened;
}

/**
 * The groups that may run a version, undefined if everybody may. Only for lists: whether it may run here is for
 * `openApproval` to say.
 * @throws Refusal as `openStatement`; E_NAME, E_VERSION, E_DIGEST
 */
export const approvedAudience = (
  bytes: Uint8Array,
  keyring: OpenKeyring,
  wanted: Pick<Wanted, 'name' | 'entry'>,
): readonly string[] | undefined => openNamed(bytes, keyring, wanted).statement.predicate.server.audience;

const mismatch = (what: string, which: string): Refusal =>
  new Refusal(
    'E_SUBJECT',
    `${what} was signed for another ${which} than the registry shows`,
    'tell the operator of the registry: its files are mixed up',
  );

/**
 * Checks that the lock and the approved manifest agree about the artefact or the endpoint. The lock's bytes are already proved to be
 * the approved ones; this finds an approval whose manifest and lock do not belong together.
 * @throws Refusal E_LOCK
 */
export function checkLockBelongs(lock: Lock, { server }: VerifiedApproval): void {
  for (const { field, locked, declared } of disagreements(lock, server))
    throw new Refusal(
      'E_LOCK',
      `the lock's ${field.join('.')} is ${locked}, the approved manifest's ${declared}`,
      'tell the operator of the registry: its files are mixed up',
    );
}
