import { expect, test } from 'vitest';
import { destinationOf, mayReach } from './egress.ts';

const names = new Map([
  ['api.example.com', ['93.184.215.14']],
  ['warehouse.example.com', ['10.0.0.7']],
  ['rebound.example.com', ['127.0.0.1']],
  ['mixed.example.com', ['93.184.215.14', '169.254.169.254']],
  ['six.example.com', ['::ffff:127.0.0.1']],
  ['localhost', ['127.0.0.1', '::1']],
]);

async function answer(permitted: readonly string[], authority: string): Promise<string> {
  const to = destinationOf(authority);
  if (to === undefined) return 'no destination';
  const found = await mayReach(permitted, to, async (name) => {
    const addresses = names.get(name);
    if (addresses === undefined) throw new Error('ENOTFOUND');
    return addresses.map((address) => ({ address }));
  });
  return found.kind;
}

test.each<[permitted: string, authority: string, kind: string]>([
  ['api.example.com:443', 'api.example.com:443', 'allowed'],
  ['api.example.com:443', 'API.example.com.:443', 'allowed'],
  ['api.example.com:443', 'api.example.com:80', 'refused'],
  ['api.example.com:443', 'www.example.com:443', 'refused'],
  ['api.example.com:443', '93.184.215.14:443', 'refused'],
  ['api.example.com:443', 'api.example.com.evil.org:443', 'refused'],
  ['api.example.com:*', 'api.example.com:8443', 'allowed'],
  ['*.example.com:443', 'api.example.com:443', 'allowed'],
  ['*.example.com:443', 'example.com:443', 'refused'],
  // A name in full may be in a private network; what a pattern allows may not.
  ['warehouse.example.com:5432', 'warehouse.example.com:5432', 'allowed'],
  ['*.example.com:5432', 'warehouse.example.com:5432', 'refused'],
  ['*:*', 'warehouse.example.com:5432', 'refused'],
  ['*:443', '10.0.0.7:443', 'refused'],
  ['*:443', '93.184.215.14:443', 'allowed'],
  // This machine, by a name that leads to it.
  ['rebound.example.com:80', 'rebound.example.com:80', 'refused'],
  ['mixed.example.com:80', 'mixed.example.com:80', 'refused'],
  ['six.example.com:80', 'six.example.com:80', 'refused'],
  ['*:*', 'localhost:80', 'refused'],
  ['localhost:80', 'localhost:80', 'allowed'],
  ['localhost:80', '127.0.0.1:80', 'refused'],
  ['127.0.0.1:80', '0x7f.1:80', 'allowed'],
  ['127.0.0.1:80', '127.1:80', 'allowed'],
  ['*:*', '2130706433:80', 'refused'],
  ['*:*', '[::1]:80', 'refused'],
  ['*:*', '[fd00::1]:80', 'refused'],
  ['*:*', '[::ffff:10.0.0.7]:80', 'refused'],
  ['*:443', 'unknown.example.org:443', 'unknown'],
])('with %s, %s is %s', async (permitted, authority, kind) => {
  expect(await answer([permitted], authority)).toBe(kind);
});

test.each([
  '',
  'api.example.com',
  ':443',
  'api.example.com:0',
  'api.example.com:65536',
  'a@b:443',
  'a/b:443',
  'a b:443',
  'a:1:443',
  'a#:443',
])('%j is no destination', async (authority) => {
  expect(await answer(['*:*'], authority)).toBe('no destination');
});
