/** Reads the parts of OSV records that we use: https://ossf.github.io/osv-schema/ */
import {
  packageTypes,
  registeredName,
  registryNames,
  type PackageName,
  type PackageType,
} from '../../../artefacts/part.ts';
import { isVersion } from '../../../artefacts/versions.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { maxAdvisoryAliases, maxAdvisoryIdLength, maxAdvisorySummaryLength } from '../../../core/limits.ts';
import { mostSevere, type Severity } from './advisory.ts';
import { cvss3Score, severityOfScore } from './cvss.ts';

export interface OsvRecord {
  readonly id: string;
  readonly aliases: readonly string[];
  /** It was withdrawn, so it does not count. */
  readonly withdrawn: boolean;
  readonly severity: Severity;
  readonly malware: boolean;
  readonly summary?: string;
  /** The packages that it is about, of the registries that we know. */
  readonly affected: readonly OsvAffected[];
}

export interface OsvAffected {
  readonly type: PackageType;
  /** As its registry knows it. */
  readonly name: string;
  readonly versions: ReadonlySet<string>;
  readonly ranges: readonly (readonly OsvEvent[])[];
}

/** `version` is one that the registry can order, or `0` before all others, or `*` after all others. */
export interface OsvEvent {
  readonly kind: 'introduced' | 'fixed' | 'last_affected' | 'limit';
  readonly version: string;
}

const types = new Map(packageTypes.map((type) => [registryNames[type], type]));

/** A package as OSV names it: https://ossf.github.io/osv-schema/#defined-ecosystems */
export const osvPackage = (about: Pick<PackageName, 'type' | 'name'>): { name: string; ecosystem: string } => ({
  name: registeredName(about),
  ecosystem: registryNames[about.type],
});

/** A fault in the advisories of a source. The message is the end of a sentence about them. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

/**
 * Reads a record, without its parts about other ecosystems. `what` is its name in messages.
 * @throws RecordError
 */
export function readRecord(value: unknown, what: string): OsvRecord {
  try {
    return readFields(value);
  } catch (cause) {
    if (!(cause instanceof RecordError)) throw cause;
    throw new RecordError(`hold ${what}, which ${cause.message}`, { cause });
  }
}

function readFields(value: unknown): OsvRecord {
  if (!isJsonObject(value)) throw new RecordError('is not an object');
  const { id, aliases = [], withdrawn = null, summary, affected = [], database_specific: own } = value;
  if (!isAdvisoryId(id)) throw new RecordError('has no id');
  if (!Array.isArray(aliases) || aliases.length > maxAdvisoryAliases || !aliases.every(isAdvisoryId))
    throw new RecordError('has malformed aliases');
  if (withdrawn !== null && (typeof withdrawn !== 'string' || Number.isNaN(Date.parse(withdrawn))))
    throw new RecordError('has a malformed withdrawal date');
  const packages = objects(affected, 'affected').map(readAffected);
  const line = typeof summary === 'string' ? oneLine(summary) : '';
  return {
    id,
    aliases,
    withdrawn: withdrawn !== null,
    severity: severityOf(value),
    malware: [id, ...aliases].some((name) => name.startsWith('MAL-')) || hasMalwareKind(own),
    ...(line !== '' && { summary: line }),
    affected: packages.filter((each) => each !== undefined),
  };
}

/** Whether it may be used in an address, in a message and in the name of a file. */
export const isAdvisoryId = (id: unknown): id is string =>
  typeof id === 'string' && id.length <= maxAdvisoryIdLength && /^[A-Za-z0-9][A-Za-z0-9._:-]*$/u.test(id);

/** A summary as one line of limited length. */
export const oneLine = (summary: string): string =>
  summary
    .slice(0, 4 * maxAdvisorySummaryLength)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, maxAdvisorySummaryLength);

/** CWE-506, embedded malicious code, which GitHub and npm use for malware. */
export const malwareKind = 'CWE-506';

const hasMalwareKind = (own: unknown): boolean =>
  isJsonObject(own) && Array.isArray(own.cwe_ids) && own.cwe_ids.includes(malwareKind);

function readAffected(affected: JsonObject): OsvAffected | undefined {
  const { package: about, versions = [], ranges = [] } = affected;
  if (!isJsonObject(about)) return undefined;
  const { ecosystem, name } = about;
  if (typeof ecosystem !== 'string' || typeof name !== 'string') throw new RecordError('has a package without a name');
  const type = types.get(ecosystem);
  if (type === undefined) return undefined;
  if (!Array.isArray(versions) || !versions.every((version) => typeof version === 'string'))
    throw new RecordError('has malformed versions');
  const known = objects(ranges, 'ranges').filter((range) => range.type !== 'GIT');
  // A package without a comparable version: all its versions count as affected.
  const whole = known.length === 0 && versions.length === 0;
  return {
    type,
    name: registeredName({ type, name }),
    versions: new Set(versions),
    ranges: whole ? [everything] : known.map((range) => readRange(type, range)),
  };
}

const everything: readonly OsvEvent[] = [{ kind: 'introduced', version: '0' }];

function readRange(type: PackageType, { events }: JsonObject): readonly OsvEvent[] {
  const read = objects(events, 'events').flatMap((event) => {
    const found = kinds.filter((kind) => event[kind] !== undefined);
    const [kind] = found;
    const version = kind === undefined ? undefined : event[kind];
    if (kind === undefined || found.length > 1 || typeof version !== 'string')
      throw new RecordError('has a malformed event');
    return [{ kind, version }];
  });
  if (!read.some(({ kind }) => kind === 'introduced')) throw new RecordError('has a range without a beginning');
  // A version that cannot be compared excludes nothing.
  return read.every((event) => isComparable(type, event)) ? read : everything;
}

const kinds = ['introduced', 'fixed', 'last_affected', 'limit'] as const;

const isComparable = (type: PackageType, { kind, version }: OsvEvent): boolean =>
  (kind === 'introduced' && version === '0') || (kind === 'limit' && version === '*') || isVersion(type, version);

/** The level that the database states, or else the CVSS 3 score. We do not use CVSS 4 vectors. */
function severityOf({ severity, affected, database_specific: own }: JsonObject): Severity {
  const stated = isJsonObject(own) && typeof own.severity === 'string' ? statedSeverity(own.severity) : 'unknown';
  if (stated !== 'unknown') return stated;
  const vectors = [{ severity }, ...(Array.isArray(affected) ? affected.filter(isJsonObject) : [])].flatMap((each) =>
    Array.isArray(each.severity) ? each.severity.filter(isJsonObject) : [],
  );
  const scores = vectors.flatMap(({ score }) => (typeof score === 'string' ? (cvss3Score(score) ?? []) : []));
  return mostSevere(scores.map(severityOfScore));
}

/** The words of GitHub and CVSS. The level "none" still counts as low. */
export function statedSeverity(word: string): Severity {
  switch (word.toLowerCase()) {
    case 'none':
    case 'info':
    case 'low':
      return 'low';
    case 'medium':
    case 'moderate':
      return 'moderate';
    case 'high':
      return 'high';
    case 'critical':
      return 'critical';
    default:
      return 'unknown';
  }
}

function objects(value: unknown, what: string): readonly JsonObject[] {
  if (!Array.isArray(value) || !value.every(isJsonObject)) throw new RecordError(`has malformed ${what}`);
  return value;
}
