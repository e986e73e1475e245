/**
 * Hosts for programs that know no proxy, such as drivers of databases: in the sandbox their names stand for addresses of its own
 * loopback, where the bridge listens and carries each connection to the filter, which decides about it as about any other.
 */
import { isIP } from 'node:net';
import { hostOfEgress } from '../../../core/hosts.ts';

/** One that is listened for in the sandbox. */
export interface DirectHost {
  readonly host: string;
  readonly port: number;
  /** Its address there. */
  readonly address: string;
}

/** Below it, only a program with the right to may listen. */
const firstPort = 1024;

/**
 * The hosts that a manifest names in full, with a port that can be listened on. `localhost` is left out: there it means the sandbox
 * itself.
 */
export function directHosts(permitted: readonly string[]): DirectHost[] {
  const names = new Map<string, string>();
  return permitted.flatMap((egress) => {
    const host = hostOfEgress(egress);
    const port = Number(egress.slice(egress.lastIndexOf(':') + 1));
    const isName = !host.startsWith('*') && host !== 'localhost' && isIP(host) === 0;
    if (!isName || !(port >= firstPort && port <= 65_535)) return [];
    // There are no more than a hundred, and each name has one address for all of its ports.
    const address = names.get(host) ?? `127.1.0.${names.size + 1}`;
    names.set(host, address);
    return [{ host, port, address }];
  });
}

/** The text of `/etc/hosts` in the sandbox. */
export const hostsFile = (direct: readonly DirectHost[]): string =>
  [
    '127.0.0.1 localhost',
    '::1 localhost',
    ...new Set(direct.map(({ address, host }) => `${address} ${host}`)),
    '',
  ].join('\n');

/** The text of `/etc/nsswitch.conf` there: there is nobody to ask by DNS, and some systems would ask before they look at the file. */
export const namesBySystem = 'hosts: files\n';
