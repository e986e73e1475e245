// Generated from the JSON Schemas in this folder by `npm run types`. Do not edit.

/**
 * 64 lower-case hexadecimal digits.
 */
export type Sha256 = string;
/**
 * 128 lower-case hexadecimal digits.
 */
export type Sha512 = string;
/**
 * The environment in which a signature is valid. It is always stated, never guessed. Hosts refuse signatures of the other environment.
 */
export type Environment = 'production' | 'development';
/**
 * The registry's identity in every signature. It never changes, even when the address of the registry changes.
 */
export type RegistryId = string;
/**
 * A moment in UTC, to the second.
 */
export type Timestamp = string;
/**
 * The checks, and who ran them.
 *
 * @maxItems 100
 */
export type Checks = Check[];
/**
 * A calendar day, year first.
 */
export type Day = string;
/**
 * Lower-case letters, digits and single hyphens. It is also the file's name.
 */
export type ServerName = string;
/**
 * Any printable ASCII string without spaces that begins with a letter or a digit. Quote it in YAML.
 */
export type Version = string;
/**
 * The most sensitive data that the server can reach.
 */
export type DataClass = 'public' | 'internal' | 'confidential' | 'restricted';
/**
 * A person's or a team's address.
 */
export type Email = string;
/**
 * One word on the server's command line, fixed or given by the user.
 */
export type Argument = FixedArgument | PositionalArgument | NamedArgument;
/**
 * A semver range, or a list of exact versions if the versions are not semver.
 */
export type VersionSet = string | Version[];
/**
 * The SHA-256 of a metadata key's canonical JSON.
 */
export type KeyId = string;
/**
 * Signatures over the canonical JSON of the signed part.
 *
 * @maxItems 64
 */
export type MetadataSignatures = MetadataSignature[];
/**
 * The version of The Update Framework that the file follows: any of the first major version.
 */
export type TufVersion = string;
/**
 * The version number of the file within its role. It only grows.
 */
export type MetadataVersion = number;
/**
 * In bytes.
 */
export type FileLength = number;
/**
 * Base64 of the SHA-256 of the key's SubjectPublicKeyInfo in DER, in the form that cosign uses.
 */
export type KeyHint = string;
export type CapturedServer = AnsweringServer | UncapturedServer;
/**
 * One definition, or several if it depends on the client's capabilities or the credential; sorted by digest.
 *
 * @minItems 1
 * @maxItems 16
 */
export type LockedDefinitions = LockedDefinition[];
/**
 * As in a lock.
 *
 * @minItems 1
 * @maxItems 2000
 */
export type Offers = LockedOffer[];
/**
 * A list that is not pinned.
 */
export type UnpinnedList = 'prompts' | 'resourceTemplates' | 'resources';
/**
 * How many of the keys must sign.
 */
export type Threshold = number;
/**
 * What a host does with the version: run it, run it with a warning, or refuse it.
 */
export type LifecycleState = 'active' | 'deprecated' | 'revoked' | 'withdrawn';
/**
 * Sorted by name. Absent where there are none.
 */
export type CatalogOffers = CatalogOffer[];
/**
 * An https address.
 */
export type HttpsUrl = string;
/**
 * The artefact and everything it loads, for every platform; what that is depends on the kind of artefact.
 */
export type Closure = NpmClosure | PypiClosure | OciClosure | McpbClosure | TarballClosure | GitClosure | RemoteClosure;
/**
 * What the package.json in the tarball says: an SPDX expression or other words. Absent where it says nothing.
 */
export type StatedLicense = string;
/**
 * The SHA-512 of a package's tarball in the form of W3C Subresource Integrity. No other hash is accepted.
 */
export type Integrity = string;
/**
 * As in package.json: names, or names after an exclamation mark, which are excluded.
 *
 * @maxItems 50
 */
export type PlatformList = string[];
/**
 * Names in `peerDependencies` that may be missing.
 *
 * @maxItems 500
 */
export type OptionalPeers = string[];
/**
 * The packages inside the archive, sorted by path. They have no archive of their own, and are loaded from there.
 *
 * @minItems 1
 * @maxItems 5000
 */
export type BundledPackages = BundledPackage[];
/**
 * Absent for a working tree that differs from every commit.
 */
export type CommitOrNone = string | null;
/**
 * What may be done with the change; where nothing changes, whether there is something to do: nothing, something to look at, or something that blocked a change.
 */
export type Verdict = 'may-merge' | 'needs-a-person' | 'must-not-merge' | 'nothing-due' | 'to-look-at' | 'due';
/**
 * `block` must not be merged, `review` needs a person, `note` is worth knowing.
 */
export type Level = 'block' | 'review' | 'note';
/**
 * The verified part of what the publisher of the artefact attests.
 */
export type Provenance = VerifiedProvenance | NoProvenance;
/**
 * The keys whose signatures are valid.
 *
 * @minItems 1
 * @maxItems 32
 */
export type MetadataKeyIds = KeyId[];
/**
 * The name of an account.
 */
export type Login = string;
/**
 * The id from the forge. It is never used for anything else.
 */
export type NumericId = number;
/**
 * A key that signs in production.
 */
export type KeyAddress = string;

export interface Formats {
  approval?: ApprovalStatement;
  'audit-event'?: AuditEvent;
  bin?: BinMetadata;
  bundle?: Bundle;
  captured?: CapturedTools;
  catalog?: Catalog;
  holders?: TrustHolders;
  index?: RegistryIndex;
  inventory?: Inventory;
  keyring?: Keyring;
  listing?: Listing;
  lock?: Lock;
  manifest?: Manifest;
  policy?: Policy;
  publication?: Publication;
  record?: ServerRecord;
  registry?: RegistryConfig;
  review?: Review;
  root?: RootMetadata;
  search?: SearchIndex;
  'server-detail'?: ServerDetail;
  signer?: SignerConfig;
  snapshot?: SnapshotMetadata;
  status?: StatusStatement;
  'stored-review'?: StoredReview;
  targets?: TargetsMetadata;
  timestamp?: TimestampMetadata;
  'trust-config'?: TrustConfig;
  'verification-summary'?: VerificationSummary;
  view?: View;
}
/**
 * The payload of an approval: an in-toto Statement v1 that allows one version of one server to run.
 */
export interface ApprovalStatement {
  /**
   * in-toto's name of the format.
   */
  _type: 'https://in-toto.io/Statement/v1';
  /**
   * The artefact, the manifest and the lock, each by name and digest.
   *
   * @minItems 2
   * @maxItems 3
   */
  subject: Subject[];
  /**
   * The type of this predicate.
   */
  predicateType: 'urn:countersign:approval:v1';
  predicate: Approval;
}
/**
 * What the statement is about.
 */
export interface Subject {
  /**
   * A package URL, or a path in the repository.
   */
  name: string;
  digest: DigestSet;
}
/**
 * Digests of the exact bytes, in hexadecimal.
 */
export interface DigestSet {
  sha256: Sha256;
  sha512?: Sha512;
}
/**
 * Who approved a version, with which checks, and until when.
 */
export interface Approval {
  /**
   * The version of this predicate.
   */
  schemaVersion: 1;
  environment: Environment;
  registry: RegistryId;
  /**
   * The number of this approval among all approvals of the server. It only grows.
   */
  sequence: number;
  /**
   * The number of this approval among those of the same version.
   */
  revision: number;
  /**
   * Only approvals are signed.
   */
  decision: 'approved';
  approvedAt: Timestamp;
  validUntil: Timestamp;
  /**
   * How many hours a host may run it without contact with the registry.
   */
  offlineHours: number;
  verifier: SigningProgram;
  policy: PolicyReference;
  source: Source;
  /**
   * Who approved. Empty in development, which needs no reviewers.
   *
   * @maxItems 100
   */
  reviewers: ApprovingReviewer[];
  checks: Checks;
  review?: SignersReview;
  upstream?: Upstream;
  /**
   * Whether every byte is pinned, or only the address and the tools of an endpoint.
   */
  assurance: 'bytes' | 'endpoint';
  server: Manifest;
}
/**
 * The program that checked and signed.
 */
export interface SigningProgram {
  /**
   * Its name.
   */
  id: string;
  /**
   * Its version.
   */
  version: string;
}
/**
 * The policy that applied.
 */
export interface PolicyReference {
  /**
   * Its path in the repository.
   */
  uri: 'policy.yaml';
  digest: PolicyDigest;
}
/**
 * Digest of its exact bytes.
 */
export interface PolicyDigest {
  sha256: Sha256;
}
/**
 * Where the manifest and the lock came from. Empty when development signs a working tree.
 */
export interface Source {
  /**
   * Its numeric id at the code host.
   */
  repository?: string;
  /**
   * The merged commit.
   */
  commit?: string;
  /**
   * Its number.
   */
  pullRequest?: number;
}
/**
 * A person's approval of a commit.
 */
export interface ApprovingReviewer {
  /**
   * The person's id at the code host.
   */
  id: string;
  /**
   * The role in which the person approved.
   */
  role: string;
  /**
   * The approved commit.
   */
  commit: string;
}
/**
 * One check and its result.
 */
export interface Check {
  /**
   * The name of the tool.
   */
  tool: string;
  /**
   * Its version.
   */
  version: string;
  /**
   * The result of the check.
   */
  result: 'passed' | 'failed';
  /**
   * Who ran it.
   */
  ranBy: 'signer' | 'reported';
  report?: Sha256;
}
/**
 * The signer's own review: when it was made, and what it found that people accepted.
 */
export interface SignersReview {
  reviewedAt: Timestamp;
  advisoriesAsOf?: Day;
  /**
   * What needs a person: those who approved the change saw it, or the policy makes an exception for it. Notes are left out.
   *
   * @maxItems 200
   */
  findings: SignedFinding[];
}
/**
 * One finding.
 */
export interface SignedFinding {
  /**
   * The id of the rule.
   */
  rule: string;
  /**
   * As in the review. What blocks is signed only where the policy makes an exception.
   */
  level: 'block' | 'review';
  /**
   * What it is about.
   */
  subject: string;
  /**
   * What was found, at most so much of it.
   */
  message: string;
  exception?: SignedException;
}
/**
 * The exception in the policy that accepts it.
 */
export interface SignedException {
  /**
   * Why it may be accepted.
   */
  reason: string;
  expires: Day;
}
/**
 * The verified part of what the artefact's own publisher attests.
 */
export interface Upstream {
  /**
   * The publisher's repository.
   */
  repository: string;
  /**
   * The workflow that built it.
   */
  workflow: string;
  /**
   * The commit it was built from.
   */
  commit: string;
}
/**
 * One MCP server as a contributor describes it: servers/<name>.yaml. The lock beside it contains what it resolves to.
 */
export interface Manifest {
  name: ServerName;
  /**
   * The server's name for people.
   */
  title?: string;
  version: Version;
  /**
   * The address of the team or person here who is responsible for the server.
   */
  maintainer: string;
  /**
   * What an agent can do with it, in a sentence or two.
   */
  description: string;
  /**
   * The address of its source code.
   */
  repository?: string;
  /**
   * Where its users find documentation.
   */
  homepage?: string;
  /**
   * An SPDX expression.
   */
  license?: string;
  /**
   * Words to find it by.
   *
   * @maxItems 20
   */
  tags?: string[];
  /**
   * What it may do. Each entry is action:object, such as read:invoices.
   *
   * @minItems 1
   * @maxItems 50
   */
  scope: string[];
  data_classification: DataClass;
  /**
   * Why personal data may be processed (GDPR, article 6).
   */
  lawful_basis:
    'consent' | 'contract' | 'legal_obligation' | 'vital_interests' | 'public_task' | 'legitimate_interests';
  /**
   * Laws and standards that apply to the data that it reaches.
   *
   * @maxItems 4
   */
  compliance?: ('hipaa' | 'pci-dss' | 'sox' | 'gdpr')[];
  /**
   * Groups whose members may run it. Absent means everyone. It limits who launches the server; who can read about it, only where views are published.
   *
   * @minItems 1
   * @maxItems 50
   */
  audience?: string[];
  /**
   * Systems that it connects to.
   *
   * @maxItems 50
   */
  backends?: string[];
  /**
   * Why people in this organisation need it.
   */
  justification?: string;
  /**
   * Its name in another registry, such as io.github.owner/server.
   */
  upstream?: string;
  /**
   * Addresses of other packages and endpoints of the same server. Nobody reviewed them.
   *
   * @minItems 1
   * @maxItems 20
   */
  alternatives?: string[];
  /**
   * The day of the last access review.
   */
  reviewed_at: string;
  /**
   * Who did that review.
   *
   * @minItems 1
   * @maxItems 20
   */
  reviewers: Email[];
  artefact?: Artefact;
  remote?: Remote;
  launch?: Launch;
  /**
   * The sources of its secrets on the host, and what the secrets must allow. Never the secrets themselves.
   *
   * @maxItems 20
   */
  credentials?: Credential[];
  permissions?: Permissions;
  limits?: Limits;
  tools?: Tools;
  /**
   * Versions that are deprecated, revoked or withdrawn. Only the newest commit of the main branch counts.
   *
   * @maxItems 200
   */
  lifecycle?: LifecycleEntry[];
}
/**
 * The artefact that runs. Give either this or `remote`.
 */
export interface Artefact {
  /**
   * npm:<name>@<version>, pypi:<name>==<version>, oci://<host>/<path>:<tag>, https://….mcpb, https://….tgz or git+https://…#<commit>.
   */
  url: string;
  /**
   * SHA-256 of the served file; for OCI, the digest of the index; for git, the digest of the sorted listing of files.
   */
  sha256: string;
}
/**
 * An endpoint, instead of an artefact. Only its tools can be pinned.
 */
export interface Remote {
  /**
   * Its https address. ${name} means the value of the variable of that name; the host may only depend on a variable that lists its choices.
   */
  url: string;
  /**
   * How clients talk to it.
   */
  transport: 'streamable-http' | 'sse';
  /**
   * Headers that are sent with every request, beside those of the protocol itself.
   *
   * @minItems 1
   * @maxItems 50
   */
  headers?: HeaderInput[];
  /**
   * What ${name} stands for in the address and in the values of headers.
   *
   * @minItems 1
   * @maxItems 50
   */
  variables?: RemoteVariable[];
  authorization?: RemoteAuthorization;
}
/**
 * One header of the requests to an endpoint: its `value` here, or a value that the user gives.
 */
export interface HeaderInput {
  /**
   * The header's name. Upper and lower case count the same. Headers that the protocol itself sets are refused.
   */
  name: string;
  /**
   * What the header is for, and where to get its value.
   */
  description: string;
  /**
   * What is always sent. ${name} means the value of the variable of that name; where one has none, the header is left out.
   */
  value?: string;
  /**
   * Whether the endpoint cannot be used without it.
   */
  required?: boolean;
  /**
   * Whether its value must not be shown or logged. Such a value never stands in a manifest.
   */
  secret?: boolean;
  /**
   * What a value must be, if not any text. `number`: a decimal number. `boolean`: true or false.
   */
  format?: 'number' | 'boolean';
  /**
   * The value when the user gives none.
   */
  default?: string;
  /**
   * The only values that are accepted.
   *
   * @minItems 1
   * @maxItems 100
   */
  choices?: string[];
}
/**
 * A value that the user gives, for the address of an endpoint and its headers.
 */
export interface RemoteVariable {
  /**
   * Its name, as it stands in ${name}.
   */
  name: string;
  /**
   * What the user should give.
   */
  description: string;
  /**
   * Whether the endpoint cannot be used without it.
   */
  required?: boolean;
  /**
   * Whether its value must not be shown or logged. It may stand in a header and not in the address.
   */
  secret?: boolean;
  /**
   * What a value must be, if not any text. `number`: a decimal number. `boolean`: true or false.
   */
  format?: 'number' | 'boolean';
  /**
   * The value when the user gives none.
   */
  default?: string;
  /**
   * The only values that are accepted.
   *
   * @minItems 1
   * @maxItems 100
   */
  choices?: string[];
}
/**
 * Where people sign in, if the endpoint wants OAuth. Hosts ask no other authorization server, whichever the endpoint names.
 */
export interface RemoteAuthorization {
  /**
   * The https address by which the authorization server calls itself, exactly as `issuer` of its metadata has it.
   */
  issuer: string;
  /**
   * What the authorization server knows hosts as: a public client whose redirects go to this machine. Absent: each host registers itself.
   */
  client_id?: string;
  /**
   * What hosts ask for. Absent: what the authorization server gives to those who ask for nothing.
   *
   * @minItems 1
   * @maxItems 50
   */
  scopes?: string[];
}
/**
 * How it is started. Absent: an npm package's only bin, an OCI image's entrypoint, no arguments.
 */
export interface Launch {
  /**
   * The name of one of the package's bins.
   */
  command?: string;
  /**
   * Fixed words, and the arguments that the user may add after `--`, in this order.
   *
   * @maxItems 100
   */
  arguments?: Argument[];
  /**
   * Every environment variable that the server gets. It sees no other.
   *
   * @maxItems 100
   */
  environment?: EnvironmentInput[];
  transport?: LaunchTransport;
}
/**
 * A word that is always passed.
 */
export interface FixedArgument {
  /**
   * A fixed word.
   */
  type: 'fixed';
  /**
   * The word. ${name} means the value of the argument or variable of that name, ${state} a folder that the host keeps only for this server.
   */
  value: string;
}
/**
 * A word that the user gives after `--`.
 */
export interface PositionalArgument {
  /**
   * Given by the user.
   */
  type: 'positional';
  /**
   * Its name in messages.
   */
  name: string;
  /**
   * What the user should give.
   */
  description: string;
  /**
   * Whether the server cannot start without it.
   */
  required?: boolean;
  /**
   * Whether it may be given more than once. Only the last positional argument may.
   */
  repeated?: boolean;
  /**
   * Whether it must not be shown or logged.
   */
  secret?: boolean;
  /**
   * What a value must be, if not any text. `filepath`: a path, which the host makes absolute, starting from the current folder of the user; the server itself starts in its own folder. `number`: a decimal number. `boolean`: true or false.
   */
  format?: 'filepath' | 'number' | 'boolean';
  /**
   * The value when the user gives none. ${name} means the value of the argument or variable of that name, ${state} a folder that the host keeps only for this server.
   */
  default?: string;
  /**
   * The value that is used while the tools are captured. It has the form that the server accepts, and is never a real secret. Hosts do not use it.
   */
  placeholder?: string;
  /**
   * The only values that are accepted.
   *
   * @minItems 1
   * @maxItems 100
   */
  choices?: string[];
}
/**
 * An option that the user gives after `--`.
 */
export interface NamedArgument {
  /**
   * Given by the user, by name.
   */
  type: 'named';
  /**
   * The option, exactly as the user types it.
   */
  name: string;
  /**
   * What it does.
   */
  description: string;
  /**
   * Whether the option has no value.
   */
  flag?: boolean;
  /**
   * Whether the server cannot start without it.
   */
  required?: boolean;
  /**
   * Whether it may be given more than once.
   */
  repeated?: boolean;
  /**
   * Whether its value must not be shown or logged.
   */
  secret?: boolean;
  /**
   * What a value must be, if not any text. `filepath`: a path, which the host makes absolute, starting from the current folder of the user; the server itself starts in its own folder. `number`: a decimal number. `boolean`: true or false.
   */
  format?: 'filepath' | 'number' | 'boolean';
  /**
   * The value when the user gives none. ${name} means the value of the argument or variable of that name, ${state} a folder that the host keeps only for this server.
   */
  default?: string;
  /**
   * The value that is used while the tools are captured. It has the form that the server accepts, and is never a real secret. Hosts do not use it.
   */
  placeholder?: string;
  /**
   * The only values that are accepted.
   *
   * @minItems 1
   * @maxItems 100
   */
  choices?: string[];
}
/**
 * One environment variable of the server.
 */
export interface EnvironmentInput {
  /**
   * The variable's name. Variables that change which code is loaded are refused.
   */
  name: string;
  /**
   * What the variable is for, and where to get its value.
   */
  description: string;
  /**
   * Whether the server cannot start without it.
   */
  required?: boolean;
  /**
   * Whether its value must not be shown or logged.
   */
  secret?: boolean;
  /**
   * What a value must be, if not any text. `filepath`: a path, which the host makes absolute, starting from the current folder of the user; the server itself starts in its own folder. `number`: a decimal number. `boolean`: true or false.
   */
  format?: 'filepath' | 'number' | 'boolean';
  /**
   * Its value when the user sets none. ${name} means the value of the argument or variable of that name, ${state} a folder that the host keeps only for this server.
   */
  default?: string;
  /**
   * The value that is used while the tools are captured. It has the form that the server accepts, and is never a real secret. Hosts do not use it.
   */
  placeholder?: string;
  /**
   * The only values that are accepted.
   *
   * @minItems 1
   * @maxItems 100
   */
  choices?: string[];
}
/**
 * How clients talk to it, if not over its standard input and output. Hosts cannot start such a server yet.
 */
export interface LaunchTransport {
  /**
   * The transport that it listens with.
   */
  type: 'streamable-http' | 'sse';
  /**
   * The port that it listens on, unless it is told another one. Absent: `port_input` always tells it.
   */
  port?: number;
  /**
   * The argument or variable that tells it another port: one that `launch` declares.
   */
  port_input?: string;
  /**
   * The path of its endpoint. Absent means /.
   */
  path?: string;
}
/**
 * A secret that the host provides.
 */
export interface Credential {
  /**
   * The variable that carries it: one that `launch` declares as secret. Give either this or `header`.
   */
  environment?: string;
  /**
   * The header that carries it: one that `remote` declares as secret.
   */
  header?: string;
  /**
   * Where the user gets it.
   */
  source: string;
  /**
   * The least that the secret must allow.
   */
  scope: string;
}
/**
 * What it may reach. Absent means none.
 */
export interface Permissions {
  /**
   * Hosts it may connect to, as host:port.
   *
   * @maxItems 100
   */
  network?: string[];
  filesystem?: FileSystem;
  /**
   * Names of the variables it may see: each one that `launch` declares.
   *
   * @maxItems 100
   */
  environment?: string[];
  /**
   * What it may ask of the client and its user: `roots` (which folders they work in), `sampling` (a text by the client's model), `elicitation` (an input of the user). Absent means nothing.
   *
   * @maxItems 3
   *
   * Items: Something that a client can do for a server.
   */
  client?: ('elicitation' | 'roots' | 'sampling')[];
}
/**
 * Paths outside its own files that it may use.
 */
export interface FileSystem {
  /**
   * Paths it may read. ${name} means the value of the argument or variable of that name. Its own files and ${state} need no entry.
   *
   * @maxItems 50
   */
  read?: string[];
  /**
   * Paths it may read and change.
   *
   * @maxItems 50
   */
  write?: string[];
}
/**
 * How much of it one user may use.
 */
export interface Limits {
  /**
   * Calls of its tools in one minute. More are answered with an error that says when to try again. Absent means 600.
   */
  calls_per_minute?: number;
}
/**
 * Which of its tools agents may use, and what reviewers know about them.
 */
export interface Tools {
  /**
   * The only tools that agents may use. Absent means all that the lock lists.
   *
   * @maxItems 500
   */
  allow?: string[];
  /**
   * Properties that reviewers confirmed, by tool.
   */
  labels?: {
    /**
     * @minItems 1
     * @maxItems 3
     */
    [k: string]: ('destructive' | 'private-data' | 'untrusted-content')[];
  };
}
/**
 * The state of some versions.
 */
export interface LifecycleEntry {
  versions: VersionSet;
  /**
   * Hosts warn about deprecated versions and refuse revoked and withdrawn ones.
   */
  state: 'deprecated' | 'revoked' | 'withdrawn';
  /**
   * The day from which this holds.
   */
  since: string;
  /**
   * The day from which deprecated versions are refused.
   */
  sunset?: string;
  /**
   * Why, in words for the people who run it.
   */
  reason: string;
  /**
   * The id of an advisory with more information, such as GHSA-xxxx-xxxx-xxxx.
   */
  advisory?: string;
  /**
   * The server to use instead.
   */
  replaced_by?: string;
  /**
   * The address of a guide to the replacement.
   */
  guide?: string;
}
/**
 * One line of a host's audit trail: what was fetched, verified, launched, called or refused, by whom, and how it ended.
 */
export interface AuditEvent {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  /**
   * The time of the event by the host's clock, in UTC with milliseconds.
   */
  time: string;
  /**
   * What was attempted or found. `drift`: a server offers something else than its lock says. `denial`: something was refused outside of a tool call. `update`: this program was to be replaced by another version of itself. `drop`: events could not be forwarded and will not be.
   */
  event: 'fetch' | 'verify' | 'launch' | 'trust' | 'call' | 'drift' | 'denial' | 'exit' | 'drop' | 'update';
  /**
   * The chain that this event belongs to: each process writes one.
   */
  chain: string;
  /**
   * The event's number in its chain.
   */
  sequence: number;
  /**
   * The SHA-256 of the line before it in its chain. Of a chain's first event: of the last line that the trail had then; zeros if there was none.
   */
  previous: string;
  /**
   * The account's name.
   */
  user: string;
  /**
   * The machine's host name.
   */
  device: string;
  registry: RegistryId;
  /**
   * The requested server name. Absent when no server was requested.
   */
  server?: string;
  /**
   * The trust config that was given instead of the system's.
   */
  trustConfig?: string;
  version?: Version;
  digests?: AuditDigests;
  client?: AuditClient;
  /**
   * The agent behind the client, where it names itself.
   */
  agent?: string;
  /**
   * The version of MCP that client and server speak.
   */
  protocolVersion?: string;
  /**
   * The id of the MCP session, where its transport has one.
   */
  mcpSession?: string;
  /**
   * How the server is reached: through a pipe, or through TCP.
   */
  transport?: 'pipe' | 'tcp';
  /**
   * The id of the JSON-RPC request, as text.
   */
  requestId?: string;
  /**
   * The MCP method, such as `tools/call`.
   */
  method?: string;
  /**
   * The name of the tool that was called.
   */
  tool?: string;
  /**
   * The name of the prompt that was asked for.
   */
  prompt?: string;
  argumentsSha256?: Sha256;
  /**
   * Whether the call was let through.
   */
  decision?: 'allowed' | 'denied';
  /**
   * The time from the request to its answer, in milliseconds.
   */
  durationMs?: number;
  /**
   * The size of the request.
   */
  requestBytes?: number;
  /**
   * The size of the answer.
   */
  responseBytes?: number;
  /**
   * The kind of error that the call ended with: the code of JSON-RPC, `tool_error`, `timeout`.
   */
  errorType?: string;
  drift?: AuditDrift;
  /**
   * What the server ended with.
   */
  exitCode?: number;
  /**
   * How many events will not be forwarded. Absent where they can no longer be counted.
   */
  dropped?: number;
  /**
   * What confines a server that was launched: bubblewrap, a container engine, or nothing, where the system's trust config allows it.
   */
  containment?: 'bubblewrap' | 'container' | 'none';
  /**
   * Allowed (of a call: answered without an error), refused by a check, or failed for another reason.
   */
  outcome: 'allowed' | 'refused' | 'failed';
  /**
   * The refusal's code.
   */
  code?: string;
  /**
   * The refusal or failure in words, without secrets.
   */
  message?: string;
}
/**
 * The exact files, by SHA-256.
 */
export interface AuditDigests {
  bundle?: Sha256;
  lock?: Sha256;
  artefact?: Sha256;
}
/**
 * The MCP client, as it names itself.
 */
export interface AuditClient {
  /**
   * Its name.
   */
  name: string;
  /**
   * Its version.
   */
  version?: string;
}
/**
 * What a server offers otherwise than its lock says.
 */
export interface AuditDrift {
  /**
   * What it is.
   */
  kind: 'tool' | 'prompt' | 'resource' | 'resource template' | 'instructions';
  /**
   * Its name.
   */
  name?: string;
  found?: Sha256;
}
/**
 * metadata/<version>.bin-<hex>.json: the records, and the status, whose paths hash into this bin. Signed by an online key.
 */
export interface BinMetadata {
  signatures: MetadataSignatures;
  signed: BinRole;
}
/**
 * One key's signature.
 */
export interface MetadataSignature {
  keyid: KeyId;
  /**
   * In hexadecimal: DER for ECDSA, the 64 bytes for Ed25519. Empty until the key has signed.
   */
  sig: string;
}
/**
 * The content of one bin.
 */
export interface BinRole {
  /**
   * The role.
   */
  _type: 'targets';
  spec_version: TufVersion;
  version: MetadataVersion;
  expires: Timestamp;
  /**
   * Files by path: records, and the status.
   */
  targets: {
    [k: string]: TargetFile;
  };
  /**
   * The name of this bin. The specification does not require it; it prevents that one bin is served instead of another.
   */
  name: string;
}
/**
 * The exact bytes of one published file.
 */
export interface TargetFile {
  length: FileLength;
  hashes: FileHashes;
}
/**
 * Digests of the exact bytes.
 */
export interface FileHashes {
  sha256: Sha256;
}
/**
 * A signed statement: a Sigstore bundle v0.3 with a DSSE envelope and a public key hint. Nothing else that Sigstore allows is accepted.
 */
export interface Bundle {
  /**
   * Sigstore's name of the format.
   */
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json';
  verificationMaterial: VerificationMaterial;
  dsseEnvelope: Envelope;
}
/**
 * The key that signed.
 */
export interface VerificationMaterial {
  publicKey: PublicKeyIdentifier;
}
/**
 * A hint at the key; the key itself is in the keyring.
 */
export interface PublicKeyIdentifier {
  hint: KeyHint;
}
/**
 * The signed bytes.
 */
export interface Envelope {
  /**
   * The statement in base64.
   */
  payload: string;
  /**
   * in-toto's media type.
   */
  payloadType: 'application/vnd.in-toto+json';
  /**
   * Exactly one.
   *
   * @minItems 1
   * @maxItems 1
   */
  signatures: Signature[];
}
/**
 * ECDSA on P-256 over the envelope's pre-authentication encoding.
 */
export interface Signature {
  /**
   * The signature in DER, in base64.
   */
  sig: string;
}
/**
 * The tools, prompts, resources and instructions that servers showed when they were started in a sandbox. Written by a job that runs code of others, and read by a job that does not.
 */
export interface CapturedTools {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  /**
   * One entry for each server that was tried.
   *
   * @maxItems 10000
   */
  servers: CapturedServer[];
}
/**
 * A server that was started.
 */
export interface AnsweringServer {
  /**
   * It answered.
   */
  kind: 'captured';
  name: ServerName;
  lock: Sha256;
  /**
   * As in a lock.
   *
   * @maxItems 2000
   */
  tools: LockedTool[];
  /**
   * What it tells every agent, sorted by digest.
   *
   * @maxItems 16
   */
  instructions: Instructions[];
  prompts?: Offers;
  resources?: Offers;
  resourceTemplates?: Offers;
  /**
   * As in a lock. What was seen of such a list is here all the same.
   *
   * @minItems 1
   * @maxItems 3
   */
  unpinned?: UnpinnedList[];
}
/**
 * One tool, with every definition that was seen under its name.
 */
export interface LockedTool {
  /**
   * The tool's name.
   */
  name: string;
  definitions: LockedDefinitions;
}
/**
 * A definition and its digest.
 */
export interface LockedDefinition {
  /**
   * SHA-256 of the definition in canonical JSON (RFC 8785).
   */
  sha256: string;
  /**
   * The object as the server sent it; of a resource without its size and the time of its last change, which belong to its content.
   */
  definition: {
    [k: string]: unknown;
  };
}
/**
 * One text of instructions.
 */
export interface Instructions {
  sha256: Sha256;
  /**
   * The text itself.
   */
  text: string;
}
/**
 * One prompt, resource or resource template, with every definition that was seen under its name.
 */
export interface LockedOffer {
  /**
   * What identifies it: the name of a prompt, the URI of a resource, the URI template of a resource template.
   */
  name: string;
  definitions: LockedDefinitions;
}
/**
 * A server whose tools could not be captured.
 */
export interface UncapturedServer {
  /**
   * It did not answer correctly.
   */
  kind: 'failed';
  name: ServerName;
  lock: Sha256;
  /**
   * What went wrong.
   */
  why: string;
}
/**
 * All data that the pages of the site show. The site has no other input.
 */
export interface Catalog {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  registry: CatalogRegistry;
  /**
   * The names of the servers whose pages are to be made: of the others nothing changed since theirs were. All where it is absent.
   */
  only?: ServerName[];
  /**
   * Sorted by name.
   */
  servers: CatalogServer[];
}
/**
 * The registry of this catalog.
 */
export interface CatalogRegistry {
  id: RegistryId;
  /**
   * The registry's name for people.
   */
  name: string;
  /**
   * The part before the slash in MCP names.
   */
  namespace: string;
  environment: Environment;
  key: KeyHint;
  /**
   * Every key of the keyring, in its order.
   */
  keys: CatalogKey[];
  root: CatalogRoot;
  /**
   * The groups whose view this is, sorted. Absent for the whole registry.
   *
   * @minItems 1
   */
  audience?: string[];
  /**
   * How many hours a timestamp is valid after it was signed.
   */
  timestampHours: number;
  /**
   * The web address of the repository with the manifests.
   */
  repository?: string;
  /**
   * Its protected branch.
   */
  branch?: string;
}
/**
 * One key that signs approvals and status, or did.
 */
export interface CatalogKey {
  hint: KeyHint;
  validFrom: Timestamp;
  validUntil?: Timestamp;
  revoked?: CatalogKeyRevocation;
}
/**
 * The key was stolen.
 */
export interface CatalogKeyRevocation {
  since: Timestamp;
  /**
   * What happened.
   */
  reason: string;
  /**
   * How many of the approvals that it signed are still valid.
   */
  stillCount: number;
}
/**
 * Who signs the repository metadata, as the root says it that hosts are to begin with.
 */
export interface CatalogRoot {
  /**
   * The number of this root.
   */
  version: number;
  expires: Timestamp;
  /**
   * From root to timestamp.
   */
  roles: CatalogRole[];
}
/**
 * One role of the repository metadata.
 */
export interface CatalogRole {
  /**
   * Which role.
   */
  name: 'root' | 'targets' | 'snapshot' | 'timestamp';
  threshold: Threshold;
  /**
   * The ids of its keys.
   */
  keys: KeyId[];
}
/**
 * One server's page.
 */
export interface CatalogServer {
  manifest: Manifest;
  state: LifecycleState;
  approval: CatalogApproval;
  closure: CatalogClosure;
  /**
   * As the lock says it: `none` when the tools are unknown, `network` when they were captured with a network.
   */
  capture?: 'network' | 'none';
  /**
   * Sorted by name.
   */
  tools: CatalogTool[];
  /**
   * What it tells every agent when it starts. Absent where there is nothing.
   */
  instructions?: CatalogInstruction[];
  prompts?: CatalogOffers;
  resources?: CatalogOffers;
  resourceTemplates?: CatalogOffers;
  /**
   * As in the lock: lists that the server has and that are not pinned.
   */
  unpinned?: UnpinnedList[];
  /**
   * Every published approval, the newest first.
   */
  versions: RecordVersion[];
}
/**
 * The approval of the current version.
 */
export interface CatalogApproval {
  approvedAt: Timestamp;
  validUntil: Timestamp;
  /**
   * How many hours hosts may run it offline.
   */
  offlineHours: number;
  /**
   * The number of the approval among those of the server.
   */
  sequence: number;
  key: KeyHint;
  bundle: Sha256;
  /**
   * Whether `approvals/<bundle>.vsa.json` is published: the verification summary of this approval.
   */
  summarised?: boolean;
  manifest: Sha256;
  lock: Sha256;
  /**
   * `bytes` or `endpoint`.
   */
  assurance: 'bytes' | 'endpoint';
  /**
   * The approved commit.
   */
  commit?: string;
  /**
   * The number of the pull request that was approved.
   */
  pullRequest?: number;
  checks: Checks;
  review?: SignersReview;
  upstream?: Upstream;
  /**
   * Who approved, with their role.
   */
  reviewers: string[];
}
/**
 * The packages that the artefact loads.
 */
export interface CatalogClosure {
  /**
   * How many packages are pinned.
   */
  packages: number;
  /**
   * Packages inside the tarball of another one, as name@version.
   */
  bundled: string[];
  /**
   * Packages whose install script is never run, as name@version.
   */
  installScripts: string[];
  resolvedAsOf: Timestamp;
}
/**
 * One tool.
 */
export interface CatalogTool {
  /**
   * The tool's name.
   */
  name: string;
  /**
   * Its name for people.
   */
  title?: string;
  /**
   * The description for the agent.
   */
  description: string;
  /**
   * SHA-256 of every definition that was approved.
   */
  digests: Sha256[];
  /**
   * Properties that reviewers confirmed.
   */
  labels: string[];
  /**
   * Its parameters.
   */
  inputs: ToolInput[];
}
/**
 * One parameter.
 */
export interface ToolInput {
  /**
   * Its name.
   */
  name: string;
  /**
   * Its JSON type.
   */
  type: string;
  /**
   * Whether it must be given.
   */
  required: boolean;
  /**
   * What it is for.
   */
  description?: string;
}
/**
 * One text.
 */
export interface CatalogInstruction {
  sha256: Sha256;
  /**
   * The text itself. Absent where the lock has only its digest.
   */
  text?: string;
}
/**
 * One prompt, resource or resource template.
 */
export interface CatalogOffer {
  /**
   * The name of a prompt, the URI of a resource, the URI template of a resource template.
   */
  name: string;
  /**
   * Its name for people.
   */
  title?: string;
  /**
   * The description for the agent.
   */
  description: string;
  /**
   * The media type of a resource.
   */
  mimeType?: string;
  /**
   * SHA-256 of every definition that was approved.
   */
  digests: Sha256[];
  /**
   * The arguments of a prompt.
   */
  inputs?: ToolInput[];
}
/**
 * One approved version.
 */
export interface RecordVersion {
  version: Version;
  /**
   * The number of the approval among those of this version.
   */
  revision: number;
  /**
   * The number of the approval among those of this server.
   */
  sequence: number;
  state: LifecycleState;
  approvedAt: Timestamp;
  validUntil: Timestamp;
  bundle: Sha256;
  manifest: Sha256;
  lock: Sha256;
  lifecycle?: RecordLifecycle;
}
/**
 * Why it is no longer active, and what to do.
 */
export interface RecordLifecycle {
  since: Day;
  sunset?: Day;
  /**
   * Why.
   */
  reason: string;
  /**
   * The advisory that caused it.
   */
  advisory?: string;
  replacedBy?: ServerName;
  guide?: HttpsUrl;
}
/**
 * trust/holders.json: who holds which key. For people only: no decision about trust uses it.
 */
export interface TrustHolders {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  /**
   * Names of persons or keys, by key id.
   */
  names: {
    /**
     * A name, such as alice or kms-snapshot.
     */
    [k: string]: string;
  };
}
/**
 * index.json: every server with its versions, states and digests, for scripts. It is not signed: what it names by digest can be checked, its states cannot.
 */
export interface RegistryIndex {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  registry: IndexRegistry;
  paths: IndexPaths;
  /**
   * Sorted by name.
   */
  servers: IndexServer[];
}
/**
 * The registry of this index.
 */
export interface IndexRegistry {
  id: RegistryId;
  /**
   * Its name for people.
   */
  name: string;
  environment: Environment;
  /**
   * Where it is published.
   */
  url: string;
}
/**
 * Where files lie below the registry's address: {name} is a server's name, {sha256} the digest in the field of the same name of a version.
 */
export interface IndexPaths {
  /**
   * The record of a server.
   */
  record: string;
  /**
   * The page of a server.
   */
  page: string;
  /**
   * The signed approval of a version.
   */
  bundle: string;
  /**
   * The manifest of a version.
   */
  manifest: string;
  /**
   * The lock of a version.
   */
  lock: string;
}
/**
 * One server. Where nothing else is said, its current version.
 */
export interface IndexServer {
  name: ServerName;
  version: Version;
  state: LifecycleState;
  /**
   * Its name for people.
   */
  title?: string;
  /**
   * What it does.
   */
  description: string;
  /**
   * Who is responsible for it.
   */
  maintainer: string;
  dataClassification: DataClass;
  /**
   * Whether every byte is pinned, or only the address and the tools of an endpoint.
   */
  assurance: 'bytes' | 'endpoint';
  /**
   * The groups that may run it. Absent means everyone.
   */
  audience?: string[];
  artefact?: IndexArtefact;
  run: IndexRun;
  /**
   * Every approval that is published, the newest first.
   */
  versions: RecordVersion[];
}
/**
 * The artefact that runs. Absent if the server is an endpoint.
 */
export interface IndexArtefact {
  /**
   * As in the manifest.
   */
  url: string;
  sha256: Sha256;
}
/**
 * How a client starts it.
 */
export interface IndexRun {
  /**
   * The program and its words, as allow-lists name them.
   */
  argv: string[];
  /**
   * What a user must add after --, with a placeholder in angle brackets for each value. Absent where it starts without.
   */
  add?: string[];
}
/**
 * The published publication/<sha256>.json: every file of one generation. It is used only to avoid uploading files that are already there, and never for trust.
 */
export interface Inventory {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  /**
   * By path.
   */
  files: {
    [k: string]: InventoryFile;
  };
}
/**
 * The bytes of one file.
 */
export interface InventoryFile {
  sha256: Sha256;
  /**
   * The number of bytes.
   */
  bytes: number;
}
/**
 * trust/keyring.json: the valid approval keys, with the start and end of their validity, and the identity of this registry.
 */
export interface Keyring {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  registry: RegistryId;
  environment: Environment;
  /**
   * The keys that may sign approvals and status.
   *
   * @minItems 1
   * @maxItems 64
   */
  keys: ApprovalKey[];
}
/**
 * One ECDSA key on P-256.
 */
export interface ApprovalKey {
  hint: KeyHint;
  /**
   * The only accepted algorithm.
   */
  algorithm: 'ecdsa-p256-sha256';
  /**
   * SubjectPublicKeyInfo in DER, in base64.
   */
  publicKey: string;
  validFrom: Timestamp;
  validUntil?: Timestamp;
  revoked?: KeyRevocation;
}
/**
 * The key was stolen: its signatures are not valid, for any stated time, except those listed here.
 */
export interface KeyRevocation {
  since: Timestamp;
  /**
   * What happened.
   */
  reason: string;
  /**
   * SHA-256 of bundles that are known to have been signed before the theft.
   *
   * @maxItems 100000
   */
  stillCount: Sha256[];
}
/**
 * What a host keeps to list its servers again: what it verified of every record under one snapshot. Nothing is started because of it.
 */
export interface Listing {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  expires: Timestamp;
  /**
   * The names of the servers that the snapshot names and this copy of the registry does not carry, sorted. Absent if it carries all of them.
   *
   * @minItems 1
   * @maxItems 200000
   */
  notCarried?: ServerName[];
  /**
   * Every server that is carried, sorted by name.
   *
   * @maxItems 200000
   */
  servers: ListedServer[];
}
/**
 * The current version of a server.
 */
export interface ListedServer {
  name: ServerName;
  version: Version;
  state: LifecycleState;
  /**
   * Its name for people.
   */
  title: string;
  /**
   * What it does.
   */
  description: string;
  /**
   * Whether it runs elsewhere.
   */
  endpoint: boolean;
  /**
   * The groups that may run it, as its approval says. Absent means everyone.
   *
   * @maxItems 50
   */
  audience?: string[];
  /**
   * The code of the refusal, if its approval is not believed.
   */
  refused?: string;
}
/**
 * What a manifest resolves to: servers/<name>.lock.json. Generated by `registry lock`, committed and reviewed with the manifest.
 */
export interface Lock {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  name: ServerName;
  version: Version;
  artefact?: LockedArtefact;
  resolvedAsOf: Timestamp;
  closure: Closure;
  /**
   * How the server's tools, prompts, resources and instructions were captured, if not in a sandbox without a network. `network`: in a sandbox with a network, or by asking the endpoint. `none`: they were not captured, so they are unknown.
   */
  capture?: 'network' | 'none';
  /**
   * Every tool that the server offered, sorted by name. Empty if they were not captured.
   *
   * @maxItems 2000
   */
  tools: LockedTool[];
  /**
   * SHA-256 of every instruction text that the server sent, sorted.
   *
   * @maxItems 16
   */
  instructions: Sha256[];
  /**
   * These texts, in the order of `instructions`. Absent where there are none, and in older locks.
   *
   * @minItems 1
   * @maxItems 16
   */
  instructionTexts?: string[];
  /**
   * Every prompt that the server offered, sorted by name. Absent where there are none, and in older locks.
   *
   * @minItems 1
   * @maxItems 2000
   */
  prompts?: LockedOffer[];
  /**
   * Every resource that the server listed, sorted by URI. Absent where there are none, and in older locks.
   *
   * @minItems 1
   * @maxItems 2000
   */
  resources?: LockedOffer[];
  /**
   * Every resource template that the server offered, sorted by URI template. Absent where there are none, and in older locks.
   *
   * @minItems 1
   * @maxItems 2000
   */
  resourceTemplates?: LockedOffer[];
  /**
   * The lists that this lock does not contain although the server has them: it listed other resources when it was started again in another folder, or it answered with an error. Sorted.
   *
   * @minItems 1
   * @maxItems 3
   */
  unpinned?: UnpinnedList[];
}
/**
 * The artefact as it was fetched. Absent for an endpoint, which has none.
 */
export interface LockedArtefact {
  /**
   * The manifest's artefact.url, without any part that can change its meaning.
   */
  url: string;
  sha256: Sha256;
  sha512: Sha512;
}
/**
 * An npm package and its dependencies.
 */
export interface NpmClosure {
  /**
   * The kind of artefact.
   */
  kind: 'npm';
  /**
   * The artefact's key in `packages`.
   */
  root: string;
  /**
   * By the path they are installed at, sorted.
   */
  packages: {
    [k: string]: LockedPackage;
  };
}
/**
 * One npm package of a closure.
 */
export interface LockedPackage {
  /**
   * Its name on the npm registry, which may differ from the folder it is installed in.
   */
  name: string;
  /**
   * Its exact version.
   */
  version: string;
  license?: StatedLicense;
  integrity: Integrity;
  tree: Sha256;
  os?: PlatformList;
  cpu?: PlatformList;
  libc?: PlatformList;
  /**
   * Whether the closure works without it, so that a foreign platform may leave it out.
   */
  optional?: true;
  /**
   * Whether npm would run a script on install. Hosts never run one.
   */
  hasInstallScript?: true;
  /**
   * Command name to file inside the package.
   */
  bin?: {
    [k: string]: string;
  };
  dependencies?: Ranges;
  optionalDependencies?: Ranges;
  peerDependencies?: Ranges;
  optionalPeers?: OptionalPeers;
  bundled?: BundledPackages;
}
/**
 * Dependency name to range, as the package declares it.
 */
export interface Ranges {
  [k: string]: string;
}
/**
 * A package inside the archive of another one, as its own metadata says.
 */
export interface BundledPackage {
  /**
   * The registry that its name is of. Absent: npm.
   */
  type?: 'pypi';
  /**
   * Its folder, relative to the package that bundles it.
   */
  path: string;
  /**
   * Its name; the name of its folder in `node_modules` where its package.json says none.
   */
  name: string;
  /**
   * Its version. Absent where its package.json says none.
   */
  version?: string;
  license?: StatedLicense;
}
/**
 * A Python package and its dependencies, with the wheels for all platforms.
 */
export interface PypiClosure {
  /**
   * The kind of artefact.
   */
  kind: 'pypi';
  /**
   * The versions of Python that the closure is for (PEP 440).
   */
  requiresPython: string;
  /**
   * Sorted by name and version. A name may be there with several versions, of which each platform needs one at most.
   *
   * @minItems 1
   * @maxItems 2000
   */
  packages: LockedPythonPackage[];
}
/**
 * One version of a Python package.
 */
export interface LockedPythonPackage {
  /**
   * Its name in normal form (PEP 503).
   */
  name: string;
  /**
   * Its exact version (PEP 440).
   */
  version: string;
  /**
   * Where it is needed (PEP 508). Absent: everywhere.
   */
  marker?: string;
  /**
   * By their file names, sorted. A host installs the one that fits it best.
   */
  wheels: {
    [k: string]: LockedWheel;
  };
}
/**
 * One wheel, and what its own metadata says.
 */
export interface LockedWheel {
  integrity: Integrity;
  sha256: Sha256;
  tree: Sha256;
  license?: StatedLicense;
  /**
   * The versions of Python that it is for (PEP 440). Absent: all.
   */
  requiresPython?: string;
  /**
   * What it asks for (PEP 508), as its metadata says.
   *
   * @minItems 1
   * @maxItems 2000
   */
  dependencies?: string[];
  /**
   * Command name to the function that it calls, as module:function.
   */
  scripts?: {
    [k: string]: string;
  };
  /**
   * The folders of it in which Python looks for modules; an empty text is the wheel's own folder. Absent: only that one.
   *
   * @minItems 1
   * @maxItems 50
   */
  paths?: string[];
  /**
   * Whether it brings code that Python would run at every start. Hosts never run it.
   */
  pthCode?: true;
}
/**
 * A container image, for every platform of Linux that it is there for.
 */
export interface OciClosure {
  /**
   * A container image.
   */
  kind: 'oci';
  index?: OciDescriptor;
  /**
   * Sorted by platform.
   *
   * @minItems 1
   * @maxItems 64
   */
  images: LockedImage[];
  /**
   * The packages of npm and Python in the files of all its images, each once, sorted by path. Absent where there are none.
   *
   * @minItems 1
   * @maxItems 20000
   */
  bundled?: BundledPackage[];
}
/**
 * Bytes of a container registry.
 */
export interface OciDescriptor {
  /**
   * What the bytes are.
   */
  mediaType: string;
  /**
   * Their SHA-256.
   */
  digest: string;
  /**
   * How many they are.
   */
  size: number;
}
/**
 * The image for one platform, and what its config starts.
 */
export interface LockedImage {
  /**
   * Hosts run images of Linux alone.
   */
  os: 'linux';
  /**
   * The processor, in Go's words.
   */
  architecture: string;
  /**
   * The kind of that processor.
   */
  variant?: string;
  manifest: OciDescriptor;
  config: OciDescriptor;
  /**
   * From the lowest to the highest.
   *
   * @minItems 1
   * @maxItems 256
   */
  layers: OciDescriptor[];
  /**
   * The program and its first words.
   *
   * @minItems 1
   * @maxItems 1000
   */
  entrypoint?: string[];
  /**
   * The words after the entrypoint, where no others are given.
   *
   * @minItems 1
   * @maxItems 1000
   */
  command?: string[];
  /**
   * The image's own variables, in its order.
   *
   * @minItems 1
   * @maxItems 1000
   */
  environment?: string[];
  /**
   * Who the image would run as. Hosts run it as nobody, or as the user of the host.
   */
  user?: string;
  /**
   * Where it starts.
   */
  workingFolder?: string;
  /**
   * Where it would listen, sorted. Hosts open none.
   *
   * @minItems 1
   * @maxItems 1000
   */
  exposedPorts?: string[];
  /**
   * Folders that hosts keep in memory, sorted.
   *
   * @minItems 1
   * @maxItems 1000
   */
  volumes?: string[];
  /**
   * What the image says of its origin.
   */
  labels?: {
    [k: string]: string;
  };
}
/**
 * An MCPB bundle, which brings all that it loads.
 */
export interface McpbClosure {
  /**
   * The kind of artefact.
   */
  kind: 'mcpb';
  archive: LockedArchive;
}
/**
 * A tree of files that is no package of a registry, and what it says of itself.
 */
export interface LockedArchive {
  integrity: Integrity;
  tree: Sha256;
  license?: StatedLicense;
  /**
   * The `launch.command` of the manifest that it was locked for. Absent where that names none.
   */
  command?: string;
  program: LockedProgram;
  programs?: Programs;
  /**
   * The variables that a bundle asks a user for. Absent where it asks for none.
   *
   * @minItems 1
   * @maxItems 1000
   */
  variables?: BundleVariable[];
  os?: PlatformList;
  cpu?: PlatformList;
  libc?: PlatformList;
  runtimes?: LockedRuntimes;
  /**
   * Whether npm would run a script on install. Hosts never run one.
   */
  hasInstallScript?: true;
  dependencies?: Ranges;
  optionalDependencies?: Ranges;
  peerDependencies?: Ranges;
  optionalPeers?: OptionalPeers;
  bundled?: BundledPackages;
}
/**
 * What is started of a tree.
 */
export interface LockedProgram {
  /**
   * Who runs the file; `binary` stands for nobody: it runs itself.
   */
  type: 'node' | 'python' | 'binary';
  /**
   * A file in the tree.
   */
  entry: string;
  /**
   * For Python: the folders in the tree that are searched for modules, in this order. An empty text is the tree itself.
   *
   * @minItems 1
   * @maxItems 50
   */
  modules?: string[];
}
/**
 * What is started on systems where it is something else, by their names.
 */
export interface Programs {
  darwin?: LockedProgram;
  win32?: LockedProgram;
}
/**
 * A variable that a bundle asks a user for.
 */
export interface BundleVariable {
  /**
   * Its name.
   */
  name: string;
  /**
   * Whether the bundle does not start without it.
   */
  required?: true;
  /**
   * Whether the bundle calls its value a secret.
   */
  secret?: true;
}
/**
 * The versions of Node and Python that a bundle asks for. Absent where it asks for none.
 */
export interface LockedRuntimes {
  /**
   * A range of semver.
   */
  node?: string;
  /**
   * A range of PEP 440.
   */
  python?: string;
}
/**
 * A tarball, and the npm packages that it asks for.
 */
export interface TarballClosure {
  /**
   * The kind of artefact.
   */
  kind: 'tarball';
  archive: LockedArchive;
  /**
   * The npm packages that it asks for, by the path they are installed at, sorted. Absent where it asks for none.
   */
  packages?: {
    [k: string]: LockedPackage;
  };
}
/**
 * The files of a git commit, and the npm packages that they ask for.
 */
export interface GitClosure {
  /**
   * The kind of artefact.
   */
  kind: 'git';
  archive: LockedArchive;
  /**
   * The npm packages that it asks for, by the path they are installed at, sorted. Absent where it asks for none.
   */
  packages?: {
    [k: string]: LockedPackage;
  };
}
/**
 * An endpoint. It loads nothing here: only its address and what it offers are pinned, and no bytes.
 */
export interface RemoteClosure {
  /**
   * The kind of artefact.
   */
  kind: 'remote';
  /**
   * The manifest's remote.url.
   */
  url: string;
  /**
   * The manifest's remote.transport.
   */
  transport: 'streamable-http' | 'sse';
}
/**
 * policy.yaml: the rules a server must meet. It belongs to the security team.
 */
export interface Policy {
  data_classes: DataClasses;
  artefacts: ArtefactRules;
  licenses: LicenseRules;
  packages: PackageRules;
  tools?: ToolRules;
  network: NetworkRules;
  limits?: LimitRules;
  filesystem: FilesystemRules;
  /**
   * The lowest data classification that a server may have, by what it can do.
   *
   * @maxItems 50
   */
  floors: Floor[];
  advisories: AdvisoryRules;
  names: NameRules;
  /**
   * Findings and problems that are accepted until a given day. A change is judged by the exceptions from before the change.
   *
   * @maxItems 500
   */
  exceptions?: Exception[];
}
/**
 * The rules by data classification.
 */
export interface DataClasses {
  public: DataClassRules;
  internal: DataClassRules;
  confidential: DataClassRules;
  restricted: DataClassRules;
}
/**
 * The rules for servers of one data classification.
 */
export interface DataClassRules {
  /**
   * Teams that must approve: one member of each.
   *
   * @minItems 1
   * @maxItems 10
   */
  reviewers: string[];
  /**
   * How long an approval is valid after the merge.
   */
  valid_for: string;
  /**
   * The time from reviewed_at to the next access review.
   */
  access_review_every: string;
  /**
   * How many hours a host may run it without contact with the registry.
   */
  offline_hours: number;
}
/**
 * Which artefacts may run, and where they may come from.
 */
export interface ArtefactRules {
  /**
   * Kinds of artefacts that may be approved.
   *
   * @maxItems 6
   */
  types: ('npm' | 'pypi' | 'oci' | 'mcpb' | 'tarball' | 'git')[];
  /**
   * Hosts that OCI images, archives and git repositories may come from. npm and PyPI packages come from the configured registries.
   *
   * @maxItems 100
   */
  hosts: string[];
  /**
   * Whether remote endpoints may be approved. Only their tools can be pinned.
   */
  remote: boolean;
}
/**
 * Licences that a server and what it loads may have.
 */
export interface LicenseRules {
  /**
   * SPDX identifiers. An expression is met if one of its alternatives is allowed.
   *
   * @minItems 1
   * @maxItems 200
   */
  allow: string[];
}
/**
 * Rules for every package of a closure.
 */
export interface PackageRules {
  /**
   * The number of days that must pass after a version was published. A version without a date does not pass.
   */
  cooldown_days: number;
  /**
   * Whether packages may have install scripts that download or start something: `deny` blocks them, `review` asks a person, `allow` says nothing about any script. Hosts never run them. A script is only noted where the package works without it.
   */
  install_scripts: 'allow' | 'review' | 'deny';
}
/**
 * Rules for the tools that a server shows.
 */
export interface ToolRules {
  /**
   * Whether a server may be approved if its lock says that its tools are unknown. Absent: a person decides.
   */
  not_captured: 'allow' | 'review' | 'deny';
}
/**
 * Network hosts that no server may reach.
 */
export interface NetworkRules {
  /**
   * Forbidden hosts as host:port; * means any. A permission that covers one of them, completely or partly, is a problem.
   *
   * @maxItems 200
   */
  never: string[];
  /**
   * Whether a permission may allow every host, like *:443.
   */
  any_host: boolean;
}
/**
 * The most that a manifest may allow one user. Absent means no bound beside that of the manifest's format.
 */
export interface LimitRules {
  /**
   * The most calls of its tools in one minute. A manifest that names no limit has 600.
   */
  calls_per_minute: number;
}
/**
 * Paths that no server may have.
 */
export interface FilesystemRules {
  /**
   * Forbidden paths. A permission for one of them, for something in it or for a folder that contains it is a problem. ~ means the home folder of any user.
   *
   * @maxItems 200
   */
  never: string[];
}
/**
 * The lowest data classification for servers with one capability.
 */
export interface Floor {
  /**
   * The capability: get a secret, reach a host, read or write files of the user.
   */
  when: 'credentials' | 'network' | 'filesystem-read' | 'filesystem-write';
  /**
   * With `when: network`: only if it reaches one of these.
   *
   * @minItems 1
   * @maxItems 100
   */
  hosts?: string[];
  at_least: DataClass;
}
/**
 * The source of advisories, and which of them block. Malware always blocks.
 */
export interface AdvisoryRules {
  /**
   * folder:<path> of OSV records, osv:<https address of an OSV API>, or npm: for the bulk endpoint of the configured npm registry, which knows no Python packages.
   */
  source: string;
  /**
   * The lowest severity that blocks. An advisory below it needs a person; one without a severity blocks.
   */
  block: 'low' | 'moderate' | 'high' | 'critical';
}
/**
 * Rules for the names of servers.
 */
export interface NameRules {
  /**
   * Names that no server may have.
   *
   * @maxItems 500
   */
  reserved: string[];
}
/**
 * One accepted finding or problem.
 */
export interface Exception {
  /**
   * The code of the rule.
   */
  rule: string;
  server?: ServerName;
  /**
   * The package, tool, host or path of the accepted finding, exactly as the finding names it. Absent: everything that the rule finds in this server's `artefact`.
   */
  subject?: string;
  /**
   * The artefact in which it is accepted: the manifest's artefact without its version, or the address of its remote. Required if `subject` names no version of a package, so that the exception ends when something else runs.
   */
  artefact?: string;
  integrity?: Integrity;
  /**
   * Why it may be accepted.
   */
  reason: string;
  owner: Email;
  /**
   * The first day on which it is no longer valid.
   */
  expires: string;
}
/**
 * The published publication.json: which generations of the registry were published here, and which run is publishing now. No host reads it.
 */
export interface Publication {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  /**
   * The generations whose files still exist, the newest first.
   *
   * @maxItems 10000
   */
  generations: Generation[];
  claim?: PublicationClaim;
}
/**
 * The files that were published at one time.
 */
export interface Generation {
  /**
   * The number of the previous generation plus one.
   */
  generation: number;
  publishedAt: Timestamp;
  inventory: Sha256;
  /**
   * The generation whose pages were published again, where this one is a way back.
   */
  pagesOf?: number;
}
/**
 * The run that is publishing now, or that stopped before its end. Files that keep their name may belong to the old or the new generation.
 */
export interface PublicationClaim {
  /**
   * The id of one run.
   */
  id: string;
  since: Timestamp;
  /**
   * The run failed, and said so: nobody has to wait for it.
   */
  ended?: true;
}
/**
 * The published servers/<name>.json: the current version with its signature, and every approved version by digest.
 */
export interface ServerRecord {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  registry: RegistryId;
  name: ServerName;
  version: Version;
  /**
   * Its name for people.
   */
  title?: string;
  /**
   * What it does.
   */
  description: string;
  maintainer: Email;
  dataClassification: DataClass;
  artefact?: RecordArtefact;
  signature: Bundle;
  /**
   * Every approval that is published, the newest first.
   *
   * @minItems 1
   * @maxItems 10000
   */
  versions: RecordVersion[];
}
/**
 * The artefact that runs. Absent if the server is a remote endpoint.
 */
export interface RecordArtefact {
  /**
   * As in the manifest.
   */
  url: string;
  sha256: Sha256;
}
/**
 * registry.yaml: who this registry is and where it publishes.
 */
export interface RegistryConfig {
  /**
   * Its name for people.
   */
  name: string;
  /**
   * Where it is published.
   */
  url: string;
  id: RegistryId;
  /**
   * The part before the slash in its servers' MCP names: a domain that you own, reversed.
   */
  namespace: string;
  /**
   * The protected branch whose commits are approved.
   */
  main_branch: string;
  /**
   * The web address of the repository with these files, on GitHub or on a server with the same addresses. Pages of the catalog link to its pull requests, commits and manifests; without it they link to none.
   */
  repository?: string;
  /**
   * The views that are published with the registry: each is a copy for some groups, at an address of its own.
   *
   * @minItems 1
   * @maxItems 100
   */
  views?: PublishedView[];
  keys?: RegistryKeys;
}
export interface PublishedView {
  /**
   * The groups that it is for, as manifests name them.
   *
   * @minItems 1
   * @maxItems 50
   */
  audience: string[];
  /**
   * A bucket or a folder, as `registry publish --to` takes it. Nothing else may be there, nor below it.
   */
  to: string;
  /**
   * Where hosts ask for it. Its files for other programs name this address; that of the registry if it is left out.
   */
  url?: string;
}
/**
 * The addresses of the online keys in production. None of them is a secret.
 */
export interface RegistryKeys {
  /**
   * Signs approvals and status.
   */
  approval: string;
  /**
   * Signs bins and snapshots of the repository metadata.
   */
  snapshot: string;
  /**
   * Signs timestamps. It must not be the same key as `snapshot`.
   */
  timestamp: string;
}
/**
 * The result of `registry scan`. The same commit, policy and advisories always give the same result.
 */
export interface Review {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  commit: CommitOrNone;
  base: CommitOrNone;
  moment: Timestamp;
  /**
   * SHA-256 of policy.yaml; null if it cannot be read.
   */
  policy: Sha256 | null;
  rules: Sha256;
  advisories: AdvisorySource;
  verdict: Verdict;
  /**
   * The problems that `registry validate` finds in the files.
   */
  problems: ReviewProblem[];
  /**
   * The reviewed servers, by name.
   */
  servers: ServerReview[];
}
/**
 * The source of the advisories, and its date.
 */
export interface AdvisorySource {
  /**
   * The source, exactly as in policy.yaml.
   */
  source: string;
  /**
   * The day of the data; null if the source always has the current data, or did not answer.
   */
  asOf: string | null;
  /**
   * The number of searched advisories; absent if a service searched them.
   */
  records?: number;
}
/**
 * Something wrong with a file.
 */
export interface ReviewProblem {
  /**
   * The kind of problem.
   */
  code: string;
  /**
   * Path in the repository.
   */
  file: string;
  /**
   * Counted from 1.
   */
  line?: number;
  /**
   * Counted from 1.
   */
  column?: number;
  /**
   * What was found and what is allowed.
   */
  message: string;
  /**
   * What to do about it.
   */
  remedy: string;
  /**
   * Absent: an error.
   */
  severity?: 'warning';
}
/**
 * The review of one server.
 */
export interface ServerReview {
  name: ServerName;
  version: Version;
  /**
   * The change compared with the base.
   */
  change: 'new' | 'changed' | 'unchanged';
  verdict: Verdict;
  /**
   * Teams that must approve: one member of each.
   */
  reviewers: string[];
  /**
   * What the change lets the server do that it could not do before.
   */
  gains: Gain[];
  /**
   * The checks of the server.
   */
  checks: ReviewCheck[];
  /**
   * Sorted: most severe first.
   */
  findings: Finding[];
  provenance: Provenance;
}
/**
 * Something that a change lets a server do, and that it could not do before. Each one needs a person.
 */
export interface Gain {
  /**
   * What happens: it gains a host, loses a label, lowers its data class.
   */
  verb: 'gains' | 'loses' | 'changes' | 'lowers' | 'raises';
  /**
   * The kind of thing, with its article.
   */
  what: string;
  /**
   * The host, path, variable, tool or label.
   */
  subject: string;
}
/**
 * One check of a server.
 */
export interface ReviewCheck {
  /**
   * The name of the check.
   */
  check: 'policy' | 'packages' | 'reproducible' | 'advisories' | 'code' | 'tool-text' | 'tools' | 'provenance';
  /**
   * `failed`: one of its findings blocks. `not-run`: it could not run here; `detail` says why.
   */
  result: 'passed' | 'failed' | 'not-run';
  /**
   * What was checked, in words.
   */
  detail: string;
}
/**
 * Something that a review found in a server, its texts or its packages.
 */
export interface Finding {
  /**
   * The id of the rule, as exceptions name it.
   */
  rule: string;
  level: Level;
  server: ServerName;
  /**
   * The field, tool, package or host that it is about: the same for the same thing in every run.
   */
  subject: string;
  integrity?: Integrity;
  /**
   * Path in the repository.
   */
  file: string;
  /**
   * Counted from 1.
   */
  line?: number;
  /**
   * Counted from 1.
   */
  column?: number;
  /**
   * What was found and what is allowed.
   */
  message: string;
  /**
   * What to do about it.
   */
  remedy: string;
  accepted?: Acceptance;
}
/**
 * The exception in the policy that accepts a finding.
 */
export interface Acceptance {
  /**
   * Why it may be accepted.
   */
  reason: string;
  owner: Email;
  /**
   * The first day on which it is no longer valid.
   */
  expires: string;
}
/**
 * A signed statement of the build that made the artefact.
 */
export interface VerifiedProvenance {
  /**
   * It was verified.
   */
  kind: 'verified';
  /**
   * The repository that it was built from.
   */
  repository: string;
  /**
   * The workflow that built it.
   */
  workflow: string;
  /**
   * The commit that it was built from.
   */
  commit: string;
}
/**
 * Nothing could be verified.
 */
export interface NoProvenance {
  /**
   * There is no attestation, or none could be verified.
   */
  kind: 'none';
  /**
   * Why there is none.
   */
  why: string;
}
/**
 * metadata/<version>.root.json: the keys whose signatures are valid for every other role. Signed by offline keys.
 */
export interface RootMetadata {
  signatures: MetadataSignatures;
  signed: RootRole;
}
/**
 * The content of the root role.
 */
export interface RootRole {
  /**
   * The role.
   */
  _type: 'root';
  spec_version: TufVersion;
  version: MetadataVersion;
  expires: Timestamp;
  /**
   * Every file except timestamp.json has its version or digest in its name.
   */
  consistent_snapshot: true;
  /**
   * Public keys by their id: the SHA-256 of the key's canonical JSON.
   */
  keys: {
    [k: string]: MetadataKey;
  };
  roles: RootRoles;
}
/**
 * A public key. Signatures of ECDSA keys on P-256 and of Ed25519 keys can verify; a key of another kind is ignored.
 */
export interface MetadataKey {
  /**
   * The kind of key: ecdsa or ed25519.
   */
  keytype: string;
  /**
   * How it signs: ecdsa-sha2-nistp256 or ed25519.
   */
  scheme: string;
  keyval: MetadataKeyValue;
}
/**
 * The key itself.
 */
export interface MetadataKeyValue {
  /**
   * For ECDSA, the SubjectPublicKeyInfo in PEM; for Ed25519, the 32 bytes in hexadecimal.
   */
  public: string;
}
/**
 * The keys of each role, and how many of them must sign.
 */
export interface RootRoles {
  root: MetadataRole;
  targets: MetadataRole;
  snapshot: MetadataRole;
  timestamp: MetadataRole;
}
/**
 * The keys of a role, and how many of them must sign.
 */
export interface MetadataRole {
  keyids: MetadataKeyIds;
  threshold: Threshold;
}
/**
 * search.json: one row for each server. The search of the catalog fetches it.
 */
export interface SearchIndex {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  /**
   * Sorted by name.
   */
  rows: SearchRow[];
}
/**
 * One server.
 */
export interface SearchRow {
  name: ServerName;
  /**
   * Its name for people.
   */
  title: string;
  /**
   * What it does.
   */
  description: string;
  /**
   * The team or person who is responsible for it.
   */
  maintainer: string;
  /**
   * Words to find it by.
   */
  tags: string[];
  /**
   * Its tools, sorted by name.
   */
  tools: SearchTool[];
  /**
   * As in the catalog: `none` when the tools are unknown.
   */
  capture?: 'network' | 'none';
  dataClassification: DataClass;
  /**
   * What runs. `remote` is an endpoint, which runs elsewhere.
   */
  artefactType: 'npm' | 'pypi' | 'oci' | 'mcpb' | 'tarball' | 'git' | 'remote';
  /**
   * Groups whose members may run it. Empty means everyone.
   */
  audience: string[];
  /**
   * Laws and standards that apply to the data that it reaches.
   */
  compliance: string[];
  /**
   * Systems that it connects to.
   */
  backends: string[];
  reach: SearchReach;
  state: LifecycleState;
  /**
   * The day of the last approval or change of state.
   */
  changedOn: string;
}
/**
 * One tool.
 */
export interface SearchTool {
  /**
   * The tool's name.
   */
  name: string;
  /**
   * The beginning of its description. Absent where it has none, and where there are very many servers.
   */
  about?: string;
}
/**
 * What it may reach, as its manifest declares it.
 */
export interface SearchReach {
  /**
   * Hosts that it may connect to from here, as host:port.
   */
  network: string[];
  /**
   * What it may do with files that are not its own.
   */
  files: 'none' | 'read' | 'write';
  /**
   * The host on which it runs, where that is not here.
   */
  elsewhere?: string;
}
/**
 * What only the pages of one server show. It has a file of its own, so that the catalog stays small.
 */
export interface ServerDetail {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  name: ServerName;
  /**
   * The input schemas of tools, sorted by name. Those that are too long are left out.
   */
  schemas: DetailSchema[];
  /**
   * Every package that it loads, as people write it, sorted: `zod@4.1.0`.
   */
  packages: string[];
  /**
   * How many more there are.
   */
  packagesLeft: number;
  /**
   * Each version with the one before it, the newest first.
   */
  comparisons: Comparison[];
}
/**
 * One schema.
 */
export interface DetailSchema {
  /**
   * The name of the tool.
   */
  tool: string;
  /**
   * The schema as JSON, without spaces.
   */
  text: string;
}
/**
 * What changed from one version to the next.
 */
export interface Comparison {
  /**
   * The last part of its address: `1.0.0...1.1.0`.
   */
  path: string;
  older: Version;
  newer: Version;
  /**
   * Gained first, important ones before others.
   */
  permissions: PermissionMove[];
  /**
   * How many more there are.
   */
  permissionsLeft: number;
  tools: OffersComparison;
  /**
   * Prompts, resources and resource templates: the lists that changed.
   */
  others: OffersComparison[];
  /**
   * All other fields of the manifest that changed.
   */
  fields: TextMove[];
  /**
   * How many more there are.
   */
  fieldsLeft: number;
  /**
   * Texts for agents that came, went or changed.
   */
  instructions: TextMove[];
  packages: PackagesComparison;
}
/**
 * Something that it gained or lost.
 */
export interface PermissionMove {
  /**
   * What happened.
   */
  change: 'gained' | 'lost';
  /**
   * What it is about: `network`, `data-class`.
   */
  area: string;
  /**
   * The host, path, variable or class.
   */
  subject: string;
  /**
   * The value before.
   */
  was?: string;
  /**
   * The value now.
   */
  now?: string;
  /**
   * Whether a reader must see it first.
   */
  loud?: true;
}
/**
 * What changed in one list.
 */
export interface OffersComparison {
  /**
   * Which list.
   */
  list: 'tools' | 'prompts' | 'resources' | 'resourceTemplates';
  /**
   * How many there were.
   */
  was: number;
  /**
   * How many there are.
   */
  now: number;
  /**
   * Important ones first, then by name.
   */
  changes: OfferMove[];
  /**
   * How many more changed.
   */
  left: number;
}
/**
 * One tool, prompt or resource.
 */
export interface OfferMove {
  /**
   * Its name.
   */
  name: string;
  /**
   * What happened to it.
   */
  change: 'added' | 'removed' | 'changed';
  /**
   * The places of its definition that differ. Only of what was there before.
   */
  texts: TextMove[];
  /**
   * How many more places differ.
   */
  left: number;
}
/**
 * A text that came, went or changed.
 */
export interface TextMove {
  /**
   * Where it stands.
   */
  field: string;
  /**
   * The text before.
   */
  was?: string;
  /**
   * The text now.
   */
  now?: string;
  /**
   * Whether a reader must see it first.
   */
  loud?: true;
  /**
   * Both texts, word by word.
   */
  words?: WordMove[];
}
/**
 * Some words.
 */
export interface WordMove {
  /**
   * Whether both texts have it.
   */
  kind: 'same' | 'added' | 'removed';
  /**
   * The words.
   */
  text: string;
}
/**
 * What changed in the packages.
 */
export interface PackagesComparison {
  /**
   * How many places had a package.
   */
  was: number;
  /**
   * The same, now.
   */
  now: number;
  /**
   * The artefact first, then those with an alarm.
   */
  changes: PackageMove[];
  /**
   * How many more packages changed.
   */
  left: number;
}
/**
 * One package.
 */
export interface PackageMove {
  /**
   * Its name.
   */
  name: string;
  /**
   * What happened to it.
   */
  change:
    'added' | 'removed' | 'upgraded' | 'downgraded' | 'replaced' | 'version-added' | 'version-removed' | 'same-version';
  /**
   * Its versions before.
   */
  was: string[];
  /**
   * Its versions now.
   */
  now: string[];
  /**
   * What a reader must see first.
   */
  alarms: string[];
}
/**
 * The signer's own configuration: which repository it signs, and who may approve. Never read from that repository.
 */
export interface SignerConfig {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  forge: ForgeConfig;
  /**
   * The npm registry or mirror to fetch packages from. Absent: the registry in npm's own configuration.
   */
  npmRegistry?: string;
  /**
   * The package index or mirror to fetch Python packages from: the address of its simple interface. Absent: the index that uv or pip is configured with.
   */
  pythonIndex?: string;
  /**
   * Where the signer stores what it signed: s3://<bucket>/<prefix>, or a folder.
   */
  state: string;
  keys: SignerKeys;
}
/**
 * Where the repository is, and whose reviews count.
 */
export interface ForgeConfig {
  /**
   * The kind of forge.
   */
  kind: 'github';
  /**
   * The address of its API. Plain http is accepted on loopback only.
   */
  api: string;
  organisation: Organisation;
  repository: SignedRepository;
  /**
   * The protected branch. Only the content of its main line is signed.
   */
  branch: string;
  /**
   * The team of each role that policy.yaml names under reviewers.
   */
  teams: {
    [k: string]: TeamOfRole;
  };
  /**
   * The commit after which signing begins when the state is empty. A server in this commit is approved only after a pull request changes it.
   */
  begin?: string;
  /**
   * The role that must approve a change of the policy, of the registry's identity, keys, owners and workflows. A change of only lifecycle entries needs no other role.
   */
  guardians: string;
  /**
   * Where the credential is, never the credential itself: env:<variable>, file:<path>, awssecret:<name or ARN in AWS Secrets Manager>, or github-app:<app id>/<installation id>?key=<one of these three, with its private key>.
   */
  token: string;
}
/**
 * The organisation whose teams approve.
 */
export interface Organisation {
  login: Login;
  id: NumericId;
}
/**
 * The repository. Another repository may get its name, but never its id.
 */
export interface SignedRepository {
  owner: Login;
  /**
   * Its name, without its owner.
   */
  name: string;
  id: NumericId;
}
/**
 * A team, by its name in addresses and by its id, which never changes.
 */
export interface TeamOfRole {
  /**
   * Its name in addresses.
   */
  slug: string;
  id: NumericId;
}
/**
 * The addresses of the online keys. None of them is a secret.
 */
export interface SignerKeys {
  approval: KeyAddress;
  snapshot: KeyAddress;
  timestamp: KeyAddress;
}
/**
 * metadata/<version>.snapshot.json: which versions of targets and bins belong together. Signed by an online key.
 */
export interface SnapshotMetadata {
  signatures: MetadataSignatures;
  signed: SnapshotRole;
}
/**
 * The content of the snapshot role.
 */
export interface SnapshotRole {
  /**
   * The role.
   */
  _type: 'snapshot';
  spec_version: TufVersion;
  version: MetadataVersion;
  expires: Timestamp;
  /**
   * The current version of targets.json and of every bin, by file name.
   */
  meta: {
    [k: string]: SnapshotEntry;
  };
}
/**
 * One file's version.
 */
export interface SnapshotEntry {
  version: MetadataVersion;
}
/**
 * The payload of trust/status.json: an in-toto Statement v1 with everything that is revoked now.
 */
export interface StatusStatement {
  /**
   * in-toto's name of the format.
   */
  _type: 'https://in-toto.io/Statement/v1';
  /**
   * The registry of this status, identified by the bytes of registry.yaml.
   *
   * @minItems 1
   * @maxItems 1
   */
  subject: StatusSubject[];
  /**
   * The type of this predicate.
   */
  predicateType: 'urn:countersign:status:v1';
  predicate: Status;
}
/**
 * The registry.
 */
export interface StatusSubject {
  /**
   * The file that identifies the registry.
   */
  name: 'registry.yaml';
  digest: StatusSubjectDigest;
}
/**
 * Digest of its exact bytes.
 */
export interface StatusSubjectDigest {
  sha256: Sha256;
}
/**
 * What is revoked, and until when this status is valid.
 */
export interface Status {
  /**
   * The version of this predicate.
   */
  schemaVersion: 1;
  environment: Environment;
  registry: RegistryId;
  /**
   * The number of this status among all of this registry. It only grows.
   */
  sequence: number;
  issuedAt: Timestamp;
  expiresAt: Timestamp;
  /**
   * Versions that no host may run, sorted by name.
   *
   * @maxItems 100000
   */
  revoked: Revocation[];
  /**
   * For each server with such a limit, the oldest approval that may still run.
   *
   * @maxItems 100000
   */
  oldest: OldestAllowed[];
}
/**
 * Versions of one server that must not run.
 */
export interface Revocation {
  name: ServerName;
  versions: VersionSet;
  /**
   * Revoked for cause, or withdrawn.
   */
  state: 'revoked' | 'withdrawn';
  since: Day;
  /**
   * Why.
   */
  reason: string;
  /**
   * The advisory that caused it.
   */
  advisory?: string;
}
/**
 * Approvals with a lower sequence must not run.
 */
export interface OldestAllowed {
  name: ServerName;
  version: Version;
  /**
   * That approval's sequence.
   */
  sequence: number;
}
/**
 * What the function that fetches and reviews found of one version, for the function that signs it.
 */
export interface StoredReview {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  program: Sha256;
  name: ServerName;
  version: Version;
  manifest: Sha256;
  lock: Sha256;
  policy: Sha256;
  review: SignersReview;
  checks: Checks;
}
/**
 * metadata/<version>.targets.json: the keyring, the launcher where one is published, and who signs the bins that name all other files. Signed by offline keys.
 */
export interface TargetsMetadata {
  signatures: MetadataSignatures;
  signed: TargetsRole;
}
/**
 * The content of the targets role.
 */
export interface TargetsRole {
  /**
   * The role.
   */
  _type: 'targets';
  spec_version: TufVersion;
  version: MetadataVersion;
  expires: Timestamp;
  targets: TopTargets;
  delegations: Delegations;
}
/**
 * The only files that this role itself lists.
 */
export interface TopTargets {
  'trust/keyring.json': TargetFile;
  'launcher/countersign.tgz'?: LauncherFile;
}
/**
 * The exact bytes of the host's own program, as `npm run pack:host` makes them.
 */
export interface LauncherFile {
  length: FileLength;
  hashes: FileHashes;
  custom: LauncherFacts;
}
/**
 * What a host knows of the program before it fetches it.
 */
export interface LauncherFacts {
  /**
   * The version in the program's package.json: a semantic version.
   */
  version: string;
}
/**
 * Who signs the bins.
 */
export interface Delegations {
  /**
   * Public keys by their id: the SHA-256 of the key's canonical JSON.
   */
  keys: {
    [k: string]: MetadataKey;
  };
  succinct_roles: SuccinctRoles;
}
/**
 * Bins by the hash of a file's path.
 */
export interface SuccinctRoles {
  keyids: MetadataKeyIds;
  threshold: Threshold;
  /**
   * The number of bits of the hash; 8 bits make 256 bins.
   */
  bit_length: 8;
  /**
   * Bins are called bin-00 to bin-ff.
   */
  name_prefix: 'bin';
}
/**
 * metadata/timestamp.json: the newest snapshot. Signed every few hours by its own online key.
 */
export interface TimestampMetadata {
  signatures: MetadataSignatures;
  signed: TimestampRole;
}
/**
 * The content of the timestamp role.
 */
export interface TimestampRole {
  /**
   * The role.
   */
  _type: 'timestamp';
  spec_version: TufVersion;
  version: MetadataVersion;
  expires: Timestamp;
  meta: TimestampMeta;
}
/**
 * The newest snapshot.
 */
export interface TimestampMeta {
  'snapshot.json': SnapshotFile;
}
/**
 * Its version and exact bytes.
 */
export interface SnapshotFile {
  version: MetadataVersion;
  length: FileLength;
  hashes: FileHashes;
}
/**
 * The registry that a host trusts. The IT department installs this file; it is never fetched from the registry.
 */
export interface TrustConfig {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  registry: TrustedRegistry;
  root: RootMetadata;
  exportedAt: Timestamp;
  minimum?: MinimumVersions;
  /**
   * Groups that this device belongs to; a server with an audience runs only if one of its groups matches.
   *
   * @maxItems 200
   */
  groups?: string[];
  /**
   * Where the groups come from in place of `groups`. `system`: the groups of this account, as the operating system knows them.
   */
  groupsFrom?: 'system';
  /**
   * Where the secrets of servers come from on this device: by server, then by the name of the variable.
   */
  credentials?: {
    [k: string]: {
      [k: string]: SecretSource;
    };
  };
  /**
   * The npm registry or mirror to fetch packages from. Absent: the registry in npm's own configuration. Tokens stay in npm's own configuration.
   */
  npmRegistry?: string;
  /**
   * The package index or mirror to fetch Python packages from: the address of its simple interface. Absent: the index that uv or pip is configured with.
   */
  pythonIndex?: string;
  /**
   * The absolute path of the Podman or Docker that runs servers that are images. Absent: the system's own.
   */
  containerEngine?: string;
  /**
   * The absolute path of the Python that runs Python servers. Absent: the system's own.
   */
  python?: string;
  /**
   * The age of fetched metadata, in seconds, after which the registry is asked again.
   */
  refreshAfterSeconds?: number;
  /**
   * Versions to run if the command names none, by server. Absent: the current version.
   */
  pins?: {
    [k: string]: Version;
  };
  /**
   * Servers that run on this device without a sandbox, with all that the user may do. Only the system's trust config can allow it; each start is audited.
   */
  unsandboxed?: {
    [k: string]: 'allowed';
  };
  /**
   * Whether people on this device may use another trust config with --trust. Only the system's trust config can set it.
   */
  allowOtherTrust?: boolean;
  audit?: AuditConfig;
}
/**
 * The registry.
 */
export interface TrustedRegistry {
  id: RegistryId;
  /**
   * Where it is published. Plain http is accepted on loopback only.
   */
  url: string;
  environment: Environment;
}
/**
 * The lowest versions that a host accepts, also before it has seen any.
 */
export interface MinimumVersions {
  root?: MetadataVersion;
  targets?: MetadataVersion;
}
/**
 * One place that a secret comes from. Give exactly one field.
 */
export interface SecretSource {
  keychain?: KeychainEntry;
  /**
   * The absolute path of a file that holds the secret. Only its owner, this account or root, may read it.
   */
  file?: string;
  /**
   * The absolute path of a program that prints the secret, and its words. No shell is used.
   *
   * @minItems 1
   * @maxItems 50
   */
  command?: string[];
  /**
   * The variable that countersign itself gets it in.
   */
  environment?: string;
}
/**
 * An entry of the keychain of the account.
 */
export interface KeychainEntry {
  /**
   * The service of the entry.
   */
  service: string;
  /**
   * The account of the entry.
   */
  account: string;
}
/**
 * How long this device keeps its audit trail, and where it sends it. The system's trust config decides, also where another one takes its place.
 */
export interface AuditConfig {
  /**
   * The address that events are sent to, with its whole path. Absent: they are not sent. Plain http is accepted on loopback only.
   */
  endpoint?: string;
  /**
   * `otlp`: the logs of OpenTelemetry in JSON over HTTP. `jsonl`: the lines of the trail as they are.
   */
  protocol?: 'otlp' | 'jsonl';
  /**
   * The absolute path of a file with the headers that the endpoint asks for, one `Name: value` a line. Secrets belong there, never in this file.
   */
  headersFrom?: string;
  /**
   * How much may wait to be sent while the endpoint cannot be reached; what is older is given up, which is an event of its own.
   */
  spoolMegabytes?: number;
  /**
   * How many days a full file of the trail is kept.
   */
  retentionDays?: number;
  /**
   * How much of the trail is kept; the oldest files are deleted first.
   */
  maxMegabytes?: number;
}
/**
 * The payload of a verification summary: a SLSA VSA 1.2 (https://slsa.dev/spec/v1.2/verification_summary) that says of an artefact that it is approved, for programs that read no other statement of this registry. Hosts do not read it.
 */
export interface VerificationSummary {
  /**
   * in-toto's name of the format.
   */
  _type: 'https://in-toto.io/Statement/v1';
  /**
   * The artefact, as the approval names it.
   *
   * @minItems 1
   * @maxItems 1
   */
  subject: Subject[];
  /**
   * The type of this predicate.
   */
  predicateType: 'https://slsa.dev/verification_summary/v1';
  predicate: VerificationSummaryPredicate;
}
/**
 * What was verified, by whom, and with which result.
 */
export interface VerificationSummaryPredicate {
  verifier: Verifier;
  timeVerified: Timestamp;
  /**
   * The package URL of the artefact, as in the subject.
   */
  resourceUri: string;
  policy: VerificationPolicy;
  /**
   * The bundle of the approval, which says the rest: `approvals/<sha256>.json` of the registry.
   *
   * @minItems 1
   * @maxItems 1
   */
  inputAttestations: InputAttestation[];
  /**
   * Only approvals are summarised.
   */
  verificationResult: 'PASSED';
  /**
   * `COUNTERSIGN_CLOSURE_APPROVED`: every byte that the artefact executes, with all that it depends on, is pinned by digest and approved. No SLSA level is claimed: who built the artefact is not judged here.
   *
   * @minItems 1
   * @maxItems 1
   */
  verifiedLevels: 'COUNTERSIGN_CLOSURE_APPROVED'[];
  /**
   * The version of the SLSA specification.
   */
  slsaVersion: '1.2';
}
/**
 * The signer of one registry, in one environment.
 */
export interface Verifier {
  /**
   * `urn:countersign:signer:<environment>:<registry id>`.
   */
  id: string;
  version: VerifierVersion;
}
/**
 * The version of the program that signed.
 */
export interface VerifierVersion {
  /**
   * Its version.
   */
  countersign: string;
}
/**
 * The policy that applied.
 */
export interface VerificationPolicy {
  /**
   * The name of the registry's policy.yaml.
   */
  uri: 'urn:countersign:policy.yaml';
  digest: Sha256Digest;
}
/**
 * A digest of exact bytes.
 */
export interface Sha256Digest {
  sha256: Sha256;
}
/**
 * The approval.
 */
export interface InputAttestation {
  digest: Sha256Digest;
}
/**
 * The published view.json: for which groups this copy of the registry is. A copy without it is for everybody. It is not signed, and no host reads it.
 */
export interface View {
  /**
   * The version of this format.
   */
  schemaVersion: 1;
  /**
   * The groups, sorted.
   *
   * @minItems 1
   * @maxItems 50
   */
  audience: string[];
}
