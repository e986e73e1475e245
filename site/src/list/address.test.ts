import { expect, test } from 'vitest';
import { addressOf, phraseOf, toggled, viewOf, wholeList, withValues } from './address.ts';

test.each([
  '/',
  '/?q=read%20page',
  '/?data=internal&tag=finance',
  '/?data=public&tag=a%2Cb&tag=c&tag=d',
  '/?q=a%26b%3Dc&state=revoked&sort=changed&page=2',
])('the view of %s has this address', (address) => {
  expect(addressOf(viewOf(address.slice(1)))).toBe(address);
});

test.each(['?sort=newest', '?page=0', '?page=-1', '?page=1e9', '?utm_source=mail', '?data=', '?q=%20%20'])(
  '%s asks for nothing that is known: the whole list',
  (query) => {
    expect(addressOf(viewOf(query))).toBe('/');
  },
);

test.each(['?tag=b&tag=a', '?tag=a&data=&tag=b&tag=a&tag=', '?tag=a&tag=b&tag=b'])(
  '%s asks for two tags, in one order and each once',
  (query) => {
    expect(addressOf(viewOf(query))).toBe('/?tag=a&tag=b');
  },
);

test('another filter begins at the first page', () => {
  const view = { ...wholeList, page: 3 };
  expect(addressOf(withValues(view, 'data', ['public', 'internal']))).toBe('/?data=internal&data=public');
  expect(addressOf(toggled(view, 'data', 'public'))).toBe('/?data=public');
  expect(addressOf(withValues(viewOf('?data=public&page=2'), 'data', []))).toBe('/');
});

test('a value is added to the others of its facet, and taken back alone', () => {
  const two = toggled(viewOf('?type=npm&tag=a'), 'type', 'pypi');
  expect(addressOf(two)).toBe('/?type=npm&type=pypi&tag=a');
  const one = toggled(two, 'type', 'npm');
  expect(addressOf(one)).toBe('/?type=pypi&tag=a');
  expect(addressOf(toggled(one, 'type', 'pypi'))).toBe('/?tag=a');
});

test('says filters in words, also for values that no server has', () => {
  const { filters } = viewOf('?data=internal&type=__proto__&compliance=pci-dss');
  expect(phraseOf(filters)).toBe('with internal data, of type __proto__, under PCI-DSS');
});

test('says several values of a facet with "or"', () => {
  const { filters } = viewOf('?data=public&data=internal&type=oci&type=npm&type=pypi&tag=x');
  expect(phraseOf(filters)).toBe(
    'with internal or public data, of type npm package, container image or PyPI package, tagged x',
  );
});
