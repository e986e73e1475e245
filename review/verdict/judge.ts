/** From what checks observe to findings: placed in a file, accepted where every policy that counts accepts them. */
import type { Problem } from '../../core/problem.ts';
import type { Exception, Finding, Policy, ReviewCheck, Verdict } from '../../schemas/types.ts';
import type { Base } from '../../catalog/base.ts';
import type { SurveyedServer } from '../../catalog/registry-files.ts';
import { bySeverity, compareSeverity, cut, maxSubjectLength, type Observation } from './finding.ts';

/** A policy that counts, and the day on which its exceptions are looked at. */
export interface Judge {
  readonly policies: readonly Policy[];
  /** As exceptions write it. */
  readonly today: string;
}

/** A change is judged by the policy that it brings and by the one that was there: it cannot loosen its own rules. */
export function judgeOf(name: string, policy: Policy | undefined, base: Base, today: string): Judge {
  const before = base.changed.has(name) ? base.policy : undefined;
  const same = before === undefined || before === policy;
  return { policies: [...(same ? [] : [before]), ...(policy === undefined ? [] : [policy])], today };
}

/**
 * Findings under several policies, the one of the base and the one of the change: the stricter counts. A finding is
 * accepted only where every policy that makes it has an exception for it, so that no change accepts its own.
 */
export function judge(
  server: SurveyedServer,
  observe: (policy: Policy) => readonly Observation[],
  { policies, today }: Judge,
): Finding[] {
  const merged = new Map<string, Finding>();
  for (const policy of policies)
    for (const observation of observe(policy)) {
      const finding = accepted(placed(server, observation), policy.exceptions ?? [], today);
      const key = JSON.stringify([finding.rule, finding.subject, finding.line, finding.column, finding.message]);
      const other = merged.get(key);
      merged.set(key, other === undefined ? finding : stricter(finding, other));
    }
  return bySeverity([...merged.values()]);
}

function stricter(a: Finding, b: Finding): Finding {
  const moreSevere = compareSeverity(a.level, b.level) < 0 ? a : b;
  const { accepted: _, ...open } = moreSevere;
  return a.accepted === undefined || b.accepted === undefined ? open : moreSevere;
}

const maxTextLength = 4000;

function placed({ name, manifest, lock }: SurveyedServer, observation: Observation): Finding {
  const { field, rule, level, subject, message, remedy } = observation;
  const inManifest = field !== undefined || lock === undefined;
  return {
    rule,
    level,
    server: name,
    subject: cut(subject, maxSubjectLength),
    file: inManifest ? manifest.file : lock.file,
    ...(inManifest && manifest.locate(field ?? [])),
    message: cut(message, maxTextLength),
    remedy: cut(remedy, maxTextLength),
  };
}

/** Marks what an exception accepts. */
function accepted(finding: Finding, exceptions: readonly Exception[], today: string): Finding {
  const exception = exceptionFor(finding, exceptions, today);
  if (exception === undefined) return finding;
  const { reason, owner, expires } = exception;
  return { ...finding, accepted: { reason, owner, expires } };
}

/** The exception that accepts a finding today. Malware is never accepted. */
export const exceptionFor = (
  finding: Pick<Finding, 'rule' | 'server' | 'subject'>,
  exceptions: readonly Exception[],
  today: string,
): Exception | undefined =>
  exceptions.find(
    ({ rule, server, subject, expires }) =>
      rule === finding.rule &&
      server === finding.server &&
      rule !== 'malware' &&
      (subject === undefined || subject === finding.subject) &&
      today < expires,
  );

/** As `validate` shows it: what blocks is an error, what needs a person a warning. */
export const problemOf = ({ rule, level, file, line, column, message, remedy }: Finding): Problem => ({
  code: rule,
  file,
  ...(line !== undefined && { line }),
  ...(column !== undefined && { column }),
  message,
  remedy,
  ...(level !== 'block' && { severity: 'warning' as const }),
});

/** What is left for somebody to decide. */
export const isOpen = ({ accepted: by }: Finding): boolean => by === undefined;

/** What may be done with a server: a check that did not run has not passed. */
export function verdictOf(findings: readonly Finding[], checks: readonly ReviewCheck[]): Verdict {
  const open = findings.filter(isOpen);
  if (open.some(({ level }) => level === 'block')) return 'must-not-merge';
  const undecided = open.some(({ level }) => level === 'review') || checks.some(({ result }) => result === 'not-run');
  return undecided ? 'needs-a-person' : 'may-merge';
}

const order: readonly Verdict[] = ['may-merge', 'needs-a-person', 'must-not-merge'];

/** The strictest of several verdicts. */
export const strictest = (verdicts: readonly Verdict[]): Verdict =>
  order.findLast((verdict) => verdicts.includes(verdict)) ?? 'may-merge';
