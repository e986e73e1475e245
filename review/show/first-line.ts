/** The first line of the reviewer's page: the verdict and its reasons. Text from outside is shown as code. */
import type { Finding, Gain, Level, Review, ServerReview, Verdict } from '../../schemas/types.ts';
import { changesLaterReviews } from '../verdict/later-reviews.ts';
import { isOpen } from '../verdict/verdict.ts';
import { code } from './markdown.ts';
import { count, series } from './table.ts';

/** What a verdict says, at the beginning of a line. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  'may-merge': 'May be merged',
  'needs-a-person': 'A person must look',
  'must-not-merge': 'Must not be merged',
  'nothing-due': 'Nothing is due',
  'to-look-at': 'There is something to look at',
  due: 'Something is due',
};

/** Gains that are named in one line. */
const maxNamed = 4;
/** Of one text from outside, in UTF-16 units. */
const maxText = 90;

/** `A person must look: it gains the host … and the variable …`. */
export function firstLine(review: Review): string {
  const { verdict, servers } = review;
  const reasons = [
    ...problemReasons(review),
    ...servers
      .filter((server) => server.verdict === verdict)
      .flatMap((server) => {
        const found = reasonsOf(server, servers.length === 1 ? 'it' : code(server.name), { short: true });
        return found === '' ? [] : [found];
      }),
  ];
  const shown = reasons.slice(0, maxNamed);
  const more = reasons.length - shown.length;
  const text = [...shown, ...(more > 0 ? [`and ${count(more, 'more reason')}, below`] : [])].join('; ');
  if (text !== '') return `${verdictWords[verdict]}: ${text}`;
  return servers.length === 0 && verdict === 'may-merge'
    ? `${verdictWords[verdict]}: no server changes`
    : `${verdictWords[verdict]}: nothing that a person must decide was found`;
}

function problemReasons({ problems, verdict, base }: Review): string[] {
  const errors = problems.filter(({ severity }) => severity !== 'warning');
  const [first] = errors;
  const changed = problems.filter(changesLaterReviews);
  return [
    ...(first === undefined
      ? []
      : [`the files have ${count(errors.length, 'problem')}, first ${code(first.message, maxText)}`]),
    ...(verdict === 'needs-a-person' ? changed.map(({ message }) => code(message, maxText)) : []),
    ...(verdict === 'needs-a-person' && base === null ? ['there is no base, so nothing was compared'] : []),
  ];
}

/**
 * Why a server has its verdict; the empty string if there is no reason against it. In short, only what it gains stands beside what
 * blocks it.
 */
export function reasonsOf(
  { verdict, change, gains, findings, checks }: ServerReview,
  who: string,
  { short = false }: { readonly short?: boolean } = {},
): string {
  const open = findings.filter(isOpen);
  const of = (level: Level): readonly Finding[] => open.filter((finding) => finding.level === level);
  const missing = checks.filter(({ result }) => result === 'not-run').map(({ check }) => check);
  const [blocking, reviewed] = [of('block'), of('review')];
  const isBroken = blocking.length === 0 && (verdict === 'must-not-merge' || verdict === 'due');
  const isNew = change === 'new' && gains.length > 0;
  const isDecided = short && (blocking.length > 0 || isBroken);
  return [
    ...(blocking.length === 0 ? [] : [`${who} has ${named(blocking, 'finding that blocks', 'findings that block')}`]),
    ...(isBroken ? [`the files of ${who === 'it' ? 'the server' : who} have problems`] : []),
    ...(gains.length === 0 ? [] : [`${who} ${isNew ? 'is new here and ' : ''}${gainsText(gains)}`]),
    ...(reviewed.length === 0 || isDecided
      ? []
      : [`${who} has ${named(reviewed, 'finding to decide', 'findings to decide')}`]),
    ...(missing.length === 0 || isDecided
      ? []
      : [`${series(missing)} did not run${who === 'it' ? '' : ` for ${who}`}`]),
  ].join('; ');
}

/** How many there are, and what the first one says. */
function named(findings: readonly Finding[], one: string, many: string): string {
  const [first] = findings;
  const words = `${findings.length} ${findings.length === 1 ? one : many}`;
  return first === undefined
    ? words
    : `${words}, ${findings.length === 1 ? '' : 'first '}${code(first.message, maxText)}`;
}

/** `gains the host … and the variable …, loses the label …`. */
export function gainsText(gains: readonly Gain[]): string {
  const shown = gains.slice(0, maxNamed);
  const more = gains.length - shown.length;
  const verbs = Map.groupBy(shown, ({ verb }) => verb);
  const texts = [...verbs].map(
    ([verb, each]) => `${verb} ${series(each.map(({ what, subject }) => `${what} ${code(subject, maxText)}`))}`,
  );
  return `${texts.join(', ')}${more > 0 ? `, and ${count(more, 'more change')} of this kind` : ''}`;
}
