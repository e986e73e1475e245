/**
 * All reasons why a host does not believe a registry, why a signer does not believe a repository, or why something is
 * not allowed.
 */
export type RefusalCode =
  /** Bytes that are not the format they should be. */
  | 'E_FORMAT'
  /** A format version that this program does not know. */
  | 'E_SCHEMA_VERSION'
  /** More bytes, entries or nesting than the limit. */
  | 'E_TOO_LARGE'
  /** Bytes whose digest is not the signed one. */
  | 'E_DIGEST'
  /** A signature that does not verify. */
  | 'E_SIGNATURE'
  /** A key that the keyring does not hold. */
  | 'E_KEY'
  /** A signature from outside the key's life. */
  | 'E_KEY_WINDOW'
  /** A signature of a key that was stolen. */
  | 'E_KEY_REVOKED'
  /** Signed by fewer keys than must sign. */
  | 'E_THRESHOLD'
  /** A file names a path that the keys that signed it may not name. */
  | 'E_DELEGATION'
  /** A statement of another kind than expected. */
  | 'E_PREDICATE'
  /** Signed for another registry. */
  | 'E_REGISTRY'
  /** Signed for development where production is trusted, or the reverse. */
  | 'E_ENVIRONMENT'
  /** A file of another server under this name. */
  | 'E_NAME'
  /** Another version than asked for. */
  | 'E_VERSION'
  /** A signed subject that is not what was fetched. */
  | 'E_SUBJECT'
  /** Something signed that is no longer valid. */
  | 'E_EXPIRED'
  /** A clock that is behind something already signed. */
  | 'E_CLOCK'
  /** Older than something this host has already seen. */
  | 'E_ROLLBACK'
  /** Revoked, withdrawn or below the oldest version that may run. */
  | 'E_REVOKED'
  /** Deprecated, and past its sunset. */
  | 'E_SUNSET'
  /** Nothing of that name or version is approved. */
  | 'E_NOT_APPROVED'
  /** The signed audience does not include this device. */
  | 'E_AUDIENCE'
  /** A lock that contradicts the approved manifest, or itself. */
  | 'E_LOCK'
  /** A package archive with something in it that must not be there. */
  | 'E_ARCHIVE'
  /** Installed files that are not the approved ones. */
  | 'E_TREE'
  /** A store that another account could change, or something in it that is not what belongs there. */
  | 'E_STORE'
  /** Files above or beside the installed tree from which code would be loaded. */
  | 'E_AMBIENT_CODE'
  /** A trust config that cannot be trusted. */
  | 'E_TRUST_CONFIG'
  /** This host's own memory of the registry cannot be read. */
  | 'E_STATE'
  /** An approved server that this program cannot run. */
  | 'E_UNSUPPORTED'
  /** Permissions that this machine cannot enforce, or that ask for what stays hidden from every server. */
  | 'E_SANDBOX'
  /** An object of git whose content is not what its id says. */
  | 'E_OBJECT'
  | EvidenceCode;

/** All reasons why a signer does not believe that a commit was approved. */
export type EvidenceCode =
  /** Another repository than the configured one. */
  | 'E_EVIDENCE_REPOSITORY'
  /** A commit that is not on the main line of the protected branch. */
  | 'E_EVIDENCE_BRANCH'
  /** The commit that was signed last is not on the main line. */
  | 'E_EVIDENCE_HISTORY'
  /** The commit is not the merge of exactly one pull request. */
  | 'E_EVIDENCE_PULL_REQUEST'
  /** A pull request with more commits than the forge lists, or whose list is not all of them. */
  | 'E_EVIDENCE_COMMITS'
  /** Merged files that are not those that were reviewed. */
  | 'E_EVIDENCE_FILES'
  /** A writer of the change whom the forge does not identify. */
  | 'E_EVIDENCE_WRITER'
  /** A reviewer asked for changes, and that is not resolved. */
  | 'E_EVIDENCE_CHANGES_REQUESTED'
  /** A role for which nobody approved what was merged. One person counts for one role only. */
  | 'E_EVIDENCE_REVIEW'
  /** A role without a team, or with another team than configured. */
  | 'E_EVIDENCE_TEAM'
  /** A policy that cannot be read, so that it is not known who must approve. */
  | 'E_EVIDENCE_POLICY'
  /** An answer of the forge that is not what its documentation says. */
  | 'E_EVIDENCE_ANSWER';

/** The registry answered and we do not believe it, or the policy does not allow it. Never retried, never downgraded. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  /** What the person can do now. */
  readonly remedy: string;

  constructor(code: RefusalCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}
