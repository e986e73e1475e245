import { openBundle } from '../../core/bundle.ts';
import { approvalFormat } from '../../core/formats.ts';
import { countsStill, withoutRevocation, type OpenKeyring } from '../../core/keyring.ts';
import { openJson } from '../../core/open-format.ts';
import { Refusal } from '../../core/refusal.ts';
import { checkFormat } from '../../core/schema.ts';
import { approvalPredicateType, checkPredicateType, checkSignedFor, signedFor } from '../../core/statement.ts';
import type { ApprovalStatement } from '../../schemas/types.ts';

interface Opened {
  readonly statement: ApprovalStatement;
  readonly digest: string;
  readonly keyHint: string;
  /** Its key was revoked, and the keyring does not list it. */
  readonly worthless?: true;
  readonly outdated?: string;
}

/**
 * Opens an approval that was signed once, perhaps under an older manifest schema: what today's says against the
 * manifest inside is reported, what it says against the approval itself is refused. One whose key was stolen is opened
 * too, and marked: its numbers are taken.
 * @throws Refusal
 */
export function openStoredApproval(bytes: Uint8Array, keyring: OpenKeyring): Opened {
  const what = 'a stored approval';
  const opened = openBundle(bytes, keyring, what);
  const value = openJson(approvalFormat, opened.payload, what);
  checkPredicateType(value, approvalPredicateType, what);
  const checked = checkFormat(approvalFormat, value);
  const violations = checked.ok ? [] : checked.violations;
  const own = violations.find(({ path }) => path[0] !== 'predicate' || path[1] !== 'server' || path.length < 3);
  if (own !== undefined)
    throw new Refusal('E_FORMAT', `${what} is no approval: ${own.message}`, 'restore it from a copy');
  const statement = value as ApprovalStatement;
  const counts = countsStill(opened.key, opened.digest);
  const signer = counts ? opened : { ...opened, key: withoutRevocation(opened.key) };
  checkSignedFor(signedFor(statement), signer, keyring, what);
  return {
    statement,
    digest: opened.digest,
    keyHint: opened.key.hint,
    ...(!counts && { worthless: true }),
    ...(violations[0] !== undefined && { outdated: violations[0].message }),
  };
}
