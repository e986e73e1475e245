/** Which connections a server's permissions let through: by the name that it asks for, the port, and where the name leads. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { coversEgress } from '../../../core/hosts.ts';
import { isPublicAddress } from '../../../core/public-address.ts';

export interface Destination {
  /** In the form that a URL has, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `host:port`, as in a request to a proxy. Undefined where it is none. */
export function destinationOf(authority: string): Destination | undefined {
  const [, written = '', digits = ''] = /^([^\s/?#@\\]+):(\d{1,5})$/u.exec(authority) ?? [];
  const port = Number(digits);
  // Every way to write an address becomes one form: `0x7f.1` is 127.0.0.1.
  const url = URL.parse(`http://${written}/`);
  if (url === null || url.port !== '' || port < 1 || port > 65_535) return undefined;
  const host = url.hostname.replace(/^\[|\]$/gu, '').replace(/\.$/u, '');
  return host === '' ? undefined : { host, port };
}

type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

export type Answer =
  | { readonly kind: 'allowed'; readonly addresses: readonly string[] }
  /** Its name has no address here. A proxy of the machine may know one. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * A name that the manifest has in full may lead into a private network. What only a pattern allows must be public. This machine itself,
 * and what is beside it on the wire, is reached only where the manifest names that very address, or `localhost`.
 *
 * The caller must connect to an address of the answer, and resolve nothing again.
 */
export async function mayReach(
  permitted: readonly string[],
  { host, port }: Destination,
  find: Lookup = (name) => lookup(name, { all: true }),
): Promise<Answer> {
  const isAddress = isIP(host) !== 0;
  const asked = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const entries = permitted.filter((entry) => coversEgress(entry, asked));
  if (entries.length === 0) return { kind: 'refused', why: 'its manifest does not name it' };
  const byName = entries.some((entry) => !entry.startsWith('*'));
  let addresses: readonly string[];
  try {
    addresses = isAddress ? [host] : (await find(host)).map(({ address }) => address);
  } catch {
    return { kind: 'unknown' };
  }
  const isSelf = host === 'localhost' || isAddress;
  const wrong = addresses.find((address) => (byName ? !isSelf && isNear(address) : !isPublicAddress(address)));
  if (wrong !== undefined) return { kind: 'refused', why: `it leads to ${wrong}, which its manifest does not name` };
  return addresses.length === 0 ? { kind: 'unknown' } : { kind: 'allowed', addresses };
}

/** This machine, the wire, and everybody on it: cloud machines have their credentials at such an address. */
const near = new BlockList();
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  near.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of [
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::', 32],
] as const)
  near.addSubnet(address, bits, 'ipv6');

/** The list also finds an IPv4 address inside of an IPv6 one. */
const isNear = (address: string): boolean => near.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
