/**
 * Hosts as manifests and policies write them: a host, `*.` and a domain for every host below it, or `*` for every host;
 * an egress is one of these with a port, or with `*` for every port. They are compared as a URL would have them.
 */

/** Whether `wide` includes every host that `narrow` includes. */
export function coversHost(wide: string, narrow: string): boolean {
  const [all, one] = [plainHost(wide), plainHost(narrow)];
  const domain = domainOf(all);
  return all === '*' || all === one || (domain !== undefined && one.endsWith(domain));
}

/** Whether both include some host. */
export const hostsOverlap = (a: string, b: string): boolean => coversHost(a, b) || coversHost(b, a);

/** `*` as the host of an egress stands for every host. */
export const namesAnyHost = (egress: string): boolean => readEgress(egress).host === '*';

/** Whether the egress `wide` includes every host and port that `narrow` includes. */
export function coversEgress(wide: string, narrow: string): boolean {
  const [all, one] = [readEgress(wide), readEgress(narrow)];
  return coversHost(all.host, one.host) && (all.port === '*' || all.port === one.port);
}

/** Whether both include some host and port. */
export function egressOverlaps(a: string, b: string): boolean {
  const [one, other] = [readEgress(a), readEgress(b)];
  return hostsOverlap(one.host, other.host) && (one.port === '*' || other.port === '*' || one.port === other.port);
}

/** The host of an egress, without the port. */
export const hostOfEgress = (egress: string): string => readEgress(egress).host;

interface Egress {
  readonly host: string;
  readonly port: string;
}

function readEgress(egress: string): Egress {
  const colon = egress.lastIndexOf(':');
  const port = egress.slice(colon + 1);
  return {
    host: plainHost(egress.slice(0, colon)),
    port: port === '*' ? port : String(Number(port)),
  };
}

/** `*.example.com` → `.example.com` */
const domainOf = (host: string): string | undefined => (host.startsWith('*.') ? host.slice(1) : undefined);

/** The form that a URL would have: every way to write the same IP address becomes one form. A port stays. */
function plainHost(host: string): string {
  const [, name = '', port = ''] = /^(.*?)(:\d+)?$/su.exec(host.toLowerCase()) ?? [];
  const named = name.replace(/\.$/u, '');
  if (named.startsWith('*') || !URL.canParse(`http://${named}`)) return `${named}${port}`;
  return `${new URL(`http://${named}`).hostname.replace(/\.$/u, '')}${port}`;
}
