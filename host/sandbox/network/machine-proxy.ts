/** The proxy through which this machine reaches a host: npm's own, or that of the usual variables. */
import type { NpmOptions } from '../../../core/npm-config.ts';
import type { MachineProxy } from './connect.ts';
import type { Destination } from './egress.ts';

/** Of npm's configuration, which does not hold the usual variables: whoever fetches for npm reads those itself, as is done here. */
export type ProxySettings = Pick<NpmOptions, 'httpsProxy' | 'proxy' | 'noProxy'>;

/** Undefined where a host is reached directly. What npm is configured with comes before the variables. */
export function machineProxy(
  settings: ProxySettings,
  environment: Readonly<Record<string, string | undefined>>,
  { host, port }: Destination,
): MachineProxy | undefined {
  const variable = (name: string): string | undefined => environment[name] || environment[name.toUpperCase()];
  const noProxy = isGiven(settings.noProxy) ? settings.noProxy : variable('no_proxy');
  const direct = typeof noProxy === 'string' ? noProxy.split(',') : (noProxy ?? []);
  if (direct.some((entry) => isBelow(host, entry.trim().replace(/^\*?\./u, '')))) return undefined;
  const httpsProxy = settings.httpsProxy || variable('https_proxy');
  const httpProxy = settings.proxy || variable('http_proxy');
  const address = port === 80 ? httpProxy || httpsProxy : httpsProxy || httpProxy;
  const url = typeof address === 'string' ? URL.parse(address) : null;
  return url !== null && /^https?:$/u.test(url.protocol) ? url : undefined;
}

const isGiven = (noProxy: ProxySettings['noProxy']): boolean => noProxy !== undefined && noProxy.length > 0;

const isBelow = (host: string, domain: string): boolean =>
  domain === '*' || (domain !== '' && (host === domain || host.endsWith(`.${domain}`)));
