/** Which addresses are on the public internet. A server's redirect must not lead into the signer's own network. */
import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { NetworkFailure } from './address.ts';
import { Failure } from './failure.ts';

/** What IANA lists as not globally reachable, multicast and reserved addresses among them. */
const notPublic = new BlockList();
for (const range of [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
]) {
  const [address = '', bits = '32'] = range.split('/');
  notPublic.addSubnet(address, Number(bits), 'ipv4');
}
/** Only this part of IPv6 is public, and of it not these: addresses for protocols, documentation, and 6to4. */
const publicV6 = new BlockList();
publicV6.addSubnet('2000::', 3, 'ipv6');
for (const [address, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  // prettier-ignore
  notPublic.addSubnet(address, bits, 'ipv6');

/** An IPv4 address inside an IPv6 address counts as not public: no honest server needs one. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notPublic.check(address, 'ipv4');
    case 6:
      return publicV6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
    default:
      return false;
  }
}

/**
 * @throws Failure `private-address` for a host that is such an address itself; names are looked at when they are
 *   resolved
 */
export function checkPublicHost(hostname: string): void {
  const address = hostname.replace(/^\[|\]$/gu, '');
  if (isIP(address) !== 0 && !isPublicAddress(address)) throw privateAddress(hostname, address);
}

type Callback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/**
 * `dns.lookup` that fails where one of the addresses of a name is not public: the connection is made to what was
 * checked.
 */
export function publicLookup(hostname: string, options: LookupOptions, callback: Callback): void {
  lookup(hostname, options, (error, address, family) => {
    if (error !== null) return callback(error, address, family);
    const found = typeof address === 'string' ? [address] : address.map((each) => each.address);
    const inside = found.find((each) => !isPublicAddress(each));
    if (inside !== undefined || found.length === 0) return callback(privateAddress(hostname, inside ?? 'nothing'), '');
    return callback(null, address, family);
  });
}

/** An address of a host that is on the public internet, for a program that resolves no name itself. @throws Failure `private-address`, `network` */
export function publicAddressOf(hostname: string): Promise<string> {
  const host = hostname.replace(/^\[|\]$/gu, '');
  checkPublicHost(host);
  return new Promise((resolve, reject) => {
    publicLookup(host, {}, (error, found) => {
      const address = typeof found === 'string' ? found : found[0]?.address;
      if (error === null && address !== undefined) resolve(address);
      else reject(error instanceof Failure ? error : new NetworkFailure(`https://${hostname}`, error));
    });
  });
}

const privateAddress = (hostname: string, address: string): Failure =>
  new Failure(
    'private-address',
    `${hostname} is ${address}, which is not on the public internet`,
    'use a mirror that serves the files itself: the signer follows no redirect into its own network',
  );
