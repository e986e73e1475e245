/** The rows about what a server offers: every name, what agents read of it in full, and the schemas of tools. */
import { kindOf } from '../../core/offers.ts';
import { few } from './few.ts';
import { fieldRow, places, text, textParts, textRow, type Row } from './rows.ts';
import type { FieldChange, Instruction, ListDiff, OfferChange, OffersDiff, ToolsDiff } from './types.ts';

export const toolsSummary = (tools: ToolsDiff): string =>
  [
    listSummary(tools),
    ...(tools.instructions.added.length + tools.instructions.removed.length > 0 ? ['instructions changed'] : []),
  ].join(', ');

export function listSummary({ total, counts, unpinned }: ListDiff & Pick<OffersDiff, 'unpinned'>): string {
  if (unpinned) return 'not pinned';
  const changed = (['added', 'changed', 'removed'] as const).filter((change) => counts[change] > 0);
  return [`${places(total.was, total.now)} offered`, ...changed.map((change) => `${counts[change]} ${change}`)].join(
    ', ',
  );
}

/** What an agent reads: instructions, names, titles, descriptions and hints. */
export const toolRows = ({ capture, total, changes, instructions }: ToolsDiff): Row[] => [
  ...(capture === 'none' ? [alarm('its tools are unknown: they were not captured')] : []),
  ...(capture === 'network' ? [{ mark: '~', parts: ['its tools were captured with a network'] } as const] : []),
  ...(capture !== 'none' && total.was > 0 && total.now === 0
    ? [alarm('no tool is left: it has none, or they were not captured', '-')]
    : []),
  ...instructions.added.map((each) => instructionRow('+', 'new instructions to agents', each)),
  ...instructions.removed.map((each) => instructionRow('-', 'instructions to agents were removed', each)),
  ...instructions.recorded.map((each) => instructionRow('~', 'the same instructions to agents, recorded now', each)),
  ...changes.flatMap((change) => readRows(change, isRead)),
];

/** Prompts, resources or resource templates: agents and people read all of their definitions. */
export const otherRows = ({ list, unpinned, changes }: OffersDiff): Row[] => [
  ...(unpinned ? [alarm(`its ${kindOf(list).one}s are not pinned: it does not always list the same`)] : []),
  ...changes.flatMap((change) => readRows(change, () => true)),
];

/** The names of all other tools, so that every tool is named. */
export const sameRow = ({ same }: ToolsDiff): Row[] =>
  same.length === 0 ? [] : [{ mark: '~', parts: ['the same: ', ...listed(same)] }];

const alarm = (words: string, mark: Row['mark'] = '~'): Row => ({ mark, loud: true, parts: [words] });

function instructionRow(mark: Row['mark'], title: string, { sha256, text: whole, change }: Instruction): Row {
  if (change !== undefined)
    return { mark: '~', loud: true, parts: ['instructions to agents changed', ...textParts(change)] };
  return {
    mark,
    ...(mark === '+' && { loud: true as const }),
    parts:
      whole === undefined
        ? [`${title}, whose text is not known here: SHA-256 `, text(sha256)]
        : [`${title}: `, { whole }],
  };
}

const listed = (names: readonly string[]): Row['parts'] =>
  names.flatMap((name, index) => (index === 0 ? [text(name)] : [', ', text(name)]));

/** Whether agents and people read the place of a tool as it is, in contrast to the schemas. */
const isRead = ({ field }: FieldChange): boolean => /^\/(?:title|description|annotations\/[^/]*)$/u.test(field);

const isText = ({ field }: FieldChange): boolean => /\/(?:title|description)$/u.test(field);

function readRows(
  { name, change, changes, count, definitions }: OfferChange,
  isReadPlace: (place: FieldChange) => boolean,
): Row[] {
  if (change === 'removed') return [{ mark: '-', parts: ['removed ', text(name)] }];
  const shown = changes.filter(isReadPlace);
  return [
    ...(change === 'added' ? [addedRow(name, changes)] : []),
    ...(definitions === undefined
      ? []
      : [{ mark: '~', parts: [text(name), ` has ${places(definitions.was, definitions.now)} definitions`] } as const]),
    ...shown.map((field) => (isText(field) ? textRow(field, name) : fieldRow(field, name))),
    // Everything that changes is named here.
    ...(change === 'changed' && shown.length === 0 && definitions === undefined
      ? [
          {
            mark: '~',
            parts: [
              text(name),
              count === 0
                ? ' changes in the order of its parts'
                : ` changes in ${count} ${count === 1 ? 'place' : 'places'} of its schemas`,
            ],
          } as const,
        ]
      : []),
  ];
}

/** Everything else of the definitions; `rowsOfTool` of each tool, and the number of the others. */
export const schemaRows = ({ changes }: ToolsDiff, rowsOfTool: number): Row[] =>
  changes.flatMap(({ name, change, changes: all, count }) => {
    if (change === 'removed') return [];
    const others = all.filter((field) => !isRead(field));
    const shown = others.slice(0, rowsOfTool);
    const more = count - (all.length - others.length) - shown.length;
    return [
      ...shown.map((field) => (isText(field) ? textRow(field, name) : fieldRow(field, name))),
      ...(more > 0 ? [{ mark: '~', parts: [text(name), ` and ${more} more places`] } as const] : []),
    ];
  });

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
