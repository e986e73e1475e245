/** The sections of a difference in reading order, for the terminal and for the page. */
import { contrast } from './contrast.ts';
import { few } from './few.ts';
import type {
  Change,
  ClosureDiff,
  FieldChange,
  LicenceChange,
  PackageChange,
  PackageMove,
  PermissionChange,
  ServerDiff,
  ToolChange,
  ToolsDiff,
  WordRun,
} from './types.ts';

/** Our own text, or text from outside. */
export type Part = string | { readonly text: string } | { readonly words: readonly WordRun[] };

export interface Row {
  readonly mark: '+' | '-' | '~';
  readonly loud?: true;
  readonly parts: readonly Part[];
}

export interface Section {
  readonly title: string;
  /** Our own text. */
  readonly summary: string;
  readonly rows: readonly Row[];
}

/** The maximum length of one text from outside, in UTF-16 units. */
export const maxText = 240;
/** The maximum number of rows for one tool; others are only counted. */
const maxRowsOfTool = 12;

/** The sections that are not empty. For a deleted server, only its lost permissions. */
export function outline(diff: ServerDiff): Section[] {
  const sections = [
    section('not compared', '', diff.unread.map(unreadRow)),
    section('permissions', counted(diff.permissions), diff.permissions.map(permissionRow)),
    ...(diff.kind === 'deleted'
      ? []
      : [
          section('packages', closureSummary(diff.closure), diff.closure.packages.map(packageRow)),
          section('tools', toolsSummary(diff.tools), loudFirst(toolRows(diff.tools))),
          section('licences', '', diff.licences.map(licenceRow)),
          section(
            'other fields',
            '',
            diff.fields.map((field) => fieldRow(field)),
          ),
        ]),
  ].filter(({ rows }) => rows.length > 0);
  return sections.length > 0
    ? sections
    : [section('nothing', '', [{ mark: '~', parts: ['only comments, layout or the order of lists changed'] }])];
}

/** What happened to the server. */
export function titleParts({ kind, version: { was, now } }: ServerDiff): Part[] {
  return [kind, ...(was === undefined && now === undefined ? [] : [',', ...versions(was, now)])];
}

const section = (title: string, summary: string, rows: readonly Row[]): Section => ({ title, summary, rows });

const loudFirst = (rows: readonly Row[]): Row[] => [
  ...rows.filter(({ loud }) => loud),
  ...rows.filter(({ loud }) => !loud),
];

const text = (value: string): Part => ({ text: value });

/** `, was … now …`, with our words between them, so that right-to-left text cannot change their order. */
function wasAndNow(change: Change): Part[] {
  const { was, now } = contrast(change.was, change.now, maxText);
  return [...(was === undefined ? [] : [', was ', text(was)]), ...(now === undefined ? [] : [', now ', text(now)])];
}

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

const permissionRow = ({ change, area, subject, loud, ...values }: PermissionChange): Row => ({
  mark: change === 'gained' ? '+' : '-',
  ...(loud && { loud }),
  parts: [`${change} ${area === 'data-class' ? 'data class' : area} `, text(subject), ...wasAndNow(values)],
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

const places = (was: number, now: number): string => (was === now ? `${now}` : `${was} → ${now}`);

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

function toolsSummary({ total, counts, instructions }: ToolsDiff): string {
  const changed = (['added', 'changed', 'removed'] as const).filter((change) => counts[change] > 0);
  return [
    `${places(total.was, total.now)} offered`,
    ...changed.map((change) => `${counts[change]} ${change}`),
    ...(instructions.added.length + instructions.removed.length > 0 ? ['instructions changed'] : []),
  ].join(', ');
}

const toolRows = ({ capture, total, changes, instructions: { added, removed } }: ToolsDiff): Row[] => [
  ...(capture === 'none'
    ? [{ mark: '~', loud: true, parts: ['its tools are unknown: they were not captured'] } as const]
    : []),
  ...(capture === 'network' ? [{ mark: '~', parts: ['its tools were captured with a network'] } as const] : []),
  ...(capture !== 'none' && total.was > 0 && total.now === 0
    ? [{ mark: '-', loud: true, parts: ['no tool is left: it has none, or they were not captured'] } as const]
    : []),
  ...(added.length > 0
    ? [
        {
          mark: '+',
          loud: true,
          parts: [`${added.length} new instructions to agents; locks do not contain their text`],
        } as const,
      ]
    : []),
  ...(removed.length > 0
    ? [{ mark: '-', parts: [`${removed.length} instructions to agents were removed`] } as const]
    : []),
  ...changes.flatMap(rowsOfTool),
];

function rowsOfTool({ name, change, count, changes, definitions }: ToolChange): Row[] {
  if (change === 'removed') return [{ mark: '-', parts: ['removed ', text(name)] }];
  const told = change === 'added' ? changes.filter(({ field }) => !field.startsWith('/inputSchema')) : changes;
  const shown = told.slice(0, maxRowsOfTool);
  const more = change === 'added' ? told.length - shown.length : count - shown.length;
  const isLoud = told.slice(maxRowsOfTool).some(({ loud }) => loud);
  return [
    ...(change === 'added' ? [addedRow(name, changes)] : []),
    ...(definitions === undefined
      ? []
      : [{ mark: '~', parts: [text(name), ` has ${places(definitions.was, definitions.now)} definitions`] } as const]),
    ...shown.map((field) => fieldRow(field, name)),
    ...(more > 0
      ? [
          {
            mark: '~',
            ...(isLoud && { loud: true as const }),
            parts: [text(name), ` and ${more} more places`],
          } as const,
        ]
      : []),
  ];
}

/** Shows the parameters of a new tool, because its whole schema would fill the page. */
function addedRow(name: string, changes: readonly FieldChange[]): Row {
  const takes = few(
    changes.flatMap(
      ({ field }) => /^\/inputSchema\/properties\/(?<property>[^/]+)$/u.exec(field)?.groups?.property ?? [],
    ),
    12,
  );
  return { mark: '+', parts: ['added ', text(name), ...(takes === undefined ? [] : [', which takes ', text(takes)])] };
}

const licenceRow = ({ subject, ...values }: LicenceChange): Row => ({
  mark: values.was === undefined ? '+' : values.now === undefined ? '-' : '~',
  parts: [text(subject), ...wasAndNow(values)],
});

function fieldRow({ field, loud, words, ...values }: FieldChange, tool?: string): Row {
  const edits = words?.filter(({ kind }) => kind !== 'same').length ?? 0;
  return {
    mark: values.was === undefined ? '+' : values.now === undefined ? '-' : '~',
    ...(loud && { loud }),
    parts: [
      ...(tool === undefined ? [] : [text(tool), ' ']),
      text(field),
      ...(words === undefined ? wasAndNow(values) : [`, ${edits} edits: `, { words }]),
    ],
  };
}
