/** What approvals and the status share: an in-toto Statement v1, signed for one registry and one environment. */
import type { ApprovalStatement, Artefact, Environment, StatusStatement, Subject } from '../schemas/types.ts';
import { artefactUrlProblem, packageUrl, parseArtefactUrl } from './artefact.ts';
import { openBundle, type OpenBundle } from './bundle.ts';
import type { Format } from './formats.ts';
import { countsStill, type OpenKeyring } from './keyring.ts';
import { ofFormat, openJson } from './open-format.ts';
import { Refusal } from './refusal.ts';
import { show } from './schema.ts';

export const statementType = 'https://in-toto.io/Statement/v1';
export const approvalPredicateType = 'urn:countersign:approval:v1';
export const statusPredicateType = 'urn:countersign:status:v1';

type Statement = ApprovalStatement | StatusStatement;

/** A statement whose signature, key window, registry and environment were checked. */
export interface OpenStatement<S extends Statement> {
  readonly statement: S;
  /** SHA-256 of the bundle it came in. */
  readonly bundle: string;
  /** The hint of the key that signed it. */
  readonly signedBy: string;
}

/**
 * Opens a statement in this order: verifies the signature over the received bytes, parses them, then checks that they
 * were signed for this registry and environment, by a key that was valid then and is not revoked.
 * @throws Refusal E_FORMAT, E_TOO_LARGE, E_KEY, E_SIGNATURE, E_SCHEMA_VERSION, E_PREDICATE, E_REGISTRY,
 *   E_ENVIRONMENT, E_KEY_WINDOW, E_KEY_REVOKED
 */
export function openStatement<S extends Statement>(
  format: Format<S>,
  predicateType: S['predicateType'],
  bytes: Uint8Array,
  keyring: OpenKeyring,
  what: string,
): OpenStatement<S> {
  const opened = openBundle(bytes, keyring, what);
  const value = openJson(format, opened.payload, what);
  checkPredicateType(value, predicateType, what);
  const statement = ofFormat(format, value, what);
  checkSignedFor(signedFor(statement), opened, keyring, what);
  return { statement, bundle: opened.digest, signedBy: opened.key.hint };
}

/** For which registry and environment a statement was signed, and when. */
export interface SignedFor {
  readonly registry: string;
  readonly environment: Environment;
  readonly signedAt: Date;
}

export const signedFor = ({ predicate }: Statement): SignedFor => ({
  registry: predicate.registry,
  environment: predicate.environment,
  signedAt: new Date('approvedAt' in predicate ? predicate.approvedAt : predicate.issuedAt),
});

/**
 * Checks that a statement was signed for this registry and environment, while its key was valid, and that the key was
 * not revoked; or, if it was, that the keyring lists this bundle as still valid.
 * @throws Refusal E_REGISTRY, E_ENVIRONMENT, E_KEY_WINDOW, E_KEY_REVOKED
 */
export function checkSignedFor(
  { registry, environment, signedAt }: SignedFor,
  { key, digest }: Pick<OpenBundle, 'key' | 'digest'>,
  keyring: OpenKeyring,
  what: string,
): void {
  if (registry !== keyring.registry)
    throw new Refusal(
      'E_REGISTRY',
      `${what} was signed for the registry ${registry}, not for ${keyring.registry}`,
      'use the trust config of the registry that you fetch from',
    );
  checkEnvironment(environment, keyring.environment, what);
  if (signedAt < key.validFrom || (key.validUntil !== undefined && signedAt >= key.validUntil))
    throw new Refusal(
      'E_KEY_WINDOW',
      `${what} says ${signedAt.toISOString()}; its key is valid from ${key.validFrom.toISOString()} until ${key.validUntil?.toISOString() ?? 'further notice'}`,
      'ask the operator of the registry to sign it again',
    );
  if (!countsStill(key, digest))
    throw new Refusal(
      'E_KEY_REVOKED',
      `${what} is signed by the key ${key.hint}, which was revoked at ${key.revoked?.since ?? ''}`,
      'do not use it; ask the operator of the registry to sign it again',
    );
}

function checkEnvironment(signed: Environment, trusted: Environment, what: string): void {
  if (signed !== trusted)
    throw new Refusal(
      'E_ENVIRONMENT',
      `${what} was signed for ${signed}; here ${trusted} is trusted`,
      trusted === 'production'
        ? 'use the production registry: nobody reviewed what a development key signs'
        : 'use the trust config of the production registry',
    );
}

/**
 * A valid signature may be on a statement of another kind. This check runs before the schema, so that the message says
 * so instead of listing every rule of the schema.
 * @throws Refusal E_PREDICATE
 */
export function checkPredicateType(value: unknown, expected: string, what: string): void {
  const found =
    typeof value === 'object' && value !== null && 'predicateType' in value ? value.predicateType : undefined;
  if (found !== expected)
    throw new Refusal(
      'E_PREDICATE',
      `${what} is a statement of type ${show(found)}, not ${expected}`,
      'tell the operator of the registry: its files are mixed up',
    );
}

/** The paths by which statements name a server's two files, and its published record. */
export const manifestPath = (name: string): string => `servers/${name}.yaml`;
export const lockPath = (name: string): string => `servers/${name}.lock.json`;
export const recordPath = (name: string): string => `servers/${name}.json`;

/** The name of the server whose record has this path; undefined if it is not the path of a record. */
export const nameOfRecord = (path: string): string | undefined =>
  /^servers\/(?<name>[a-z0-9]+(?:-[a-z0-9]+)*)\.json$/u.exec(path)?.groups?.name;

/** The name by which an approval's subject refers to an artefact. @throws Refusal E_SUBJECT */
export function artefactSubjectName({ url, sha256 }: Artefact): string {
  const reference = parseArtefactUrl(url);
  if (reference === undefined) {
    const { message, remedy } = artefactUrlProblem(url);
    throw new Refusal('E_SUBJECT', message, remedy);
  }
  return packageUrl(reference, sha256);
}

/** The only subject with this name. @throws Refusal E_SUBJECT if no subject, or more than one, has this name */
export function subjectNamed(subjects: readonly Subject[], name: string, what: string): Subject {
  const [subject, ...more] = subjects.filter((candidate) => candidate.name === name);
  if (subject === undefined || more.length > 0)
    throw new Refusal(
      'E_SUBJECT',
      `${what} has ${subject === undefined ? 'no' : 'more than one'} subject ${name}`,
      'do not use it: it was not signed for this server',
    );
  return subject;
}
