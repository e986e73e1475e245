/** Writes a review as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), with the parts that GitHub reads. */
import { forTerminal } from '../../core/exit.ts';
import { sha256 } from '../../core/digest.ts';
import { inOrder } from '../../core/problem.ts';
import type { Acceptance, Level, Review, ReviewProblem, Finding } from '../../schemas/types.ts';
import { bySeverity, type Rule } from '../verdict/finding.ts';

// GitHub accepts 25,000 results and 10 MB compressed. Ours has at most 10 MB before compression.
const maxResults = 25_000;
const maxResultBytes = 9_000_000;

type SarifLevel = 'error' | 'warning' | 'note';

const levels: Readonly<Record<Level, SarifLevel>> = { block: 'error', review: 'warning', note: 'note' };

/** The parts of a result, for a problem or a finding. */
interface Entry {
  readonly rule: string;
  readonly level: SarifLevel;
  /** Equal in every run for the same subject. */
  readonly identity: readonly string[];
  readonly message: string;
  readonly place: Pick<ReviewProblem, 'file' | 'line' | 'column'>;
  readonly accepted?: Acceptance | undefined;
}

/**
 * One run with all the rules. If there are too many results to upload, it has the most severe ones. `version` is the version
 * of this program.
 */
export function sarifOf(review: Review, rules: readonly Rule[], version: string): object {
  const entries = [
    ...inOrder(review.problems).map(ofProblem),
    ...bySeverity(review.servers.flatMap(({ findings }) => findings)).map(ofFinding),
  ];
  const descriptors = describe(rules, entries);
  const indexes = new Map(descriptors.map(({ id }, index) => [id, index]));
  const seen = new Map<string, number>();
  const results: object[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const result = resultOf(entry, indexes.get(entry.rule) ?? -1, seen);
    bytes += Buffer.byteLength(JSON.stringify(result));
    if (results.length === maxResults || bytes > maxResultBytes) break;
    results.push(result);
  }
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'countersign', semanticVersion: version, rules: descriptors } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, ...leftOut(entries.length - results.length) }],
        results,
      },
    ],
  };
}

const ofProblem = ({ code, severity, message, remedy, ...place }: ReviewProblem): Entry => ({
  rule: code,
  level: severity ?? 'error',
  identity: [code, place.file, message],
  message: `${message}; ${remedy}`,
  place,
});

const ofFinding = ({ rule, level, server, subject, message, remedy, accepted, ...place }: Finding): Entry => ({
  rule,
  level: levels[level],
  identity: [rule, server, subject],
  message: `${server}: ${message}; ${remedy}`,
  place,
  accepted,
});

interface Descriptor {
  readonly id: string;
  readonly shortDescription: object;
  readonly fullDescription: object;
  readonly help: object;
  readonly defaultConfiguration: { readonly level: SarifLevel };
}

/** All rules, and the codes of problems, which are in no list. */
function describe(rules: readonly Rule[], entries: readonly Entry[]): Descriptor[] {
  const all = new Map<string, Descriptor>();
  for (const { rule, level } of entries)
    if (!all.has(rule)) all.set(rule, descriptor(rule, level, `A problem of the kind ${rule}.`));
  for (const { id, level, about } of rules) all.set(id, descriptor(id, levels[level], about));
  return [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function descriptor(id: string, level: SarifLevel, about: string): Descriptor {
  const text = { text: plain(about) };
  return { id, shortDescription: text, fullDescription: text, help: text, defaultConfiguration: { level } };
}

function resultOf(entry: Entry, ruleIndex: number, seen: Map<string, number>): object {
  const { rule, level, identity, message, place, accepted } = entry;
  const fingerprint = sha256(JSON.stringify(identity));
  const count = (seen.get(fingerprint) ?? 0) + 1;
  seen.set(fingerprint, count);
  return {
    ruleId: rule,
    ruleIndex,
    level,
    message: { text: plain(message) },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(place.file) }, ...regionOf(place) } }],
    // GitHub distinguishes results by the first fingerprint, in this form.
    partialFingerprints: {
      primaryLocationLineHash: `${fingerprint.slice(0, 16)}:${count}`,
      'countersign/v1': fingerprint,
    },
    ...(accepted !== undefined && {
      suppressions: [{ kind: 'external', status: 'accepted', justification: forTerminal(accepted.reason) }],
    }),
  };
}

/**
 * Text from outside as a plain text message: braces would be placeholders (3.11.5) and a bracket before a parenthesis a
 * link (3.11.6); invisible characters become escapes.
 */
const plain = (text: string): string => forTerminal(text).replaceAll(/[{}]/gu, '$&$&').replaceAll('](', '] (');

/**
 * Relative to the repository. A problem without a file is shown at registry.yaml, because GitHub accepts only results with
 * a place.
 */
function uriOf(file: string): string {
  const parts = file.toWellFormed().split('/');
  const inside = parts.filter((part) => part !== '' && part !== '.' && part !== '..').map(encodeURIComponent);
  return inside.length === 0 ? 'registry.yaml' : inside.join('/');
}

function regionOf({ line, column }: Entry['place']): object {
  if (line === undefined) return {};
  return { region: { startLine: line, ...(column !== undefined && { startColumn: column }) } };
}

const leftOut = (count: number): object =>
  count === 0
    ? {}
    : {
        toolExecutionNotifications: [
          {
            level: 'warning',
            message: { text: `${count} results are left out because there are too many; the review has them all` },
          },
        ],
      };
