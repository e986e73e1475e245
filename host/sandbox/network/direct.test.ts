import { expect, test } from 'vitest';
import { directHosts, hostsFile } from './direct.ts';

test('each name has one address, whatever its ports', () => {
  const direct = directHosts(['warehouse.example.com:5432', 'Cache.Example.com.:6379', 'warehouse.example.com:5433']);
  expect(direct.map(({ host, port, address }) => `${host}:${port} at ${address}`)).toEqual([
    'warehouse.example.com:5432 at 127.1.0.1',
    'cache.example.com:6379 at 127.1.0.2',
    'warehouse.example.com:5433 at 127.1.0.1',
  ]);
  expect(hostsFile(direct).split('\n')).toEqual([
    '127.0.0.1 localhost',
    '::1 localhost',
    '127.1.0.1 warehouse.example.com',
    '127.1.0.2 cache.example.com',
    '',
  ]);
});

test.each(['*.example.com:5432', '*:5432', 'warehouse.example.com:*', 'warehouse.example.com:443', 'localhost:5432'])(
  '%s is reached through the proxy only',
  (egress) => expect(directHosts([egress])).toEqual([]),
);

test.each(['10.0.0.7:5432', '0x7f.1:5432'])('%s is an address, which needs no name', (egress) =>
  expect(directHosts([egress])).toEqual([]),
);
