import { addressOf, withValues, type View } from '../list/address.ts';
import { facetOf, wordsOfAny } from '../list/facets.ts';
import { count } from '../words/lists.ts';
import { element, link } from './element.ts';
import { resultsOf } from './results.ts';
import type { WordIndex } from './word-index.ts';
import { queryWords } from './words.ts';

const maxTries = 6;

/** Where nothing was found: views that find something, each with how much, and what else helps. */
export function tries(index: WordIndex, view: View): HTMLElement[] {
  const without = [...view.filters].flatMap(([id, values]) => {
    const facet = facetOf(id);
    return facet === undefined
      ? []
      : [{ words: `Without “${facet.title}: ${wordsOfAny(facet, values)}”`, view: withValues(view, id, []) }];
  });
  const words = queryWords(view.query);
  const fewer =
    words.length < 2 ? [] : words.map((word) => ({ words: `Only “${word}”`, view: { ...view, query: word, page: 1 } }));
  const all =
    view.filters.size > 1 ? [{ words: 'Without any filter', view: { ...view, filters: new Map(), page: 1 } }] : [];
  const found = [...without, ...all, ...fewer]
    .map((each) => ({ ...each, servers: resultsOf(index, each.view).rows.length }))
    .filter(({ servers }) => servers > 0)
    .slice(0, maxTries);
  return [
    ...found.map(({ words: said, view: other, servers }) =>
      element('li', {}, link(addressOf(other), said), `: ${count(servers, 'server')}`),
    ),
    element('li', {}, 'Other words: what it should do, the name of a tool, a system or a host.'),
    element('li', {}, link('/', 'The whole list')),
  ];
}
