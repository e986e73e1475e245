/** Records of OSV, as far as we read them: https://ossf.github.io/osv-schema/ */
import { valid } from 'semver';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { maxAdvisoryAliases, maxAdvisoryIdLength, maxAdvisorySummaryLength } from '../../../core/limits.ts';
import { mostSevere, type Severity } from './advisory.ts';
import { cvss3Score, severityOfScore } from './cvss.ts';

export interface OsvRecord {
  readonly id: string;
  readonly aliases: readonly string[];
  /** It was taken back: it counts for nothing. */
  readonly withdrawn: boolean;
  readonly severity: Severity;
  readonly malware: boolean;
  readonly summary?: string;
  /** The npm packages that it is about. */
  readonly affected: readonly OsvAffected[];
}

export interface OsvAffected {
  readonly name: string;
  readonly versions: ReadonlySet<string>;
  readonly ranges: readonly (readonly OsvEvent[])[];
}

/** `version` is a semver version; `0` before all and `*` behind all others. */
export interface OsvEvent {
  readonly kind: 'introduced' | 'fixed' | 'last_affected' | 'limit';
  readonly version: string;
}

/** What is wrong with the advisories of a source, as the end of a sentence about them. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

/**
 * Reads a record; what it says of other ecosystems is passed over. `what` is what messages call it.
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
  if (!isJsonObject(value)) throw new RecordError('is no object');
  const { id, aliases = [], withdrawn = null, summary, affected = [], database_specific: own } = value;
  if (!isAdvisoryId(id)) throw new RecordError('has no id');
  if (!Array.isArray(aliases) || aliases.length > maxAdvisoryAliases || !aliases.every(isAdvisoryId))
    throw new RecordError('has aliases that are none');
  if (withdrawn !== null && (typeof withdrawn !== 'string' || Number.isNaN(Date.parse(withdrawn))))
    throw new RecordError('was withdrawn at no time');
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

/** Whether it may stand in an address, in a message and in a file's name. */
export const isAdvisoryId = (id: unknown): id is string =>
  typeof id === 'string' && id.length <= maxAdvisoryIdLength && /^[A-Za-z0-9][A-Za-z0-9._:-]*$/u.test(id);

/** A summary as one line of bounded length. */
export const oneLine = (summary: string): string =>
  summary
    .slice(0, 4 * maxAdvisorySummaryLength)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, maxAdvisorySummaryLength);

/** CWE-506, embedded malicious code: what GitHub and npm give to malware. */
export const malwareKind = 'CWE-506';

const hasMalwareKind = (own: unknown): boolean =>
  isJsonObject(own) && Array.isArray(own.cwe_ids) && own.cwe_ids.includes(malwareKind);

function readAffected(affected: JsonObject): OsvAffected | undefined {
  const { package: about, versions = [], ranges = [] } = affected;
  if (!isJsonObject(about)) return undefined;
  const { ecosystem, name } = about;
  if (typeof ecosystem !== 'string' || typeof name !== 'string') throw new RecordError('has a package without a name');
  if (ecosystem !== 'npm') return undefined;
  if (!Array.isArray(versions) || !versions.every((version) => typeof version === 'string'))
    throw new RecordError('has versions that are none');
  const known = objects(ranges, 'ranges').filter(({ type }) => type !== 'GIT');
  // A package without a version that could be compared: nothing says that any is spared.
  const whole = known.length === 0 && versions.length === 0;
  return { name, versions: new Set(versions), ranges: whole ? [everything] : known.map(readRange) };
}

const everything: readonly OsvEvent[] = [{ kind: 'introduced', version: '0' }];

function readRange({ events }: JsonObject): readonly OsvEvent[] {
  const read = objects(events, 'events').flatMap((event) => {
    const found = kinds.filter((kind) => event[kind] !== undefined);
    const [kind] = found;
    const version = kind === undefined ? undefined : event[kind];
    if (kind === undefined || found.length > 1 || typeof version !== 'string')
      throw new RecordError('has an event that is none');
    return [{ kind, version }];
  });
  if (!read.some(({ kind }) => kind === 'introduced')) throw new RecordError('has a range that begins nowhere');
  // What cannot be compared spares no version.
  return read.every(isComparable) ? read : everything;
}

const kinds = ['introduced', 'fixed', 'last_affected', 'limit'] as const;

const isComparable = ({ kind, version }: OsvEvent): boolean =>
  (kind === 'introduced' && version === '0') ||
  (kind === 'limit' && version === '*') ||
  valid(version, { loose: true }) !== null;

/** What the database says itself; else what CVSS 3 scores. A version 4 vector alone is no severity to us. */
function severityOf({ severity, affected, database_specific: own }: JsonObject): Severity {
  const stated = isJsonObject(own) && typeof own.severity === 'string' ? statedSeverity(own.severity) : 'unknown';
  if (stated !== 'unknown') return stated;
  const vectors = [{ severity }, ...(Array.isArray(affected) ? affected.filter(isJsonObject) : [])].flatMap((each) =>
    Array.isArray(each.severity) ? each.severity.filter(isJsonObject) : [],
  );
  const scores = vectors.flatMap(({ score }) => (typeof score === 'string' ? (cvss3Score(score) ?? []) : []));
  return mostSevere(scores.map(severityOfScore));
}

/** GitHub's words, and CVSS's; of no importance is still something to look at. */
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
  if (!Array.isArray(value) || !value.every(isJsonObject)) throw new RecordError(`has ${what} that are none`);
  return value;
}
