/** The form of npm-findings.json: what a review finds in real servers, and what a person who opened the bytes says of it. */
import { join } from 'node:path';
import type { Level, Review, Verdict } from '../../schemas/types.ts';

export const findingsFile = join(import.meta.dirname, 'npm-findings.json');

export interface FindingFacts {
  readonly level: Level;
  readonly rule: string;
  readonly subject: string;
  /** Files of the package with their lines, as the message names them. */
  readonly places: readonly string[];
}

export interface JudgedFinding extends FindingFacts {
  /** `true`: the sentence of the rule is so, and a person should know it. `noise`: it is not so, or nobody needs it. */
  readonly judged: 'true' | 'noise';
  readonly why: string;
}

export interface ServerFacts<Finding = FindingFacts> {
  /** The npm package. */
  readonly server: string;
  readonly version: string;
  readonly verdict: Verdict;
  /** How many hosts, paths and variables it gets as a new server, which a person must see. */
  readonly gains: number;
  readonly findings: readonly Finding[];
}

/** What a review of one server found, in small facts. */
export function factsOf(name: string, { servers: [reviewed] }: Review): ServerFacts {
  if (reviewed === undefined) throw new Error(`${name} was not reviewed`);
  return {
    server: name.replace(/(?<=.)@[^/]*$/u, ''),
    version: reviewed.version,
    verdict: reviewed.verdict,
    gains: reviewed.gains.length,
    findings: reviewed.findings.map(({ level, rule, subject, message }) => ({
      level,
      rule,
      subject,
      places: rule.startsWith('code-') ? [...message.matchAll(/"([^"]+)"/gu)].map(([, place = '']) => place) : [],
    })),
  };
}
