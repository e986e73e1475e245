/** In-toto statements of publishers, read after they were verified: what they are about, and what they say was built. */
import { isJsonObject, JsonError, parseJson, type JsonObject } from '../../../core/json.ts';
import { Unverified } from './attestation.ts';
import type { BuildIdentity } from './build-identity.ts';

export interface UpstreamStatement {
  readonly predicateType: string;
  readonly predicate: JsonObject;
  readonly subjects: readonly UpstreamSubject[];
}

export interface UpstreamSubject {
  readonly name: unknown;
  /** In hexadecimal, by algorithm. */
  readonly digest: JsonObject;
}

export const slsaProvenance: ReadonlySet<string> = new Set([
  'https://slsa.dev/provenance/v0.2',
  'https://slsa.dev/provenance/v1',
]);

const statementTypes: ReadonlySet<unknown> = new Set([
  'https://in-toto.io/Statement/v0.1',
  'https://in-toto.io/Statement/v1',
]);
const maxSubjects = 1_024;

/** @throws Unverified */
export function readStatement(payload: Uint8Array): UpstreamStatement {
  const statement = readObject(payload, 'an in-toto statement');
  const { subject, predicateType, predicate = {} } = statement;
  const subjects: unknown[] = Array.isArray(subject) ? subject : [];
  if (
    !statementTypes.has(statement['_type']) ||
    typeof predicateType !== 'string' ||
    !isJsonObject(predicate) ||
    subjects.length === 0 ||
    subjects.length > maxSubjects
  )
    throw new Unverified('holds no in-toto statement');
  return {
    predicateType,
    predicate,
    subjects: subjects.map((it) => {
      const { name, digest } = isJsonObject(it) ? it : {};
      return { name, digest: isJsonObject(digest) ? digest : {} };
    }),
  };
}

/** @throws Unverified */
export function readObject(bytes: Uint8Array, what: string): JsonObject {
  let value: unknown;
  try {
    value = parseJson(bytes);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new Unverified(`holds ${what} that is no JSON: ${cause.message}`, { cause });
  }
  if (!isJsonObject(value)) throw new Unverified(`holds ${what} that is no JSON object`);
  return value;
}

/** Text or a number as text. Objects from outside cannot all be made text of. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/**
 * A provenance must say what the certificate says of the repository, the commit and the workflow: the certificate is
 * what the authority saw, the predicate is what the build wrote.
 * @throws Unverified
 */
export function checkSource({ predicateType, predicate }: UpstreamStatement, build: BuildIdentity): void {
  const { sources, workflow } = predicateType.endsWith('/v1') ? sourceOfV1(predicate) : sourceOfV02(predicate);
  if (!sources.some(({ uri, digest }) => repositoryOf(uri) === build.repository && commitOf(digest) === build.commit))
    throw new Unverified(
      `says another source than its certificate, which names ${build.repository} at ${build.commit}`,
    );
  if (workflow !== undefined && workflow !== build.workflow && !build.workflow.startsWith(`${workflow}@`))
    throw new Unverified(`says another workflow than its certificate, which names ${build.workflow}`);
}

interface Source {
  /** With `uri` and `digest`. One of them must be what the certificate says. */
  readonly sources: readonly JsonObject[];
  /** In the repository, with or without its reference. */
  readonly workflow: string | undefined;
}

/** https://slsa.dev/spec/v0.2/provenance. A GitLab job is no workflow that a certificate would name. */
function sourceOfV02(predicate: JsonObject): Source {
  const source = at(predicate, 'invocation', 'configSource');
  const entry = at(source, 'entryPoint');
  const isPath = typeof entry === 'string' && entry.startsWith('.github/');
  return { sources: objects([source]), workflow: isPath ? entry : undefined };
}

/** https://slsa.dev/spec/v1.0/provenance, and GitHub's own build type within it. */
function sourceOfV1(predicate: JsonObject): Source {
  const dependencies = objects(at(predicate, 'buildDefinition', 'resolvedDependencies'));
  const named = at(predicate, 'buildDefinition', 'externalParameters', 'workflow');
  if (!isJsonObject(named)) return { sources: dependencies, workflow: undefined };
  const { repository, path, ref } = named;
  return {
    sources: dependencies.filter(({ uri }) => repositoryOf(uri) === repository),
    workflow: typeof path === 'string' && typeof ref === 'string' ? `${path}@${ref}` : '',
  };
}

const objects = (list: unknown): JsonObject[] => (Array.isArray(list) ? list.filter(isJsonObject) : []);

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (found, key) => (isJsonObject(found) && Object.hasOwn(found, key) ? found[key] : undefined),
    value,
  );
}

/** `git+https://host/path@reference`: the address alone. */
function repositoryOf(uri: unknown): string | undefined {
  if (typeof uri !== 'string') return undefined;
  const [, address] = /^git\+(https:\/\/[^@\s]{1,2000})(?:@[^\s]{1,2000})?$/u.exec(uri) ?? [];
  return address;
}

function commitOf(digest: unknown): unknown {
  if (!isJsonObject(digest)) return undefined;
  return digest['gitCommit'] ?? digest['sha1'];
}
