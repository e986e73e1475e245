import type { SearchRow } from '../../../schemas/types.ts';
import { addressOf, withFilter, type View } from '../list/address.ts';
import { countValues, facets, hasAll, type Facet } from '../list/facets.ts';
import { grouped } from '../words/lists.ts';
import { element, link } from './element.ts';

/** As many as a page of the list offers, and the one that is chosen. */
const maxValues = 8;

/**
 * As `FilterPanel.astro`, for what was found: `rows` match the query, with or without the filters. A value of a facet
 * replaces the one that is chosen.
 */
export function foundPanel(view: View, rows: readonly SearchRow[]): HTMLElement[] {
  return facets.flatMap((facet) => {
    const others = view.filters.size === 0 ? rows : rows.filter((row) => hasAll(row, view.filters, facet.id));
    const chosen = view.filters.get(facet.id);
    const values = countValues(facet, others);
    const shown = values.filter(({ value }, index) => index < maxValues || value === chosen);
    if (chosen !== undefined && !shown.some(({ value }) => value === chosen))
      shown.unshift({ value: chosen, servers: 0 });
    if (shown.length === 0) return [];
    const items = shown.map(({ value, servers }) =>
      element('li', {}, valueNode(view, facet, value), ' ', element('span', { class: 'dim' }, grouped(servers))),
    );
    if (chosen !== undefined)
      items.push(element('li', {}, link(addressOf(withFilter(view, facet.id, undefined)), 'any')));
    const heading = `found-facet-${facet.id}`;
    return [
      element(
        'section',
        { class: 'facet', 'aria-labelledby': heading },
        element('h3', { id: heading }, facet.title),
        element('ul', { class: 'plain' }, ...items),
      ),
    ];
  });
}

function valueNode(view: View, { id, words }: Facet, value: string): HTMLElement {
  if (view.filters.get(id) === value) return element('strong', {}, words(value));
  return link(addressOf(withFilter(view, id, value)), words(value));
}
