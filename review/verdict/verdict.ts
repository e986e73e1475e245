/** Turns the observations of checks into findings with a place in a file, and findings into a verdict. */
import type { Problem } from '../../core/problem.ts';
import type {
  Exception,
  Finding,
  Gain,
  Manifest,
  Policy,
  ReviewCheck,
  ServerReview,
  Verdict,
} from '../../schemas/types.ts';
import type { Base } from '../../catalog/base.ts';
import type { SurveyedServer } from '../../catalog/registry-files.ts';
import { exceptionFor } from './exception.ts';
import { bySeverity, compareSeverity, cut, maxSubjectLength, type Observation } from './finding.ts';

/** The policies on one day. A server must meet all of them. */
export interface AppliedPolicies {
  readonly policies: readonly Policy[];
  /** In the form that exceptions use: `2026-11-20`. */
  readonly today: string;
}

/** A change must meet its own policy and the policy of the base, so that it cannot loosen its own rules. */
export function appliedPolicies(name: string, policy: Policy | undefined, base: Base, today: string): AppliedPolicies {
  const before = base.changed.has(name) ? base.policy : undefined;
  const same = before === undefined || before === policy;
  return { policies: [...(same ? [] : [before]), ...(policy === undefined ? [] : [policy])], today };
}

/**
 * The findings of one server under several policies. The stricter level counts. A finding is accepted only where every
 * policy that leads to it has an exception for it, so that no change accepts its own findings.
 */
export function findingsUnder(
  server: SurveyedServer,
  observe: (policy: Policy) => readonly Observation[],
  { policies, today }: AppliedPolicies,
): Finding[] {
  const merged = new Map<string, Finding>();
  for (const policy of policies)
    for (const observation of observe(policy)) {
      const finding = accepted(placed(server, observation), server.manifest.value, policy.exceptions ?? [], today);
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
  const { field, rule, level, subject, integrity, message, remedy } = observation;
  const inManifest = field !== undefined || lock === undefined;
  return {
    rule,
    level,
    server: name,
    subject: cut(subject, maxSubjectLength),
    ...(integrity !== undefined && { integrity }),
    file: inManifest ? manifest.file : lock.file,
    ...(inManifest && manifest.locate(field ?? [])),
    message: cut(message, maxTextLength),
    remedy: cut(remedy, maxTextLength),
  };
}

/** Marks a finding that an exception accepts. */
function accepted(finding: Finding, manifest: Manifest, exceptions: readonly Exception[], today: string): Finding {
  const exception = exceptionFor(finding, manifest, exceptions, today);
  if (exception === undefined) return finding;
  const { reason, owner, expires } = exception;
  return { ...finding, accepted: { reason, owner, expires } };
}

/** A finding as `validate` shows it: an error if it blocks, otherwise a warning. */
export const problemOf = ({ rule, level, file, line, column, message, remedy }: Finding): Problem => ({
  code: rule,
  file,
  ...(line !== undefined && { line }),
  ...(column !== undefined && { column }),
  message,
  remedy,
  ...(level !== 'block' && { severity: 'warning' as const }),
});

/** Whether no exception accepts it, so that a person must decide. */
export const isOpen = ({ accepted: by }: Finding): boolean => by === undefined;

/** What a verdict on one server is made from. */
export interface Judged {
  readonly change: ServerReview['change'];
  readonly gains: readonly Gain[];
  readonly findings: readonly Finding[];
  readonly checks: readonly ReviewCheck[];
  /** Whether its files have problems. */
  readonly isBroken?: boolean;
}

/** The verdict on a server. A check that did not run has not passed, and what is gained needs a person. */
export function verdictOf({ change, gains, findings, checks, isBroken = false }: Judged): Verdict {
  const open = findings.filter(isOpen);
  const [blocks, undecided] = [
    isBroken || open.some(({ level }) => level === 'block'),
    gains.length > 0 ||
      open.some(({ level }) => level === 'review') ||
      checks.some(({ result }) => result === 'not-run'),
  ];
  // Where nothing changes, there is nothing to merge or to keep out.
  const [worst, middle, best] = change === 'unchanged' ? verdictsOnMain : verdictsOnChange;
  return blocks ? worst : undecided ? middle : best;
}

/** The most severe first. */
export const verdictsOnChange = ['must-not-merge', 'needs-a-person', 'may-merge'] as const satisfies readonly Verdict[];
export const verdictsOnMain = ['due', 'to-look-at', 'nothing-due'] as const satisfies readonly Verdict[];

/**
 * The most severe of several verdicts. What is due in servers that do not change says nothing about the change, so it counts
 * only where nothing else is judged.
 */
export const strictest = (verdicts: readonly Verdict[], otherwise: Verdict = 'may-merge'): Verdict =>
  [...verdictsOnChange, ...verdictsOnMain].find((verdict) => verdicts.includes(verdict)) ?? otherwise;
