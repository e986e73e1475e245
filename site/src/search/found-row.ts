import type { SearchRow } from '../../../schemas/types.ts';
import { reachParts, toolWords } from '../words/row-words.ts';
import { hasHidden } from '../words/untrusted.ts';
import { element, link, outsideText } from './element.ts';
import type { Reason } from './reasons.ts';

/** As a row of `ServerRows.astro`, with where it was found. It has no anchor: the list behind the search has it. */
export function foundRow(row: SearchRow, reasons: readonly Reason[]): HTMLLIElement {
  const fact = (name: string, ...children: readonly (Node | string)[]): HTMLElement =>
    element('p', { class: `row-fact row-${name}` }, ...children);
  const made = element(
    'li',
    { class: 'row', 'data-name': row.name },
    element('p', { class: 'row-name' }, link(`/servers/${row.name}/`, row.name)),
    element('p', { class: 'row-description' }, outsideText(row.description)),
    fact('class', `${row.dataClassification} data`),
    element('p', { class: `row-state state state-${row.state}` }, row.state),
    fact('maintainer', row.maintainer),
    fact('reach', ...reachNodes(row)),
    fact('tools', toolWords(row)),
    fact(
      'changed',
      element('span', { class: 'for-readers' }, 'changed on '),
      element('time', { datetime: row.changedOn }, row.changedOn),
    ),
  );
  if (reasons.length > 0) made.append(fact('found', 'Found in ', ...reasons.flatMap(reasonNodes)));
  return made;
}

const reachNodes = (row: SearchRow): (Node | string)[] =>
  reachParts(row).map(({ words, code }) =>
    code === true ? element('code', {}, hasHidden(words) ? outsideText(words) : words) : words,
  );

const reasonNodes = ({ label, text }: Reason, index: number): (Node | string)[] => [
  `${index > 0 ? ', ' : ''}${label}`,
  ...(text === undefined ? [] : [' ', element('code', {}, outsideText(text))]),
];
