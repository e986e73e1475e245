/** The sections of a difference in reading order, for the terminal and for the page. */
import { kindOf } from '../../core/offers.ts';
import { few } from './few.ts';
import { permissionText } from './permission-words.ts';
import { fieldRow, places, text, wasAndNow, type Part, type Row } from './rows.ts';
import { listSummary, otherRows, sameRow, schemaRows, toolRows, toolsSummary } from './tool-rows.ts';
import type { ClosureDiff, LicenceChange, PackageChange, PackageMove, PermissionChange, ServerDiff } from './types.ts';

export interface Section {
  readonly title: string;
  /** Our own text. */
  readonly summary: string;
  readonly rows: readonly Row[];
  /** Rarely decides anything: on the page, only what is important is open. */
  readonly folded?: true;
}

/** The maximum number of rows for one tool; others are only counted. */
const maxRowsOfTool = 12;

/** The sections that are not empty. For a deleted server, only its lost permissions. */
export function outline(diff: ServerDiff, rowsOfTool = maxRowsOfTool): Section[] {
  const tools = loudFirst(toolRows(diff.tools));
  const sections = [
    section('not compared', '', diff.unread.map(unreadRow)),
    section('permissions', counted(diff.permissions), diff.permissions.map(permissionRow)),
    ...(diff.kind === 'deleted'
      ? []
      : [
          section('tools', toolsSummary(diff.tools), tools),
          ...diff.others.map((others) =>
            section(`${kindOf(others.list).one}s`, listSummary(others), loudFirst(otherRows(others))),
          ),
          folded('schemas of tools', '', schemaRows(diff.tools, rowsOfTool)),
          folded('packages', closureSummary(diff.closure), diff.closure.packages.map(packageRow)),
          folded('licences', '', diff.licences.map(licenceRow)),
          folded(
            'other fields',
            '',
            diff.fields.map((field) => fieldRow(field)),
          ),
        ]),
  ];
  if (sections.every(({ rows }) => rows.length === 0))
    return [section('nothing', '', [{ mark: '~', parts: ['only comments, layout or the order of lists changed'] }])];
  return sections
    .map((each) => (each.title === 'tools' ? { ...each, rows: [...each.rows, ...sameRow(diff.tools)] } : each))
    .filter(({ rows }) => rows.length > 0);
}

/** What happened to the server. */
export function titleParts({ kind, version: { was, now } }: ServerDiff): Part[] {
  return [kind, ...(was === undefined && now === undefined ? [] : [',', ...versions(was, now)])];
}

const section = (title: string, summary: string, rows: readonly Row[]): Section => ({ title, summary, rows });

const folded = (title: string, summary: string, rows: readonly Row[]): Section => ({
  ...section(title, summary, rows),
  folded: true,
});

const loudFirst = (rows: readonly Row[]): Row[] => [
  ...rows.filter(({ loud }) => loud),
  ...rows.filter(({ loud }) => !loud),
];

const unreadRow = (file: string): Row => ({
  mark: '~',
  loud: true,
  parts: [text(file), ' cannot be read: its content is missing here'],
});

const counted = (changes: readonly PermissionChange[]): string =>
  (['gained', 'lost'] as const)
    .map((change) => [changes.filter((each) => each.change === change).length, change] as const)
    .filter(([number]) => number > 0)
    .map(([number, change]) => `${number} ${change}`)
    .join(', ');

const permissionRow = (permission: PermissionChange): Row => ({
  mark: permission.change === 'gained' ? '+' : '-',
  ...(permission.loud && { loud: true }),
  parts: [
    `${permission.change} ${permission.area === 'data-class' ? 'data class' : permission.area} `,
    text(permissionText(permission)),
    ...wasAndNow(permission),
  ],
});

const moveWords: Readonly<Record<PackageMove, { readonly mark: Row['mark']; readonly word: string }>> = {
  downgraded: { mark: '~', word: 'downgraded' },
  replaced: { mark: '~', word: 'replaced' },
  added: { mark: '+', word: 'added' },
  'version-added': { mark: '+', word: 'in one more version' },
  upgraded: { mark: '~', word: 'upgraded' },
  removed: { mark: '-', word: 'removed' },
  'version-removed': { mark: '-', word: 'in one version less' },
  'same-version': { mark: '~', word: 'same version' },
};

function closureSummary({ places: { was, now }, counts }: ClosureDiff): string {
  const moved = Object.entries(moveWords)
    .map(([move, { word }]) => [counts[move as PackageMove], word] as const)
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`);
  return [`${places(was, now)} installed`, ...moved].join(', ');
}

function packageRow({ name, change, root, was, now, paths, alarms, platforms }: PackageChange): Row {
  const isAlarming = alarms.length > 0 || change === 'downgraded';
  const isMany = Math.max(paths.was, paths.now) > 1;
  return {
    mark: moveWords[change].mark,
    ...(isAlarming && { loud: true }),
    parts: [
      `${root ? 'the artefact ' : ''}${moveWords[change].word} `,
      text(name),
      ...versions(few(was), few(now)),
      ...(isMany ? [` (at ${places(paths.was, paths.now)} places)`] : []),
      ...alarms.flatMap((alarm) => ['; ', text(alarm)]),
      ...(platforms === undefined ? [] : ['; platforms', ...wasAndNow(platforms)]),
    ],
  };
}

const versions = (was: string | undefined, now: string | undefined): Part[] =>
  was === undefined || now === undefined || was === now
    ? [' ', text(now ?? was ?? '')]
    : [' ', text(was), ' → ', text(now)];

const licenceRow = ({ subject, ...values }: LicenceChange): Row => ({
  mark: values.was === undefined ? '+' : values.now === undefined ? '-' : '~',
  parts: [text(subject), ...wasAndNow(values)],
});
