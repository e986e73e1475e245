import { addressOf, choiceOf, toggled, withValues, type View } from '../list/address.ts';
import { countValues, facets, hasAll, type Facet, type ValueCount } from '../list/facets.ts';
import { count, grouped } from '../words/lists.ts';
import { element, link } from './element.ts';
import type { Results } from './results.ts';

/** As many as a page of the list offers, and those that are chosen. */
const maxValues = 8;
const maxFurtherValues = 200;

/**
 * As `FilterPanel.astro`, for what was found. The number beside a value is that of the servers that match the query and
 * the filters of the other facets.
 */
export function foundPanel(view: View, { rows, unfiltered }: Pick<Results, 'rows' | 'unfiltered'>): HTMLElement[] {
  const sections = facets.flatMap((facet) => {
    const others =
      view.filters.size === 0 ? unfiltered : unfiltered.filter((row) => hasAll(row, view.filters, facet.id));
    const chosen = view.filters.get(facet.id) ?? [];
    const values = countValues(facet, others);
    const missing = chosen.filter((each) => !values.some(({ value }) => value === each));
    const shown = [
      ...missing.map((value) => ({ value, servers: 0 })),
      ...values.filter(({ value }, index) => index < maxValues || chosen.includes(value)),
    ];
    if (shown.length === 0) return [];
    const itemOf = ({ value, servers }: ValueCount): HTMLElement =>
      element('li', {}, valueNode(view, facet, value), ' ', element('span', { class: 'dim' }, grouped(servers)));
    const items = shown.map(itemOf);
    const left = values.filter(({ value }, index) => index >= maxValues && !chosen.includes(value));
    if (chosen.length > 0) items.push(element('li', {}, link(addressOf(withValues(view, facet.id, [])), 'any')));
    const heading = `found-facet-${facet.id}`;
    return [
      element(
        'section',
        { class: 'facet', 'aria-labelledby': heading },
        element('h3', { id: heading }, facet.title),
        element('ul', { class: 'plain' }, ...items),
        ...(left.length > 0 ? [furtherValues(left, itemOf)] : []),
      ),
    ];
  });
  if (rows.length === 0) return sections;
  // On a narrow screen, the filters stand below what was found.
  return [...sections, element('p', { class: 'to-list' }, link('#found', `Show ${count(rows.length, 'server')}`))];
}

/** Made when somebody opens them: there may be thousands, and the panel is made again at each key press. */
function furtherValues(values: readonly ValueCount[], itemOf: (value: ValueCount) => HTMLElement): HTMLElement {
  const more = element('details', {}, element('summary', {}, `${grouped(values.length)} more`));
  more.addEventListener(
    'toggle',
    () => {
      const items = values.slice(0, maxFurtherValues).map(itemOf);
      if (values.length > maxFurtherValues) items.push(element('li', {}, 'The search finds the others.'));
      more.append(element('ul', { class: 'plain' }, ...items));
    },
    { once: true },
  );
  return more;
}

/** A choice is made and taken back at the same link. */
function valueNode(view: View, { id, words }: Facet, value: string): HTMLElement {
  const made = link(addressOf(toggled(view, id, value)), words(value));
  made.dataset['choice'] = choiceOf(id, value);
  if (view.filters.get(id)?.includes(value) !== true) return made;
  made.setAttribute('aria-current', 'true');
  made.setAttribute('aria-label', `${words(value)}: remove`);
  return made;
}
