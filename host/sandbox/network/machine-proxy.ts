/** The proxy through which this machine reaches a host, from npm's configuration, which also knows the usual variables. */
import type { NpmOptions } from '../../../core/npm-config.ts';
import type { MachineProxy } from './connect.ts';
import type { Destination } from './egress.ts';

/** Undefined where a host is reached directly. */
export function machineProxy(
  { httpsProxy, proxy, noProxy }: Pick<NpmOptions, 'httpsProxy' | 'proxy' | 'noProxy'>,
  { host, port }: Destination,
): MachineProxy | undefined {
  const direct = typeof noProxy === 'string' ? noProxy.split(',') : (noProxy ?? []);
  if (direct.some((entry) => isBelow(host, entry.trim().replace(/^\*?\./u, '')))) return undefined;
  const address = port === 80 ? (proxy ?? httpsProxy) : (httpsProxy ?? proxy);
  const url = typeof address === 'string' ? URL.parse(address) : null;
  return url !== null && /^https?:$/u.test(url.protocol) ? url : undefined;
}

const isBelow = (host: string, domain: string): boolean =>
  domain === '*' || (domain !== '' && (host === domain || host.endsWith(`.${domain}`)));
