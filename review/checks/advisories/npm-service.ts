/** Asks the bulk endpoint for advisories of an npm registry, which `npm audit` also uses. */
import { compareLoose, Range, satisfies, validRange } from 'semver';
import { labelOf, type PackageName } from '../../../artefacts/part.ts';
import { isJsonObject, parseJson } from '../../../core/json.ts';
import { maxAdvisoriesFound, maxAdvisoryBatch } from '../../../core/limits.ts';
import type { Advisory, FindAdvisories } from './advisory.ts';
import { isAdvisoryId, malwareKind, oneLine, RecordError, statedSeverity } from './osv-record.ts';

/** In characters. A longer range counts as one that cannot be read. */
const maxRangeLength = 10_000;
/** The options with which npm reads ranges of advisories. */
const loose = { includePrerelease: true, loose: true };

/** Takes packages of npm only. `ask` sends versions by package name, and returns the answer of the registry. */
export const findWithNpm =
  (ask: (versions: ReadonlyMap<string, readonly string[]>) => Promise<Buffer>): FindAdvisories =>
  async (packages) => {
    const byName = [...Map.groupBy(packages, ({ name }) => name)];
    const found = new Map<string, readonly Advisory[]>();
    for (let at = 0; at < byName.length; at += maxAdvisoryBatch) {
      const batch = new Map(byName.slice(at, at + maxAdvisoryBatch));
      const versions = new Map([...batch].map(([name, each]) => [name, each.map(({ version }) => version)]));
      const answer = readAnswer(await ask(versions));
      for (const [name, each] of batch)
        for (const about of each)
          found.set(
            labelOf(about),
            (answer.get(name) ?? []).filter((entry) => concerns(entry, about)).map((entry) => advisoryOf(entry, about)),
          );
    }
    return found;
  };

interface Entry {
  readonly advisory: Omit<Advisory, 'fixedIn'>;
  /** Absent if it cannot be read. */
  readonly range?: string;
}

function readAnswer(bytes: Buffer): ReadonlyMap<string, readonly Entry[]> {
  let value: unknown;
  try {
    value = parseJson(bytes);
  } catch (cause) {
    throw new RecordError('are not JSON', { cause });
  }
  if (!isJsonObject(value)) throw new RecordError('have a malformed answer');
  let count = 0;
  return new Map(
    Object.entries(value).map(([name, entries]) => {
      if (!Array.isArray(entries)) throw new RecordError('have a malformed answer');
      count += entries.length;
      if (count > maxAdvisoriesFound) throw new RecordError(`are more than ${maxAdvisoriesFound}`);
      return [name, entries.map(readEntry)];
    }),
  );
}

function readEntry(value: unknown): Entry {
  if (!isJsonObject(value)) throw new RecordError('have a malformed answer');
  const { id, url, title, severity, vulnerable_versions: range, cwe } = value;
  const named = typeof url === 'string' ? /\/(?<id>GHSA(?:-[0-9a-z]{4}){3})$/u.exec(url)?.groups?.id : undefined;
  const own = typeof id === 'number' || typeof id === 'string' ? `npm-${id}` : undefined;
  const known = named ?? own;
  if (!isAdvisoryId(known)) throw new RecordError('have an advisory without an id');
  const line = typeof title === 'string' ? oneLine(title) : '';
  return {
    advisory: {
      id: known,
      aliases: [],
      severity: typeof severity === 'string' ? statedSeverity(severity) : 'unknown',
      malware: Array.isArray(cwe) && cwe.includes(malwareKind),
      ...(line !== '' && { summary: line }),
    },
    ...(typeof range === 'string' && range.length <= maxRangeLength && validRange(range, loose) !== null && { range }),
  };
}

/** A range that cannot be read includes every version. */
const concerns = ({ range }: Entry, { version }: PackageName): boolean =>
  range === undefined || satisfies(version, range, loose);

/** The endpoint names no fixed version. If a range ends before a later version, that version is the fixed one. */
const advisoryOf = ({ advisory, range = '*' }: Entry, { version }: PackageName): Advisory => ({
  ...advisory,
  fixedIn: new Range(range, loose).set
    .flat()
    .filter(({ operator, semver }) => operator === '<' && compareLoose(semver.version, version) > 0)
    .map(({ semver }) => semver.version),
});
