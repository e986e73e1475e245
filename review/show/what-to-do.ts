/** What the reader of the page does next, as a short list: a reviewer, or the author of the change. */
import type { Finding, Review, ServerReview } from '../../schemas/types.ts';
import { isOpen } from '../verdict/verdict.ts';
import { code, inline } from './markdown.ts';
import { count, series } from './table.ts';

/** Findings whose remedy is named here; the others stand in the table below. */
const maxRemedies = 3;

export function whatToDo({ verdict, problems, servers }: Review): string[] {
  const findings = servers.flatMap((server) => server.findings.filter(isOpen));
  const blocking = findings.filter(({ level }) => level === 'block');
  const errors = problems.filter(({ severity }) => severity !== 'warning');
  switch (verdict) {
    case 'must-not-merge':
      return [
        'Approve nothing yet. The author of the change fixes it, or closes it:',
        ...remedies([...errors.map(({ message, remedy }) => ({ subject: message, remedy })), ...blocking]),
      ];
    case 'needs-a-person':
      return [...decisions(servers), approval(servers)];
    case 'may-merge':
      return ['Read below what changes.', approval(servers)];
    case 'due':
    case 'to-look-at':
      return [
        'Nothing changes here, and what was approved goes on. Update it, accept the finding in policy.yaml, or revoke it:',
        ...remedies(findings.filter(({ level }) => level !== 'note')),
      ];
    case 'nothing-due':
      return [];
    default:
      return verdict satisfies never;
  }
}

function decisions(servers: readonly ServerReview[]): string[] {
  const gains = servers.flatMap((server) => server.gains).length;
  const open = servers.flatMap(({ findings }) => findings.filter(isOpen)).filter(({ level }) => level === 'review');
  const missing = servers.flatMap(({ checks }) => checks.filter(({ result }) => result === 'not-run'));
  return [
    ...(gains === 0 ? [] : ['Decide whether the server needs what it gains for what it is there to do.']),
    ...(open.length === 0
      ? []
      : [`Decide on the ${count(open.length, 'finding')} below, and write into the review why each is harmless.`]),
    ...[...new Set(missing.map(({ check }) => check))].map(
      (check) =>
        `Find out why ${check} did not run: ${inline(missing.find((each) => each.check === check)?.detail ?? '', 120)}.`,
    ),
  ];
}

function approval(servers: readonly ServerReview[]): string {
  const teams = [...new Set(servers.flatMap(({ reviewers }) => reviewers))].sort();
  return teams.length === 0
    ? 'Then approve it.'
    : `Then one of each must approve: ${series(teams.map((team) => code(team)))}.`;
}

function remedies(findings: readonly Pick<Finding, 'subject' | 'remedy'>[]): string[] {
  const shown = [
    ...new Map(findings.map(({ subject, remedy }) => [`${subject} ${remedy}`, { subject, remedy }])).values(),
  ];
  const more = shown.length - maxRemedies;
  return [
    ...shown.slice(0, maxRemedies).map(({ subject, remedy }) => `${code(subject, 80)}: ${inline(remedy, 200)}.`),
    ...(more > 0 ? [`And ${more} more, in the tables below.`] : []),
  ];
}
