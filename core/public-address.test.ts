import { expect, test } from 'vitest';
import { checkPublicHost, isPublicAddress, publicLookup } from './public-address.ts';

test.each([
  ...[
    '8.8.8.8',
    '1.1.1.1',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.1.1',
    '223.255.255.255',
  ],
  ...['2606:4700:4700::1111', '2a00:1450:4001::1'],
])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

test.each([
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
  ...['192.0.0.1', '192.168.0.1', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
  ...[
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
  ],
  ...['2001:db8::1', '2001::1', '2002:a00:1::', '3fff::1', 'localhost', 'example.com', ''],
])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));

test('refuses a host that is an address inside, and lets names be resolved', () => {
  for (const host of ['169.254.169.254', '[::1]', '[fd00:ec2::254]'])
    expect(() => checkPublicHost(host)).toThrow(expect.objectContaining({ code: 'private-address' }));
  for (const host of ['8.8.8.8', '[2606:4700:4700::1111]', 'localhost', 'example.com'])
    expect(() => checkPublicHost(host)).not.toThrow();
});

test.each([false, true])('refuses a name that resolves to an address inside (all of them: %s)', async (all) => {
  const answer = await new Promise((resolve) => publicLookup('localhost', { all }, (error) => resolve(error)));
  expect(answer).toMatchObject({
    code: 'private-address',
    message: expect.stringMatching(/^localhost is (?:127|::1)/u),
  });
});

test('passes on that a name is not known', async () => {
  const answer = await new Promise((resolve) => publicLookup('no-such-host.invalid', {}, (error) => resolve(error)));
  expect(answer).toMatchObject({ syscall: 'getaddrinfo' });
});
