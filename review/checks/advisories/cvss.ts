/** The base score of a CVSS 3 vector, and its severity: https://www.first.org/cvss/v3-1/specification-document */
import type { Severity } from './advisory.ts';

const weights: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
};
const privileges: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  U: { N: 0.85, L: 0.62, H: 0.27 },
  C: { N: 0.85, L: 0.68, H: 0.5 },
};

/** From 0 to 10; undefined if it is not a complete CVSS 3 vector. */
export function cvss3Score(vector: string): number | undefined {
  const [, rest] = /^CVSS:3\.[01]\/(?<metrics>[A-Z/:]{1,200})$/u.exec(vector) ?? [];
  if (rest === undefined) return undefined;
  const metrics = new Map(rest.split('/').map((metric) => metric.split(':', 2) as [string, string]));
  const scope = metrics.get('S') ?? '';
  const weightOf = (metric: string): number => weights[metric]?.[metrics.get(metric) ?? ''] ?? Number.NaN;
  const privilege = privileges[scope]?.[metrics.get('PR') ?? ''] ?? Number.NaN;
  const base = 1 - (1 - weightOf('C')) * (1 - weightOf('I')) * (1 - weightOf('A'));
  const changed = scope === 'C';
  const impact = changed ? 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 : 6.42 * base;
  const exploitability = 8.22 * weightOf('AV') * weightOf('AC') * privilege * weightOf('UI');
  // A metric that is missing, or has an unknown value, makes the result NaN.
  if (Number.isNaN(impact + exploitability)) return undefined;
  return impact <= 0 ? 0 : roundUp(Math.min((changed ? 1.08 : 1) * (impact + exploitability), 10));
}

/** Section 7.4 and appendix A: rounds up to one decimal, without errors of floating point. */
function roundUp(score: number): number {
  const whole = Math.round(score * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}

/** Section 5; its medium is GitHub's moderate. */
export const severityOfScore = (score: number): Severity =>
  score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'moderate' : 'low';
