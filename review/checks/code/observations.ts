/** The observations about the code of packages. */
import type { PackageIdentity } from '../../../catalog/lock-outline.ts';
import type { Observation, Rule } from '../../verdict/finding.ts';
import { labelOf } from '../../../artefacts/part.ts';
import { ruleById, patternRules } from './rules.ts';
import { isUnloaded, type Asks } from './loaded.ts';
import type { CodeFinding, CodeReport, NotScanned } from './report.ts';
import { compareText } from '../../../core/order.ts';

interface AsksOverTime {
  readonly before: Asks;
  readonly now: Asks;
}

/**
 * The findings that count in new or changed packages. `before` are the packages that were approved last. Where an earlier
 * version of a package is among them, everything that js-x-ray finds and that version did not have counts. In any other package,
 * weak findings do not count. What our own patterns find always counts. In a file that nothing loads it counts one level less;
 * `asks` is what all packages of the server load of each other, and what they loaded when these were approved.
 */
export function codeObservations(
  reports: readonly CodeReport[],
  before: readonly CodeReport[],
  asks: AsksOverTime = { before: 'anything', now: 'anything' },
): Observation[] {
  const approved = new Set(before.map(({ integrity }) => integrity));
  const earlier = Map.groupBy(before, ({ name }) => name);
  const wanted = new Map(
    reports.filter(({ integrity }) => !approved.has(integrity)).map((report) => [report.integrity, report]),
  );
  return [...wanted.values()]
    .flatMap((report) => observations(report, earlier.get(report.name) ?? [], asks))
    .sort((a, b) => compareText(a.subject, b.subject) || compareText(a.rule, b.rule));
}

function observations(report: CodeReport, earlier: readonly CodeReport[], asks: AsksOverTime): Observation[] {
  const { name, integrity, result } = report;
  const subject = labelOf(report);
  if (result.kind === 'not-scanned')
    return [
      {
        rule: 'code-not-scanned',
        level: 'block',
        subject,
        integrity,
        message: `the code of ${subject} was not scanned: ${reasons[result.why]}`,
        remedy: 'use a package without it, or have a person read it and add an exception',
      },
    ];
  const isLess = (finding: CodeFinding): boolean => isUnloaded(finding, name, asks.now);
  const seen = earlier.flatMap((each) => (each.result.kind === 'scanned' ? [each.result.findings] : []));
  // What counted less in the earlier version was not judged as what it is now.
  const judged = (finding: CodeFinding): readonly (readonly CodeFinding[])[] =>
    isLess(finding) ? seen : seen.map((findings) => findings.filter((each) => !isUnloaded(each, name, asks.before)));
  const counting = result.findings.filter(
    (finding) =>
      isPattern.has(finding.rule) || (seen.length === 0 ? finding.weak !== true : isNew(finding, judged(finding))),
  );
  const { loaded = [], unloaded = [] } = Object.groupBy(counting, (finding) =>
    isLess(finding) ? 'unloaded' : 'loaded',
  );
  return [
    ...[...Map.groupBy(loaded, ({ rule }) => rule)].map(([id, findings]) => observation(id, findings, report)),
    ...[...Map.groupBy(unloaded, ({ rule }) => rule)].map(([id, findings]) =>
      unloadedObservation(id, findings, report),
    ),
  ];
}

const isPattern = new Set(patternRules.map(({ id }) => id));

/** Whether no earlier version had this finding as often in the same file. */
const isNew = ({ rule, file, value, count }: CodeFinding, seen: readonly (readonly CodeFinding[])[]): boolean =>
  !seen.some((findings) =>
    findings.some((each) => each.rule === rule && each.file === file && each.value === value && each.count >= count),
  );

/** What a rule found in a package, at its full level. */
export function observation(id: string, findings: readonly CodeFinding[], report: PackageIdentity): Observation {
  const { level, about } = ruleById.get(id) as Rule;
  const subject = labelOf(report);
  return {
    rule: id,
    level,
    subject,
    integrity: report.integrity,
    message: `${subject} ${about}: ${placesOf(findings)}`,
    remedy:
      level === 'block'
        ? 'do not use this version; if it is a false alarm, show in the exception what these files do'
        : `read what these files do there, and say in the review why it is harmless; \`${fetchWords(report)}\` fetches them`,
  };
}

/** The command with which people get the files. */
const fetchWords = (pinned: PackageIdentity): string =>
  pinned.type === 'npm' ? `npm pack ${labelOf(pinned)}` : `pip download --no-deps ${labelOf(pinned)}`;

/**
 * A test or an example may do what a server must not. What would block still needs a person: no reading of a program shows for
 * certain that nothing loads a file.
 */
function unloadedObservation(id: string, findings: readonly CodeFinding[], report: PackageIdentity): Observation {
  const { level, about } = ruleById.get(id) as Rule;
  const subject = labelOf(report);
  const fetches = `\`${fetchWords(report)}\` fetches them`;
  return {
    rule: id,
    level: level === 'block' ? 'review' : 'note',
    subject,
    integrity: report.integrity,
    message: `${subject} ${about}, only in files that nothing seems to load: ${placesOf(findings)}`,
    remedy:
      level === 'block'
        ? `find out what these files are for, and whether a program can load them; ${fetches}`
        : `nothing, while no program loads these files; ${fetches}`,
  };
}

/** Three files with the first lines in each, and the number of other files. */
export function placesOf(findings: readonly CodeFinding[]): string {
  const byFile = [...Map.groupBy(findings, ({ file }) => file)].sort(([a], [b]) => compareText(a, b));
  const places = byFile.slice(0, 3).map(([file, ofFile]) => {
    const lines = [...new Set(ofFile.flatMap((each) => each.lines ?? []))].sort((a, b) => a - b).slice(0, 3);
    // The whole path: it must be possible to open it.
    return JSON.stringify(lines.length === 0 ? file : `${file}:${lines.join(',')}`);
  });
  return `${places.join(', ')}${byFile.length > 3 ? ` and ${byFile.length - 3} more` : ''}`;
}

export const reasons: Readonly<Record<NotScanned, string>> = {
  archive: 'its tarball cannot be read',
  bounds: 'the scan took more time or memory than allowed',
  crash: 'the scanner crashed on it',
  size: 'it, or a file in it, is too large',
};
