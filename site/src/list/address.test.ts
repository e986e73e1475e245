import { expect, test } from 'vitest';
import { addressOf, phraseOf, viewOf, wholeList, withFilter } from './address.ts';

test.each(['/', '/?q=read%20page', '/?data=internal&tag=finance', '/?q=a%26b%3Dc&state=revoked&sort=changed&page=2'])(
  'the view of %s has this address',
  (address) => {
    expect(addressOf(viewOf(address.slice(1)))).toBe(address);
  },
);

test.each(['?sort=newest', '?page=0', '?page=-1', '?page=1e9', '?utm_source=mail', '?data=', '?q=%20%20'])(
  '%s asks for nothing that is known: the whole list',
  (query) => {
    expect(addressOf(viewOf(query))).toBe('/');
  },
);

test('another filter begins at the first page, and a facet has one value', () => {
  const view = { ...wholeList, page: 3 };
  expect(addressOf(withFilter(withFilter(view, 'data', 'public'), 'data', 'internal'))).toBe('/?data=internal');
  expect(addressOf(withFilter(viewOf('?data=public&page=2'), 'data', undefined))).toBe('/');
});

test('says filters in words, also for values that no server has', () => {
  const { filters } = viewOf('?data=internal&type=__proto__&compliance=pci-dss');
  expect(phraseOf(filters)).toBe('with internal data, of type __proto__, under PCI-DSS');
});
