import { expect, test } from 'vitest';
import { toolhivePermissions } from './toolhive-permissions.ts';

test.each<[string[], object]>([
  [[], { insecure_allow_all: false, allow_host: [], allow_port: [] }],
  [['*:443'], { insecure_allow_all: true, allow_port: [443] }],
  [['*:*'], { insecure_allow_all: true }],
  [
    ['*.example.com:443', 'a.example.org:8443'],
    { insecure_allow_all: false, allow_host: ['.example.com', 'a.example.org'], allow_port: [443, 8443] },
  ],
  [['a.example.com:*'], { insecure_allow_all: false, allow_host: ['a.example.com'] }],
])('says of %j what it may reach', (network, outbound) => {
  expect(toolhivePermissions({ network })).toEqual({ network: { outbound }, privileged: false });
});
