/** What advisories mean for a server. */
import type { Lock, Policy } from '../../../schemas/types.ts';
import type { Observation, Rule } from '../finding.ts';
import { keyOf, reaches, type Advisory } from './advisory.ts';

export const advisoryRules = [
  {
    id: 'advisory',
    level: 'block',
    about: 'A package has a known vulnerability. It blocks from the severity on that policy.yaml names.',
  },
  { id: 'malware', level: 'block', about: 'A package is known to have been made, or taken over, to do harm.' },
] as const satisfies readonly Rule[];

/** What is known against the packages of a lock; `found` is what the source of the policy gives for them. */
export function checkAdvisories(
  { closure }: Lock,
  found: ReadonlyMap<string, readonly Advisory[]>,
  policy: Pick<Policy, 'advisories'>,
): Observation[] {
  const packages = new Map(Object.values(closure.packages).map((locked) => [keyOf(locked), locked.name]));
  return [...packages]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, name]) =>
      (found.get(key) ?? []).map((advisory) =>
        advisory.malware ? malware(key, name, advisory) : vulnerability(key, name, advisory, policy.advisories.block),
      ),
    );
}

function vulnerability(
  key: string,
  name: string,
  advisory: Advisory,
  block: Policy['advisories']['block'],
): Observation {
  const { id, severity, fixedIn } = advisory;
  const blocks = reaches(severity, block);
  return {
    rule: 'advisory',
    level: blocks ? 'block' : 'review',
    subject: `${key} ${id}`,
    message: `${described(key, advisory)}, of ${severity === 'unknown' ? 'unknown severity' : `severity ${severity}`}, and ${bounds(severity, block)}; ${fixes(fixedIn)}`,
    remedy:
      fixedIn.length > 0
        ? `move to a version of the server with ${name} ${fixedIn[0] ?? ''} or newer: \`registry who-uses ${name}\` shows what pulls it in`
        : `there is nothing to update to: find a version of the server without ${name}, or have the security team accept it in policy.yaml until a day`,
  };
}

const bounds = (severity: Advisory['severity'], block: Policy['advisories']['block']): string =>
  severity === 'unknown' ? 'what is unknown blocks' : `policy.yaml blocks from ${block} on`;

function malware(key: string, name: string, advisory: Advisory): Observation {
  return {
    rule: 'malware',
    level: 'block',
    subject: `${key} ${advisory.id}`,
    message: `${described(key, advisory)}: malware, which always blocks; ${fixes(advisory.fixedIn)}`,
    remedy: `do not run it, and tell the security team if anybody did; \`registry who-uses ${name}\` shows who else has it`,
  };
}

function described(key: string, { id, aliases, summary }: Advisory): string {
  const names = [id, ...aliases.slice(0, shown)].join(', ');
  return `${key} has ${names}${summary === undefined ? '' : ` (${summary})`}`;
}

const fixes = (fixedIn: readonly string[]): string =>
  fixedIn.length === 0 ? 'no fixed version is known' : `fixed in ${fixedIn.slice(0, shown).join(', ')}`;

/** Names and versions in a message. */
const shown = 5;
