/** Reads in-toto statements of publishers after they were verified: their subjects, and the source that was built. */
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
  const { subject, predicateType } = statement;
  // PyPI writes null where there is nothing to say.
  const predicate = statement['predicate'] ?? {};
  const subjects: unknown[] = Array.isArray(subject) ? subject : [];
  if (
    !statementTypes.has(statement['_type']) ||
    typeof predicateType !== 'string' ||
    !isJsonObject(predicate) ||
    subjects.length === 0 ||
    subjects.length > maxSubjects
  )
    throw new Unverified('contains no in-toto statement');
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
    throw new Unverified(`contains ${what} that cannot be read: ${cause.message}`, { cause });
  }
  if (!isJsonObject(value)) throw new Unverified(`contains ${what} that is not a JSON object`);
  return value;
}

/** A string or a number as text. Not every object from outside can be converted to text. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/**
 * A provenance must name the same repository, commit and workflow as the certificate: the authority confirmed the
 * certificate, but the build itself wrote the predicate.
 * @throws Unverified
 */
export function checkSource({ predicateType, predicate }: UpstreamStatement, build: BuildIdentity): void {
  const { sources, workflow } = predicateType.endsWith('/v1') ? sourceOfV1(predicate) : sourceOfV02(predicate);
  if (!sources.some(({ uri, digest }) => repositoryOf(uri) === build.repository && commitOf(digest) === build.commit))
    throw new Unverified(`differs from its certificate, which names the source ${build.repository} at ${build.commit}`);
  if (workflow !== undefined && workflow !== build.workflow && !build.workflow.startsWith(`${workflow}@`))
    throw new Unverified(`differs from its certificate, which names the workflow ${build.workflow}`);
}

interface Source {
  /** Objects with `uri` and `digest`. One of them must match the certificate. */
  readonly sources: readonly JsonObject[];
  /** Its path in the repository, with or without its reference. */
  readonly workflow: string | undefined;
}

/** https://slsa.dev/spec/v0.2/provenance. Certificates do not name GitLab jobs as workflows. */
function sourceOfV02(predicate: JsonObject): Source {
  const source = at(predicate, 'invocation', 'configSource');
  const entry = at(source, 'entryPoint');
  const isPath = typeof entry === 'string' && entry.startsWith('.github/');
  return { sources: objects([source]), workflow: isPath ? entry : undefined };
}

/** https://slsa.dev/spec/v1.0/provenance, and GitHub's build type in it. */
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

/** The address in `git+https://host/path@reference`. */
function repositoryOf(uri: unknown): string | undefined {
  if (typeof uri !== 'string') return undefined;
  const [, address] = /^git\+(https:\/\/[^@\s]{1,2000})(?:@[^\s]{1,2000})?$/u.exec(uri) ?? [];
  return address;
}

function commitOf(digest: unknown): unknown {
  if (!isJsonObject(digest)) return undefined;
  return digest['gitCommit'] ?? digest['sha1'];
}
