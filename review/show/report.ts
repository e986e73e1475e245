/** The report on approved servers, as text and as Markdown. */
import { forTerminal } from '../../core/exit.ts';
import type { AdvisorySource, Exception, Manifest } from '../../schemas/types.ts';
import { dayAfter, type DueItem, type Period } from '../due.ts';
import type { Observation } from '../verdict/finding.ts';
import { exceptionFor } from '../verdict/exception.ts';
import { wrapped } from './wrapped.ts';

/** A known problem of a server. */
export interface ServerAdvisories {
  readonly server: string;
  readonly findings: readonly (Observation & {
    /** An exception accepts it until this day. */
    readonly acceptedUntil?: string;
  })[];
}

export interface Report extends Period {
  readonly accessReviews: readonly DueItem[];
  /** A text with the reason when it is not known. */
  readonly approvals: readonly DueItem[] | string;
  readonly deprecated: readonly DueItem[];
  readonly advisories: {
    /** Absent when the source cannot be read. */
    readonly source?: AdvisorySource;
    readonly servers: readonly ServerAdvisories[];
  };
  readonly exceptions: readonly DueItem[];
}

/** Marks what an exception of the policy accepts today; servers without findings are left out. */
export const withAcceptance = (
  manifest: Manifest,
  observations: readonly Observation[],
  exceptions: readonly Exception[],
  { today }: Period,
): ServerAdvisories[] =>
  observations.length === 0
    ? []
    : [
        {
          server: manifest.name,
          findings: observations.map((each) => {
            const exception = exceptionFor({ ...each, server: manifest.name }, manifest, exceptions, today);
            return { ...each, ...(exception !== undefined && { acceptedUntil: exception.expires }) };
          }),
        },
      ];

interface Section {
  readonly title: string;
  /** Where its rows come from, or why there are none; text from outside. */
  readonly about?: string;
  readonly rows: readonly DueItem[];
  /** The text instead of rows. */
  readonly none: string;
}

function sectionsOf(report: Report): Section[] {
  const { today, accessReviews, approvals, advisories, exceptions } = report;
  const { source, servers } = advisories;
  const none = `none until ${dayAfter(today, report.within)}`;
  return [
    { title: 'Access reviews due', rows: accessReviews, none },
    typeof approvals === 'string'
      ? { title: 'Approvals that expire', about: approvals, rows: [], none: 'not known' }
      : { title: 'Approvals that expire', rows: approvals, none },
    { title: 'Deprecated servers', rows: report.deprecated, none: 'none' },
    {
      title: 'Servers with advisories',
      ...(source !== undefined && { about: `from ${source.source}, as of ${source.asOf ?? today}` }),
      rows: servers.flatMap(advisoryRows),
      none: source === undefined ? 'not known: the source cannot be read' : 'none',
    },
    { title: 'Exceptions that end', rows: exceptions, none },
  ];
}

const advisoryRows = ({ server, findings }: ServerAdvisories): DueItem[] =>
  findings.map(({ message, acceptedUntil }) => ({
    server,
    what: acceptedUntil === undefined ? message : `accepted until ${acceptedUntil}: ${message}`,
  }));

const titleOf = ({ today, within }: Period): string => `Report of ${today}, until ${dayAfter(today, within)}`;

/** In words, so that days in the past are easy to see. */
const inDays = (days: number): string =>
  days === 0 ? 'today' : days > 0 ? `in ${counted(days)}` : `${counted(-days)} ago`;

const counted = (days: number): string => `${days} ${days === 1 ? 'day' : 'days'}`;

/** For a terminal of 80 columns. */
export const reportLines = (report: Report): string[] => [
  titleOf(report),
  ...sectionsOf(report).flatMap(({ title, about, rows, none }) => [
    '',
    title,
    ...(about === undefined ? [] : words(about, '  ')),
    ...(rows.length === 0 ? [`  ${none}`] : rows.flatMap(rowLines)),
  ]),
];

const words = (text: string, indent: string): string[] => wrapped(text.split(/\s+/u), ' ', indent);

const rowLines = ({ date, days, server, what }: DueItem): string[] => [
  `  ${[...(date === undefined ? [] : [date]), ...(days === undefined ? [] : [`(${inDays(days)})`]), server].join(' ')}`,
  ...words(what, '    '),
];

/** For an issue or a page: text from outside cannot leave its cell, mention anyone or become a link. */
export const reportMarkdown = (report: Report): string[] => [
  `# ${titleOf(report)}`,
  ...sectionsOf(report).flatMap(({ title, about, rows, none }) => [
    '',
    `## ${title}`,
    '',
    ...(about === undefined ? [] : [literal(about), '']),
    ...(rows.length === 0 ? [none] : ['| Day | | Server | |', '| --- | --- | --- | --- |', ...rows.map(rowOf)]),
  ]),
];

const rowOf = ({ date, days, server, what }: DueItem): string =>
  `| ${[date ?? '', days === undefined ? '' : inDays(days), literal(server), literal(what)].join(' | ')} |`;

/**
 * Shows text literally in GitHub's Markdown: a `code` element mentions nobody, and a character reference is neither markup
 * nor part of an address.
 */
const literal = (text: string): string =>
  `<code>${forTerminal(text.replaceAll(/\s+/gu, ' ')).replaceAll(/[^A-Za-z0-9 ,;()'\u0080-\u{10ffff}-]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`)}</code>`;
